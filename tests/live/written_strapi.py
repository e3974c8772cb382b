"""What is written in a Strapi of the laboratory's model, version 5 or 4."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx

from tests.live.oracle_blocks import rich_text
from tests.live.written import (
    Picture,
    References,
    System,
    Tag,
    Written,
    camel_case,
    is_blank,
    present,
)

Json = Any
_NEUTRAL = {"sustainability_score", "made_in", "certifications"}
_ATTRIBUTES = {"care_instructions", *_NEUTRAL}
_QUERY = {
    "populate[seo]": "true",
    "populate[images]": "true",
    "populate[thumbnail]": "true",
    "populate[addons][populate][products][fields][0]": "medusa_id",
    "sort": "id",
    "pagination[pageSize]": "100",
}


def system(url: str, token: str, version: int, name: str = "strapi") -> System:
    """Return what a Strapi publishes."""
    rows: list[Json] = []
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        pages = 1
        while len(rows) < 10_000 and pages:
            query = {
                **_QUERY,
                "locale": "*" if version == 5 else "all",
                "pagination[page]": str(pages),
            }
            response = client.get(f"{url}/api/products", params=query).raise_for_status()
            answer = json.loads(response.text, parse_float=Decimal)
            rows += [_flat(row) for row in answer["data"]]
            pages = pages + 1 if pages < answer["meta"]["pagination"]["pageCount"] else 0
    by_product: dict[str, list[Json]] = {}
    for row in sorted(rows, key=lambda row: row["createdAt"]):
        by_product.setdefault(row["medusa_id"], []).append(row)
    return System(name, {key: _written(rows, url) for key, rows in by_product.items()})


def _flat(value: Json) -> Json:
    """Take version 4's envelopes away: `{data: ...}` and `{id, attributes}`."""
    if isinstance(value, list):
        return [_flat(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"data"}:
        return _flat(value["data"])
    if value.keys() == {"id", "attributes"}:
        return {"id": value["id"], **_flat(value["attributes"])}
    return {name: _flat(inside) for name, inside in value.items()}


def _written(rows: Sequence[Json], url: str) -> Written:
    texts: dict[Tag, Mapping[str, Json]] = {}
    attributes: dict[Tag, Mapping[str, Json]] = {}
    for row in rows:
        seo = row["seo"] or {}
        texts[row["locale"]] = present(
            {
                "title": row["title"],
                "subtitle": row["subtitle"],
                "description": rich_text(row["rich_description"], url)
                or rich_text(row["description"], url),
                "seo.title": seo.get("meta_title"),
                "seo.description": seo.get("meta_description"),
            }
        )
        attributes[row["locale"]] = _attributes(row, _ATTRIBUTES - _NEUTRAL)
    attributes[None] = _attributes(rows[0], _NEUTRAL)
    pictures = list(_pictures(rows[0], url))
    return Written(texts, attributes, {None: pictures} if pictures else {}, list(_addons(rows)))


def _attributes(row: Json, names: set[str]) -> dict[str, Json]:
    return {camel_case(name): row[name] for name in names if not is_blank(row[name])}


def _pictures(row: Json, url: str) -> Iterator[Picture]:
    for role, media in (("hero", [row["thumbnail"]]), ("gallery", row["images"] or [])):
        for each in filter(None, media):
            alt = each["alternativeText"]
            address = url + each["url"] if each["url"].startswith("/") else each["url"]
            yield Picture(address, {None: alt} if alt else {}, each["width"], each["height"], role)


def _addons(rows: Sequence[Json]) -> Iterator[References]:
    groups = {row["locale"]: row["addons"] for row in rows if row["addons"]}
    if groups:
        yield References(
            {
                tag: [target["medusa_id"] for target in group["products"]]
                for tag, group in groups.items()
            },
            {tag: group["title"] for tag, group in groups.items() if group["title"]},
        )
