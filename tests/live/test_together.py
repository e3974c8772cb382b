"""Several content systems behind one shop, each with its own say; and one of them failing.

Needs a lab: see `tests/live/lab.py` for the variables. The faults are the stand-ins'; they are
taken back at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product as each_with_each
from typing import Any

import httpx
import pytest

from tests.live import lab
from tests.live.comparing import Comparison
from tests.live.expectations import differences
from tests.live.lab import Truth, fetch_truth, needs_lab, sanity_fault
from tests.live.oracle import Oracle
from tests.live.service import PATIENT, operation, running, until_whole
from tests.live.systems import (
    LOCALES,
    content_settings,
    read_systems,
    strapi4_settings,
    strapi_settings,
)
from tests.live.written import System

Json = Any
pytestmark = needs_lab

VIEWS = tuple(each_with_each((*LOCALES, "it"), ("US", "DE")))
SPLIT = ("sanity", "contentful", "strapi")
"""Copy and addons from Sanity, what search engines read from Contentful, pages from Strapi."""
FIELDS = {
    "title": ["sanity:translated", "medusa"],
    "subtitle": ["sanity", "medusa"],
    "description": ["sanity", "medusa"],
    "images": ["sanity", "medusa"],
    "attributes": ["sanity", "medusa"],
    "addons": ["sanity"],
    "seo.title": ["contentful", "medusa"],
    "seo.description": ["contentful", "medusa"],
}
MERGE = {"fields": FIELDS, "pages": ["strapi"], "navigation": ["strapi"]}


@pytest.fixture(scope="module")
def truth() -> Truth:
    return fetch_truth(("US", "DE", "JP"))


def split_oracle(truth: Truth, *silent: str) -> Oracle:
    """Return what the split shop shows; `silent` systems say nothing."""
    systems = [
        System(one.name, {}, one.copies_titles) if one.name in silent else one
        for one in read_systems(SPLIT)
    ]
    orders = {
        **{name: [one.partition(":")[0] for one in order] for name, order in FIELDS.items()},
        "pages": ["strapi"],
        "navigation": ["strapi"],
    }
    return Oracle(truth, LOCALES, systems, orders=orders)


def split_content() -> list[dict[str, Json]]:
    sanity, contentful, strapi = content_settings(SPLIT)
    return [
        sanity,
        {**contentful, "serves": ["products"]},
        {**strapi, "serves": ["pages", "navigation"]},
    ]


async def test_each_system_speaks_for_its_own_fields(truth: Truth) -> None:
    """Copy, SEO and pages come from three systems, and nobody is asked for what is not theirs."""
    oracle = split_oracle(truth)
    comparison = Comparison("ProductPage, one say each")
    async with running(**PATIENT, content=split_content(), merge=MERGE) as service:
        for product_id, wire in truth.products["US"].items():
            for locale, country in VIEWS:
                data = await service.whole(
                    "ProductPage", handle=wire["handle"], locale=locale, country=country
                )
                expected = oracle.product(product_id, locale, country)
                path = f"{wire['handle']} {locale} {country}"
                comparison.add(expected, data["product"], path)
        assert service.upstream_calls["strapi"] == 0
        for slug, (locale, country) in each_with_each(("home", "about", "inicio"), VIEWS):
            data = await service.whole("ContentPage", slug=slug, locale=locale, country=country)
            page = oracle.page(slug, locale, country)
            comparison.add(page, data["page"], f"{slug} {locale} {country}")

    comparison.close()


@contextmanager
def contentful_fault(**fault: object) -> Iterator[None]:
    """Let Contentful's stand-in fail for a moment."""
    admin = f"{lab.CONTENTFUL_URL}/__admin/fault"
    httpx.post(admin, json=fault).raise_for_status()
    try:
        yield
    finally:
        httpx.post(admin, json={"clear": True}).raise_for_status()


@pytest.mark.parametrize("silent", ["sanity", "contentful"])
async def test_a_failing_system_costs_its_own_fields_alone(truth: Truth, silent: str) -> None:
    """Without one system the others' fields are as ever, and the answer says who failed."""
    content = split_content()
    bare, whole = split_oracle(truth, silent), split_oracle(truth)
    fault = sanity_fault if silent == "sanity" else contentful_fault
    handle = "premium-cotton-t-shirt"
    product_id = next(key for key, one in truth.products["DE"].items() if one["handle"] == handle)
    view = {"locale": "es", "country": "DE"}
    async with running(**PATIENT, content=content, merge=MERGE) as service:
        with fault(status=503, count=20):
            answer, response = await service.graphql(
                operation("ProductPage"), handle=handle, **view
            )
        given = {"handle": handle, **view}
        healed, _ = await until_whole(service, operation("ProductPage"), given)

    assert [one["source"] for one in answer["extensions"]["degraded"]] == [silent]
    assert response.headers["cache-control"] == "no-store"
    expected = bare.product(product_id, **view)
    assert list(differences(expected, answer["data"]["product"], "without")) == []
    expected = whole.product(product_id, **view)
    assert healed.keys() == {"data"}
    assert list(differences(expected, healed["data"]["product"], "with")) == []


async def test_two_of_one_kind_serve_together(truth: Truth) -> None:
    """A shop that moves from Strapi 4 to 5: the new one first, the old one for what it lacks."""
    content_settings(("strapi", "strapi4"))
    content = [strapi_settings(name="new"), strapi4_settings(name="old")]
    new, old = read_systems(("strapi", "strapi4"))
    named = [replace(new, name="new"), replace(old, name="old")]
    oracle = Oracle(truth, LOCALES, named)
    comparison = Comparison("ProductPage, new and old Strapi")
    async with running(**PATIENT, content=content) as service:
        for product_id, wire in truth.products["US"].items():
            for locale in LOCALES:
                data = await service.whole("ProductPage", handle=wire["handle"], locale=locale)
                expected = oracle.product(product_id, locale, "US")
                comparison.add(expected, data["product"], f"{wire['handle']} {locale}")

    comparison.close()
