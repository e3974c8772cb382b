"""Pages and menus of each content system, against what it says when it is asked directly.

Needs a lab: see `tests/live/lab.py` for the variables. Run with `-s` to see the figures.
"""

from itertools import product as each_with_each

import pytest

from tests.live.comparing import Comparison
from tests.live.lab import Truth, fetch_truth, needs_lab
from tests.live.oracle import Oracle
from tests.live.service import PATIENT, operation, running
from tests.live.systems import LOCALES, TOGETHER, content_settings, read_systems

pytestmark = needs_lab

COUNTRIES = ("US", "DE", "JP")
VIEWS = tuple(each_with_each((*LOCALES, "it", "es-MX"), COUNTRIES))
UNPUBLISHED = "coming-soon"


@pytest.fixture(scope="module")
def truth() -> Truth:
    return fetch_truth(COUNTRIES)


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
async def test_every_page_is_what_the_content_system_says(
    truth: Truth, names: tuple[str, ...]
) -> None:
    """Each page is found by its slug in any language, its products priced; a draft is none."""
    content = content_settings(names)
    oracle = Oracle(truth, LOCALES, read_systems(names))
    slugs = {
        slug for system in oracle.systems for one in system.pages for slug in one.slugs.values()
    }
    comparison = Comparison(f"ContentPage with {'+'.join(names)}")
    async with running(**PATIENT, content=content) as service:
        for slug, (locale, country) in each_with_each(sorted(slugs), VIEWS):
            data = await service.whole("ContentPage", slug=slug, locale=locale, country=country)
            expected = oracle.page(slug, locale, country)
            comparison.add(expected, data["page"], f"{slug} {locale} {country}")
        for slug in (UNPUBLISHED, "no-such-page"):
            assert await service.whole("ContentPage", slug=slug, locale="en") == {"page": None}
            problem, response = await service.rest(f"/v1/pages/{slug}")
            assert (response.status_code, problem["code"]) == (404, "NOT_FOUND")

    comparison.close()
    assert comparison.answers == len(slugs) * len(VIEWS)


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
async def test_the_menu_is_what_the_content_system_says(
    truth: Truth, names: tuple[str, ...]
) -> None:
    """The main menu leads where the editor wanted, in the shopper's language."""
    content = content_settings(names)
    oracle = Oracle(truth, LOCALES, read_systems(names))
    comparison = Comparison(f"Navigation with {'+'.join(names)}")
    async with running(**PATIENT, content=content) as service:
        for locale, country in VIEWS:
            data = await service.whole("Navigation", locale=locale, country=country)
            expected = oracle.navigation("main", locale, country)
            comparison.add(expected, data["navigation"], f"main {locale} {country}")

    comparison.close()
    assert comparison.answers == len(VIEWS)


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
async def test_a_page_with_products_costs_one_call_to_medusa(names: tuple[str, ...]) -> None:
    """All products of a page are priced together, and so are their own texts read."""
    content = content_settings(names)
    async with running(**PATIENT, content=content) as service:
        await service.graphql("{ markets { regionId } }")
        service.upstream_calls.clear()
        await service.graphql(operation("ContentPage"), slug="home", locale="es", country="DE")

    assert service.upstream_calls["medusa"] == 1
