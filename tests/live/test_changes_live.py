"""An edit in each real system is found by asking, and nothing is where nobody edited.

Needs a lab that may be edited: see `tests/live/replicas.py`. What is edited is put back.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from bff.domain.changes import Change, DocumentChanged, ProductChanged, ProductPart
from bff.domain.commerce import ProductId
from bff.domain.locale import Locale
from bff.ports import Call, ChangeFeed
from bff.sources import contentful, medusa, sanity, strapi
from tests.live import lab
from tests.live.conftest import Opens
from tests.live.lab import needs_lab
from tests.live.replicas import needs_edits, secrets
from tests.live.systems import contentful_settings, sanity_settings, strapi_settings

Json = Any
pytestmark = [needs_lab, needs_edits]

EDITED = "classic-belt"
ADDON = "slim-fit-jeans"
SHOWS_IT = "organic-cotton-tshirt"
PROBE = "bff-changes-probe"
LAG = 3.0
"""Seconds: longer than the stand-in's CDN is behind."""


def call(*, after_edit: bool = False) -> Call:
    return Call(time.monotonic() + 20, after_edit=after_edit)


class Reader:
    """Reads one feed as the service does, cursor by cursor."""

    def __init__(self, feed: ChangeFeed) -> None:
        self._feed = feed
        self._cursor: str | None = None

    async def news(self) -> Sequence[Change]:
        changes, self._cursor = await self._feed.since(self._cursor, call())
        return changes

    async def calm(self) -> None:
        """Begin, and see that nothing is told: other tests' edits may be behind us."""
        assert await self.news() == ()
        for _ in range(20):
            if not await self.news():
                return
            await asyncio.sleep(0.5)  # somebody else edits this lab
        message = "there are always changes"
        raise AssertionError(message)


def asked(client: httpx.Client, method: str, path: str, **more: Json) -> Json:
    """Return the answer of a system's own API; an empty one is `None`."""
    response = client.request(method.upper(), path, **more).raise_for_status()
    return response.json() if response.content else None


def try_to(client: httpx.Client, method: str, path: str, **more: Json) -> None:
    """Undo something, be it there or not."""
    client.request(method.upper(), path, **more)


def documents(changes: Sequence[Change]) -> dict[str, DocumentChanged]:
    return {one.document_id: one for one in changes if isinstance(one, DocumentChanged)}


# ---- Medusa


