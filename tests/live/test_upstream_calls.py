"""What a shopper's first look costs each upstream: exact numbers of calls, with the markets known.

Needs a lab: see `tests/live/lab.py` for the variables.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.live.lab import needs_lab
from tests.live.service import PATIENT, operation, running
from tests.live.systems import LOCALES, content_settings

pytestmark = needs_lab

Calls = Mapping[str, int]
_PAGE = {"handle": "premium-cotton-t-shirt", "locale": "es", "country": "DE"}
_CARDS = {"first": 24, "locale": "fr", "country": "FR"}
_HOME = {"slug": "home", "locale": "en", "country": "DE"}
_MENU = {"locale": "en", "country": "DE"}

# Strapi is asked for addons' own texts while Medusa prices them: what it can bring along is in
# the language of whoever refers to it, and takes it longer than both questions do.
_LOOKS: Mapping[str, tuple[Mapping[str, Any], Mapping[tuple[str, ...], Calls]]] = {
    "ProductPage": (
        _PAGE,
        {
            ("sanity",): {"medusa": 2, "sanity": 1},
            ("contentful",): {"medusa": 2, "contentful": 1},
            ("strapi",): {"medusa": 2, "strapi": 2},
            ("strapi4",): {"medusa": 2, "strapi": 2},
            ("sanity", "strapi"): {"medusa": 2, "sanity": 1, "strapi": 2},
        },
    ),
    "ProductCardsWithAddons": (
        _CARDS,
        {
            ("sanity",): {"medusa": 2, "sanity": 1},
            ("contentful",): {"medusa": 2, "contentful": 1},
            ("strapi",): {"medusa": 2, "strapi": 2},
            ("strapi4",): {"medusa": 2, "strapi": 2},
            # Each is asked for the addons that the other names.
            ("sanity", "strapi"): {"medusa": 2, "sanity": 2, "strapi": 2},
        },
    ),
    "ContentPage": (
        _HOME,
        {
            ("sanity",): {"medusa": 1, "sanity": 2},
            # A filter of Contentful's looks at one language.
            ("contentful",): {"medusa": 1, "contentful": len(LOCALES) + 1},
            ("strapi",): {"medusa": 1, "strapi": 2},
            ("strapi4",): {"medusa": 1, "strapi": 2},
            ("sanity", "strapi"): {"medusa": 1, "sanity": 2, "strapi": 2},
        },
    ),
    "Navigation": (
        _MENU,
        {
            # Categories, collections, and the products that the menu leads to.
            ("sanity",): {"medusa": 3, "sanity": 2},
            ("contentful",): {"medusa": 3, "contentful": 1},
            ("strapi",): {"medusa": 2, "strapi": 1},  # its menus lead to pages only
            ("strapi4",): {"medusa": 2, "strapi": 1},
            ("sanity", "strapi"): {"medusa": 3, "sanity": 2, "strapi": 1},
        },
    ),
}
_CASES = [
    pytest.param(name, names, id=f"{name}-{'+'.join(names)}")
    for name, (_, costs) in _LOOKS.items()
    for names in costs
]


@pytest.mark.parametrize(("name", "names"), _CASES)
async def test_a_first_look_costs(name: str, names: tuple[str, ...]) -> None:
    """Calls are what is scarce: Medusa spends 20 to 80 ms of its processor on each."""
    variables, costs = _LOOKS[name]
    async with running(**PATIENT, content=content_settings(names)) as service:
        # What is asked once for all: the markets, and what Contentful's space looks like.
        await service.graphql('{ product(handle: "classic-mug", country: "DE") { title } }')
        service.upstream_calls.clear()
        answer, _ = await service.graphql(operation(name), **variables)

    assert answer.keys() == {"data"}
    assert service.upstream_calls == costs[names]


async def test_contentful_says_once_what_its_space_looks_like() -> None:
    """Content types and languages are two questions more, for the very first shopper only."""
    async with running(**PATIENT, content=content_settings(["contentful"])) as service:
        await service.whole("ProductPage", **_PAGE)
        assert service.upstream_calls["contentful"] == 3
        await service.whole("ProductPage", **{**_PAGE, "handle": "classic-mug"})

    assert service.upstream_calls["contentful"] == 4
