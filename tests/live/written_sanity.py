"""What is written in a Sanity dataset whose documents hold one object per language in `specs`."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import httpx

from tests.live.oracle_text import rich_text
from tests.live.written import (
    Menu,
    References,
    System,
    Tag,
    Written,
    WrittenEntry,
    WrittenPage,
    camel_case,
    is_blank,
    present,
)

Json = Any
_MAPPED = {"title", "subtitle", "content", "description", "seo", "specs", "addons", "lang"}


def read_everything(url: str, project: str, dataset: str, token: str) -> tuple[list[Json], str]:
    """Return all documents that Sanity lets us see, drafts too, and its answer as it came."""
    headers = {"X-Sanity-Project-ID": project}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    params = {"query": "*", "perspective": "raw"}
    path = f"{url}/v2025-02-19/data/query/{dataset}"
    response = httpx.get(path, params=params, headers=headers, timeout=30).raise_for_status()
    return json.loads(response.text, parse_float=Decimal)["result"], response.text


def system(everything: list[Json], locales: tuple[str, ...]) -> System:
    """Return what is published of it, for a shop that speaks these languages."""
    published = {each["_id"]: each for each in everything if "." not in each["_id"]}
    assets = {id_: each for id_, each in published.items() if each["_type"].endswith("Asset")}
    products = {
        id_: _written(each, assets, locales)
        for id_, each in published.items()
        if each["_type"] == "product"
    }
    by_type = [each for each in published.values() if each["_type"] == "page"]
    pages = [_page(each, assets, locales) for each in by_type]
    menus: dict[str, Menu] = {
        each["key"]: {None: [_entry(item, published) for item in each["items"]]}
        for each in published.values()
        if each["_type"] == "navigation"
    }
    return System("sanity", products, copies_titles=True, pages=pages, menus=menus)


def _page(document: Json, assets: Mapping[str, Json], locales: tuple[str, ...]) -> WrittenPage:
    targets = [one["_ref"] for one in document.get("products") or []]
    return WrittenPage(
        document["_id"],
        {None: document["slug"]["current"]},
        _written(document, assets, locales).texts,
        {None: targets} if targets else {},
    )


def _entry(item: Json, published: Mapping[str, Json]) -> WrittenEntry:
    page = published.get((item.get("page") or {}).get("_ref", ""))
    return WrittenEntry(
        {label["lang"]: label["value"] for label in item["labels"]},
        {None: item["url"]} if item.get("url") else {},
        page and {None: page["slug"]["current"]},
        (item.get("product") or {}).get("_ref"),
        [_entry(child, published) for child in item.get("children") or []],
    )


def _written(document: Json, assets: Mapping[str, Json], locales: tuple[str, ...]) -> Written:
    texts: dict[Tag, dict[str, Json]] = {}
    attributes: dict[Tag, dict[str, Json]] = {None: _attributes(document)}
    for tag in locales:
        for spec in _specs(document, tag):
            seo = spec.get("seo") or {}
            found = present(
                {
                    "title": spec.get("title"),
                    "subtitle": spec.get("subtitle"),
                    "description": rich_text(spec.get("content"), assets),
                    "seo.title": seo.get("title"),
                    "seo.description": seo.get("description"),
                }
            )
            texts[tag] = found | texts.get(tag, {})
            attributes[tag] = _attributes(spec) | attributes.get(tag, {})
    return Written(texts, attributes, addons=list(_addons(document)))


def _specs(document: Json, tag: str) -> Iterator[Json]:
    """Yield what the editor wrote for one language, however it was spelt."""
    for spec in document.get("specs") or []:
        if str(spec.get("lang") or "").strip().replace("_", "-").lower() == tag.lower():
            yield spec


def _attributes(holder: Json) -> dict[str, Json]:
    return {
        camel_case(name): value
        for name, value in holder.items()
        if not name.startswith("_") and name not in _MAPPED and not is_blank(value)
    }


def _addons(document: Json) -> Iterator[References]:
    group = document.get("addons") or {}
    # open: a reference to a draft means the product.
    targets = [one["_ref"].rsplit(".", 1)[-1] for one in group.get("products") or []]
    title = group.get("title") or ""
    if targets:
        yield References({None: targets}, {None: title} if title.strip() else {})
