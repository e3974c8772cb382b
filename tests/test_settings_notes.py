"""What `bff check` tells an operator about settings that can be used as they are."""

from bff.settings import Settings, settings_notes

SECRET = "0123456789abcdef0123456789abcdef"
SANITY = {"kind": "sanity", "project_id": "demo1234"}


def notes(**variables: object) -> tuple[str, ...]:
    shop = {
        "medusa": {"url": "http://shop.example:9000", "publishable_key": "pk_1"},
        "default_country": "DE",
        "locales": ["en", "de"],
    }
    return settings_notes(Settings.model_validate(shop | variables))


def test_nothing_to_say() -> None:
    """A shop without drafts, and one whose preview is whole."""
    assert notes(content=[SANITY]) == ()
    assert notes(content=[SANITY | {"preview_token": "sk"}], operators_secret=SECRET) == ()


def test_drafts_that_nobody_can_ask_for() -> None:
    """The sources by name, and which variable is missing."""
    old = SANITY | {"name": "old", "preview_token": "hunter2"}

    assert notes(content=[SANITY, old]) == (
        "old could show drafts; there is no preview without BFF_OPERATORS_SECRET",
    )


def test_a_preview_of_nothing() -> None:
    """The secret alone shows no draft."""
    assert notes(content=[SANITY], operators_secret=SECRET) == (
        "BFF_OPERATORS_SECRET is set, but no content system has a token for drafts: no preview",
    )


def test_languages_that_share_an_address() -> None:
    """Search engines would see one page in two languages."""
    shared = {"product": "/p/{handle}", "page": "/{locale}/{slug}"}

    assert notes(urls=shared) == ("BFF_URLS__PRODUCT has no {locale}: en, de share one address",)
    assert notes(urls=shared, locales=["en"]) == ()
    assert notes(urls={"product": {"*": "/p/{handle}", "de": "/de/{handle}"}}) == ()