@pytest.fixture
def admin() -> Iterator[httpx.Client]:
    known = secrets()
    with httpx.Client(base_url=lab.MEDUSA_URL, timeout=30) as client:
        account = {
            "email": known["MEDUSA_ADMIN_EMAIL"],
            "password": known["MEDUSA_ADMIN_PASSWORD"],
        }
        token = asked(client, "post", "/auth/user/emailpass", json=account)["token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def product_of(admin: httpx.Client, handle: str) -> Json:
    params = {"handle": handle, "fields": "id,title,variants.id,variants.title"}
    return admin.get("/admin/products", params=params).raise_for_status().json()["products"][0]


async def test_an_edit_in_medusa_is_found(opens: Opens, admin: httpx.Client) -> None:
    """A title, a variant's title, and a product that is taken out of the shop and put back."""
    settings = medusa.MedusaSettings.model_validate(
        {"url": lab.MEDUSA_URL, "publishable_key": lab.MEDUSA_KEY}
    )
    upstream = opens(lab.MEDUSA_URL, medusa.headers(settings), medusa.reason_of)
    reader = Reader(medusa.MedusaChanges(upstream, settings))
    product = product_of(admin, EDITED)
    product_id, variant = ProductId(product["id"]), product["variants"][0]
    path = f"/admin/products/{product_id}"
    variant_path = f"{path}/variants/{variant['id']}"

    async def told() -> list[ProductPart]:
        news = [one for one in await reader.news() if isinstance(one, ProductChanged)]
        return [one.part for one in news if one.product == product_id]

    await reader.calm()
    try:
        asked(admin, "post", path, json={"title": "Edited"})
        assert await told() == [ProductPart.ALL]
        asked(admin, "post", variant_path, json={"title": "Edited"})
        assert await told() == [ProductPart.DETAILS]
        assert await told() == []
        asked(admin, "post", path, json={"status": "draft"})
        assert await told() == [ProductPart.GONE]
        asked(admin, "post", path, json={"status": "published"})
        assert await told() == [ProductPart.ALL]
    finally:
        try_to(admin, "post", path, json={"title": product["title"], "status": "published"})
        try_to(admin, "post", variant_path, json={"title": variant["title"]})


# ---- Sanity


@contextmanager
def sanity_probe() -> Iterator[Callable[..., None]]:
    """A menu of its own in the dataset, which nobody else reads."""
    known = secrets()
    headers = {"authorization": f"Bearer {known['SANITY_WRITE_TOKEN']}"}
    path = f"/v2025-02-19/data/mutate/{known['SANITY_DATASET']}?visibility=sync"
    with httpx.Client(base_url=lab.SANITY_URL, headers=headers, timeout=30) as client:

        def write(label: str | None) -> None:
            item = {"_key": "a", "label": label, "url": "/x"}
            menu = {"_id": PROBE, "_type": "navigation", "key": PROBE, "items": [item]}
            mutation = {"createOrReplace": menu} if label else {"delete": {"id": PROBE}}
            asked(client, "post", path, json={"mutations": [mutation]})

        try:
            yield write
        finally:
            write(None)


def past_cdn_settings() -> sanity.SanitySettings:
    known = secrets()
    return sanity.SanitySettings.model_validate(
        sanity_settings(url=known["SANITY_CDN_URL"], live_url=known["SANITY_URL"])
    )


async def test_an_edit_in_sanity_is_found(opens: Opens) -> None:
    """A document that is new, edited, and gone; the live API is asked, not the CDN."""
    settings = past_cdn_settings()
    cdn = opens(settings.base_url(), settings.headers(), sanity.reason_of)
    live = opens(settings.past_cdn or "", settings.headers(), sanity.reason_of)
    reader = Reader(sanity.SanityChanges(cdn, settings, live=live))
    with sanity_probe() as write:
        await reader.calm()
        write("new")
        first = documents(await reader.news())[PROBE]
        write("edited")
        second = documents(await reader.news())[PROBE]
        assert first.version is not None
        assert second.version is not None
        assert first.version <= second.version  # both may be of one second
        assert PROBE not in documents(await reader.news())
        write(None)
        assert documents(await reader.news())[PROBE].is_gone


async def test_what_was_just_edited_is_read_past_sanitys_cdn(opens: Opens) -> None:
    """The stand-in's CDN is two seconds behind, as the real one may be."""
    settings = past_cdn_settings()
    cdn = opens(settings.base_url(), settings.headers(), sanity.reason_of)
    live = opens(settings.past_cdn or "", settings.headers(), sanity.reason_of)
    source = sanity.SanityContent(cdn, settings, (Locale("en"),), live=live)

    async def version(*, after_edit: bool = False) -> int | None:
        menu = (await source.menus([PROBE], call(after_edit=after_edit)))[PROBE]
        return menu.made_of[PROBE] if menu else None

    with sanity_probe() as write:
        write("first")
        await asyncio.sleep(LAG)
        first = await version()
        assert first is not None
        write("second")
        assert await version() == first  # the CDN's
        second = await version(after_edit=True)
        assert second is not None
        assert second > first
        await asyncio.sleep(LAG)
        assert await version() == second


# ---- Contentful


async def test_an_edit_in_contentful_is_found(opens: Opens) -> None:
    """Published, published again, and deleted: entries and files alike."""
    settings = contentful.ContentfulSettings.model_validate(contentful_settings())
    upstream = opens(settings.base_url(), settings.headers(), contentful.reason_of)
    reader = Reader(contentful.ContentfulChanges(upstream, settings))
    probe = {"id": PROBE, "contentType": "note", "fields": {}}
    with httpx.Client(base_url=f"{lab.CONTENTFUL_URL}/__admin", timeout=30) as client:
        await reader.calm()
        try:
            for kind in ("Entry", "Asset"):
                for revision in (1, 2):
                    asked(client, "post", "/publish", json={**probe, "kind": kind})
                    assert documents(await reader.news())[PROBE].version == revision
                assert PROBE not in documents(await reader.news())
                asked(client, "post", "/delete", json={"id": PROBE, "kind": kind})
                assert documents(await reader.news())[PROBE].is_gone
        finally:
            for kind in ("Entry", "Asset"):
                try_to(client, "post", "/delete", json={"id": PROBE, "kind": kind})


# ---- Strapi


@pytest.mark.parametrize("version", [5, 4])
async def test_an_edit_in_strapi_is_found(opens: Opens, version: int) -> None:
    """A page that is new, edited and gone, in both versions."""
    known = secrets()
    prefix = "STRAPI" if version == 5 else "STRAPI4"
    base_url, id_name = known[f"{prefix}_URL"], "documentId" if version == 5 else "id"
    settings = strapi.StrapiSettings.model_validate(
        strapi_settings(version="detect", url=base_url, token=known[f"{prefix}_READ_TOKEN"])
    )
    upstream = opens(base_url, settings.headers(), strapi.reason_of)
    reader = Reader(strapi.StrapiChanges(upstream, settings, time.monotonic))
    headers = {"authorization": f"Bearer {known[f'{prefix}_FULL_TOKEN']}"}
    with httpx.Client(base_url=f"{base_url}/api", headers=headers, timeout=30) as client:

        def pages() -> list[str]:
            params = {"filters[slug][$eq]": PROBE, "fields[0]": "slug"}
            found = client.get("/pages", params=params).raise_for_status().json()["data"]
            return [str(one[id_name]) for one in found]

        await reader.calm()
        try:
            page = {"data": {"slug": PROBE, "title": "New"}}
            made = asked(client, "post", "/pages", json=page)["data"]
            page_id = str(made[id_name])
            first = documents(await reader.news())[page_id]
            asked(client, "put", f"/pages/{page_id}", json={"data": {"title": "Edited"}})
            second = documents(await reader.news())[page_id]
            assert (first.version is None) == (version == 4)
            assert (first.version or 0) <= (second.version or 0)
            assert page_id not in documents(await reader.news())
            asked(client, "delete", f"/pages/{page_id}")
            assert documents(await reader.news())[page_id].is_gone
        finally:
            for page_id in pages():
                try_to(client, "delete", f"/pages/{page_id}")


@pytest.mark.parametrize("version", [5, 4])
async def test_who_names_an_edited_product_of_strapis_is_told_of_too(
    opens: Opens, version: int
) -> None:
    """Strapi does not show an addon that is not published: publishing it edits nobody else."""
    known = secrets()
    prefix = "STRAPI" if version == 5 else "STRAPI4"
    base_url, id_name = known[f"{prefix}_URL"], "documentId" if version == 5 else "id"
    settings = strapi.StrapiSettings.model_validate(
        strapi_settings(version=str(version), url=base_url, token=known[f"{prefix}_READ_TOKEN"])
    )
    upstream = opens(base_url, settings.headers(), strapi.reason_of)
    reader = Reader(strapi.StrapiChanges(upstream, settings, time.monotonic))
    headers = {"authorization": f"Bearer {known[f'{prefix}_FULL_TOKEN']}"}
    with httpx.Client(base_url=f"{base_url}/api", headers=headers, timeout=30) as client:

        def id_of(handle: str) -> str:
            params = {"filters[handle][$eq]": handle, "fields[0]": "handle", "locale": "en"}
            found = client.get("/products", params=params).raise_for_status().json()["data"]
            return str(found[0][id_name])

        addon, shows_it = id_of(ADDON), id_of(SHOWS_IT)
        await reader.calm()
        same = {"data": {"handle": ADDON}}
        asked(client, "put", f"/products/{addon}", json=same, params={"locale": "en"})
        assert {addon, shows_it} <= documents(await reader.news()).keys()
