"""An operator says how the storefront's addresses are built, once or per language."""

import pytest

from bff.domain.locale import Locale
from bff.domain.urls import UrlKind, UrlTemplates
from bff.settings import load_settings, odd_variables

EN, DE = Locale("en"), Locale("de")


def templates(monkeypatch: pytest.MonkeyPatch, **variables: str) -> UrlTemplates:
    shop = {
        "BFF_MEDUSA__URL": "http://shop.example:9000",
        "BFF_MEDUSA__PUBLISHABLE_KEY": "pk_1",
        "BFF_DEFAULT_COUNTRY": "DE",
        "BFF_LOCALES": '["en", "de"]',
    }
    for name, value in (shop | variables).items():
        monkeypatch.setenv(name, value)
    return load_settings().urls.templates()


def test_one_template_for_all_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain text is enough; it needs no quotes."""
    urls = templates(monkeypatch, BFF_URLS__PRODUCT=" https://shop.example/{locale}/p/{handle} ")

    assert urls.url(UrlKind.PRODUCT, "tee", EN) == "https://shop.example/en/p/tee"
    assert urls.url(UrlKind.PRODUCT, "tee", DE) == "https://shop.example/de/p/tee"
    assert urls.url(UrlKind.PAGE, "about", DE) is None


def test_a_template_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The star serves the languages that have none of their own."""
    urls = templates(
        monkeypatch,
        BFF_URLS__PAGE='{"DE": "https://laden.example/{slug}", "*": "https://shop.example/{slug}"}',
    )

    assert urls.url(UrlKind.PAGE, "about", DE) == "https://laden.example/about"
    assert urls.url(UrlKind.PAGE, "about", EN) == "https://shop.example/about"


def test_all_kinds_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """As JSON by kind; a path will do where the API answers one host only."""
    urls = templates(
        monkeypatch,
        BFF_URLS='{"category": "/{locale}/c/{handle}", "collection": {"de": "/s/{handle}"}}',
    )

    assert urls.url(UrlKind.CATEGORY, "tees", DE) == "/de/c/tees"
    assert urls.url(UrlKind.COLLECTION, "sale", DE) == "/s/sale"
    assert urls.url(UrlKind.COLLECTION, "sale", EN) is None


def test_no_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without them there are no addresses, and that is fine."""
    assert templates(monkeypatch) == UrlTemplates({})


def test_a_variable_for_one_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for every mapping; it is not taken for a misspelled setting."""
    urls = templates(monkeypatch, BFF_URLS__PAGE__DE="/de/{slug}")

    assert urls.url(UrlKind.PAGE, "about", DE) == "/de/about"
    assert not [odd for odd in odd_variables() if odd.name.startswith("BFF_URLS")]
