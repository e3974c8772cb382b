"""What the live tests are run against: its addresses, and Medusa's raw answers.

BFF_LIVE_MEDUSA_URL, BFF_LIVE_MEDUSA_KEY              the shop and its publishable key
BFF_LIVE_SANITY_URL, BFF_LIVE_SANITY_PROJECT_ID       the content lake
BFF_LIVE_SANITY_DATASET, BFF_LIVE_SANITY_TOKEN        where they differ from the defaults
BFF_LIVE_CONTENTFUL_URL, _PREVIEW_URL                 delivery and preview
BFF_LIVE_CONTENTFUL_SPACE, _TOKEN, _PREVIEW_TOKEN     the space and its two tokens
BFF_LIVE_STRAPI_URL, BFF_LIVE_STRAPI_TOKEN            version 5
BFF_LIVE_STRAPI4_URL, BFF_LIVE_STRAPI4_TOKEN          version 4
BFF_LIVE_CATALOGUE                                    a JSON list of `{handle, medusa_id}`: all
                                                      that the shop knows, sold or not
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

MEDUSA_URL = os.environ.get("BFF_LIVE_MEDUSA_URL", "")
MEDUSA_KEY = os.environ.get("BFF_LIVE_MEDUSA_KEY", "")
SANITY_URL = os.environ.get("BFF_LIVE_SANITY_URL", "")
SANITY_PROJECT = os.environ.get("BFF_LIVE_SANITY_PROJECT_ID", "")
SANITY_DATASET = os.environ.get("BFF_LIVE_SANITY_DATASET", "production")
SANITY_TOKEN = os.environ.get("BFF_LIVE_SANITY_TOKEN", "")
CONTENTFUL_URL = os.environ.get("BFF_LIVE_CONTENTFUL_URL", "")
CONTENTFUL_PREVIEW_URL = os.environ.get("BFF_LIVE_CONTENTFUL_PREVIEW_URL", "")
CONTENTFUL_SPACE = os.environ.get("BFF_LIVE_CONTENTFUL_SPACE", "")
CONTENTFUL_TOKEN = os.environ.get("BFF_LIVE_CONTENTFUL_TOKEN", "")
CONTENTFUL_PREVIEW_TOKEN = os.environ.get("BFF_LIVE_CONTENTFUL_PREVIEW_TOKEN", "")
STRAPI_URL = os.environ.get("BFF_LIVE_STRAPI_URL", "")
STRAPI_TOKEN = os.environ.get("BFF_LIVE_STRAPI_TOKEN", "")
STRAPI4_URL = os.environ.get("BFF_LIVE_STRAPI4_URL", "")
STRAPI4_TOKEN = os.environ.get("BFF_LIVE_STRAPI4_TOKEN", "")
CATALOGUE = os.environ.get("BFF_LIVE_CATALOGUE", "")

needs_lab = pytest.mark.skipif(
    not (MEDUSA_URL and MEDUSA_KEY and SANITY_URL and SANITY_PROJECT),
    reason="BFF_LIVE_MEDUSA_URL, BFF_LIVE_MEDUSA_KEY, BFF_LIVE_SANITY_URL and "
    "BFF_LIVE_SANITY_PROJECT_ID name no lab",
)
needs_catalogue = pytest.mark.skipif(
    not CATALOGUE, reason="BFF_LIVE_CATALOGUE does not say what the shop knows but does not sell"
)

Json = Any
"""A parsed answer; its numbers are Decimals."""

# Everything that there is: the tests do not know which fields the service asks for.
_FIELDS = (
    "+metadata,*categories,*variants.images,*variants.calculated_price,"
    "+variants.inventory_quantity,+variants.manage_inventory,+variants.allow_backorder"
)


@dataclass(frozen=True)
class Truth:
    """What Medusa answers when it is asked directly: products by country and id."""

    regions: Mapping[str, Json]
    products: Mapping[str, Mapping[str, Json]]
    digits: Mapping[str, int]


def fetch_truth(countries: tuple[str, ...]) -> Truth:
    """Ask Medusa for everything, in the plainest way."""
    headers = {"x-publishable-api-key": MEDUSA_KEY}
    with httpx.Client(base_url=MEDUSA_URL, headers=headers, timeout=30) as medusa:
        regions = _regions(medusa)
        products = {
            country: _products(medusa, regions[country]["id"], country) for country in countries
        }
        currencies = _read(medusa, "/store/currencies", limit=1_000)["currencies"]
    digits = {each["code"].upper(): int(each["decimal_digits"]) for each in currencies}
    return Truth(regions, products, digits)


def _read(client: httpx.Client, path: str, **params: str | int) -> Json:
    response = client.get(path, params=params).raise_for_status()
    return json.loads(response.text, parse_float=Decimal)


def _regions(medusa: httpx.Client) -> dict[str, Json]:
    regions = _read(medusa, "/store/regions", limit=1_000)["regions"]
    return {
        country["iso_2"].upper(): region for region in regions for country in region["countries"]
    }


def _products(medusa: httpx.Client, region: str, country: str) -> dict[str, Json]:
    page = _read(
        medusa,
        "/store/products",
        fields=_FIELDS,
        region_id=region,
        country_code=country.lower(),
        limit=1_000,
    )
    return {product["id"]: product for product in page["products"]}


def catalogue() -> list[dict[str, str]]:
    """Return handle and id of all that the shop knows, sold or not."""
    listed: list[dict[str, str]] = json.loads(Path(CATALOGUE).read_text(encoding="utf-8"))
    return listed


@contextmanager
def sanity_fault(**fault: object) -> Iterator[None]:
    """Let the stand-in fail for a moment."""
    admin = f"{SANITY_URL}/__admin/fault"
    httpx.post(admin, json=fault).raise_for_status()
    try:
        yield
    finally:
        httpx.post(admin, json={"clear": True}).raise_for_status()
