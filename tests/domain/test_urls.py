"""Addresses of the storefront's pages."""

import pytest

from bff.domain.locale import Locale
from bff.domain.urls import UrlKind, UrlTemplates

EN, DE, ZH = map(Locale, ("en", "de", "zh-Hant-TW"))
SHOP = UrlTemplates(
    {
        UrlKind.PRODUCT: {
            None: "https://shop.example/{locale}/p/{handle}",
            DE: "/produkt/{handle}",
        },
        UrlKind.PAGE: {None: "/{locale}/{slug}"},
        UrlKind.CATEGORY: {DE: "/kategorie/{handle}"},
    }
)


@pytest.mark.parametrize(
    ("kind", "locale", "url"),
    [
        (UrlKind.PRODUCT, EN, "https://shop.example/en/p/tee"),
        (UrlKind.PRODUCT, ZH, "https://shop.example/zh-Hant-TW/p/tee"),
        (UrlKind.PRODUCT, DE, "/produkt/tee"),
        (UrlKind.PAGE, EN, "/en/tee"),
        (UrlKind.CATEGORY, DE, "/kategorie/tee"),
        (UrlKind.CATEGORY, EN, None),
        (UrlKind.COLLECTION, DE, None),
    ],
)
def test_each_language_has_its_own_template_or_the_common_one(
    kind: UrlKind, locale: Locale, url: str | None
) -> None:
    """A German address is German; without a template for a language there is no address."""
    assert SHOP.url(kind, "tee", locale) == url


def test_a_shop_without_templates_has_no_addresses() -> None:
    """Nothing is guessed."""
    assert UrlTemplates().url(UrlKind.PRODUCT, "tee", EN) is None


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("über-uns", "%C3%BCber-uns"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("//evil.example", "%2F%2Fevil.example"),
        ("a?b=c#d&e", "a%3Fb%3Dc%23d%26e"),
        ("100%", "100%25"),
        ("{locale}{handle}{slug}", "%7Blocale%7D%7Bhandle%7D%7Bslug%7D"),
        ('"><script>', "%22%3E%3Cscript%3E"),
        ("服装", "%E6%9C%8D%E8%A3%85"),
        ("a.b_c~d-1", "a.b_c~d-1"),
    ],
)
def test_names_are_percent_encoded(name: str, encoded: str) -> None:
    """What an editor types is one part of a path: it leads nowhere else and fills nothing in."""
    assert SHOP.url(UrlKind.PAGE, name, EN) == f"/en/{encoded}"


@pytest.mark.parametrize("name", ["\ud800", "a\udfffb"])
def test_a_name_that_no_address_can_hold_has_none(name: str) -> None:
    """Half a character, which JSON can carry and an address cannot, costs nobody the answer."""
    assert SHOP.url(UrlKind.PAGE, name, EN) is None


@pytest.mark.parametrize("placeholder", ["handle", "slug"])
def test_handle_and_slug_mean_the_same(placeholder: str) -> None:
    """A template may call a page's name either."""
    shop = UrlTemplates({UrlKind.PAGE: {None: f"/{{{placeholder}}}"}})

    assert shop.url(UrlKind.PAGE, "about", EN) == "/about"


def test_a_template_may_name_nothing() -> None:
    """One page for everything is a shop's own affair."""
    shop = UrlTemplates({UrlKind.PAGE: {None: "/"}})

    assert shop.url(UrlKind.PAGE, "about", EN) == "/"
