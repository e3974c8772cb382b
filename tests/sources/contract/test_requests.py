"""How many requests a shopper's first look costs at each content system."""

from collections.abc import Mapping

from tests.sources.contract.shop import SHOP
from tests.sources.contract.system import Harness, System, opened

_PAGE: Mapping[str, tuple[int, int]] = {
    "sanity": (1, 2),  # one more where a reference does not say which product it means
    "contentful": (4, 4),  # a filter looks at one language, and each has a slug of its own
    "strapi": (1, 1),
}
_MENU: Mapping[str, int] = {"sanity": 2, "contentful": 1, "strapi": 1}
"""Sanity is asked once more for what the entries refer to."""
_ONCE: Mapping[str, int] = {"sanity": 0, "contentful": 2, "strapi": 0}
"""Contentful says what its content types and its languages are."""


def kind(system: System) -> str:
    """Return what kind of content system it is."""
    return str(system.harness.settings["kind"])


async def test_a_product_is_one_request(system: System) -> None:
    """With all its languages, pictures and fields, and the keys of its addons."""
    keys = system.keys([SHOP.article("shirt")])

    assert (await system.source.contents(keys, system.call))[keys[0]]

    assert len(system.wire.asked) == 1


async def test_a_page_is_looked_for_in_all_languages(system: System) -> None:
    """In one request where the content system can look in all of them at once."""
    assert (await system.source.pages(["home"], system.call))["home"]

    least, most = _PAGE[kind(system)]
    assert least <= len(system.wire.asked) <= most


async def test_a_menu_is_read_with_what_it_leads_to(system: System) -> None:
    """However many entries it has."""
    assert (await system.source.menus(["main"], system.call))["main"]

    assert len(system.wire.asked) == _MENU[kind(system)]


async def test_what_is_needed_once_is_asked_once(harness: Harness) -> None:
    """A second look costs nothing but its own request."""
    async with opened(harness, SHOP) as system:
        for handle in ("shirt", "belt"):
            await system.source.contents(system.keys([SHOP.article(handle)]), system.call)

        logins = 1 if "identifier" in harness.settings else 0
        references = len(system.wire.requests) - len(system.wire.asked)
        assert len(system.wire.asked) == 2
        assert references == _ONCE[kind(system)] + logins
