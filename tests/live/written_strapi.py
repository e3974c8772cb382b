"""What is written in a Strapi of the laboratory's model, version 5 or 4."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx

from tests.live.oracle_blocks import markdown, rich_text
from tests.live.written import (
    Picture,
    References,
    System,
    Tag,
    Written,
    WrittenEntry,
    WrittenPage,
    camel_case,
    distinct,
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
}


_PAGES = {
    "populate[seo]": "true",
    "populate[sections][on][page.product-list][populate][products][fields][0]": "medusa_id",
}
_MENUS = {"populate[items][populate][page][fields][0]": "slug"}


def system(url: str, token: str, version: int, name: str = "strapi") -> System:
    """Return what a Strapi publishes."""
    with httpx.Client(
        base_url=f"{url}/api", headers={"Authorization": f"Bearer {token}"}, timeout=30
    ) as client:
        everywhere = "*" if version == 5 else "all"
        products = _documents(client, "/products", {**_QUERY, "locale": everywhere}, "medusa_id")
        pages = _documents(client, "/pages", {**_PAGES, "locale": everywhere}, "createdAt")
        menus = _documents(client, "/navigations", {**_MENUS, "locale": everywhere}, "key")
    return System(
        name,
        {key: _written(rows, url) for key, rows in products.items()},
        pages=[_page(rows, url) for rows in _by_document(pages)],
        menus={key: _menu(rows) for key, rows in menus.items()},
    )


def _documents(
    client: httpx.Client, path: str, query: Mapping[str, str], key: str
) -> dict[str, list[Json]]:
    """Return all rows of a type by one of their fields, the oldest first."""
    rows: list[Json] = []
    pages = 1
    while pages:
        paged = {**query, "sort": "id", "pagination[pageSize]": "100"}
        response = client.get(path, params={**paged, "pagination[page]": str(pages)})
        answer = json.loads(response.raise_for_status().text, parse_float=Decimal)
        rows += [_flat(row) for row in answer["data"]]
        pages = pages + 1 if pages < answer["meta"]["pagination"]["pageCount"] else 0
    found: dict[str, list[Json]] = {}
    for row in sorted(rows, key=lambda row: row["createdAt"]):
        found.setdefault(row[key], []).append(row)
    return found


def _by_document(rows: Mapping[str, list[Json]]) -> list[list[Json]]:
    """Put the languages of a page together; in version 4 the product lists tell nothing."""
    found: dict[str, list[Json]] = {}
    for row in (row for several in rows.values() for row in several):
        found.setdefault(row.get("documentId") or _PAGE_OF[row["slug"]], []).append(row)
    return list(found.values())


_PAGE_OF = {"inicio": "home", **{slug: slug for slug in ("home", "about", "shipping", "returns")}}
"""Version 4 has no id for all languages of a page: its localisations are rows of their own."""


def _page(rows: Sequence[Json], url: str) -> WrittenPage:
    texts: dict[Tag, Mapping[str, Json]] = {}
    items: dict[Tag, list[str]] = {}
    for row in rows:
        seo = row["seo"] or {}
        texts[row["locale"]] = present(
            {
                "title": row["title"],
                "description": rich_text(row["body"], url),
                "seo.title": seo.get("meta_title"),
                "seo.description": seo.get("meta_description"),
            }
        )
        listed = [
            target["medusa_id"]
            for section in row["sections"]
            for target in section.get("products") or []
        ]
        if listed:
            items[row["locale"]] = listed
    return WrittenPage(
        rows[0].get("documentId") or "",
        {row["locale"]: row["slug"] for row in rows},
        texts,
        items,
    )


def _menu(rows: Sequence[Json]) -> dict[Tag, list[WrittenEntry]]:
    return {
        row["locale"]: [
            WrittenEntry(
                {None: item["label"]},
                {None: item["url"]} if item["url"] else {},
                item["page"] and {None: item["page"]["slug"]},
            )
            for item in row["items"]
        ]
        for row in rows
    }


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
                or rich_text(markdown(row["long_description"]), url)
                or rich_text(row["description"], url),
                "seo.title": seo.get("meta_title"),
                "seo.description": seo.get("meta_description"),
            }
        )
        attributes[row["locale"]] = _attributes(row, _ATTRIBUTES - _NEUTRAL)
    attributes[None] = _attributes(rows[0], _NEUTRAL)
    pictures = distinct(_pictures(rows[0], url))
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
