"""A field that an editor adds in the content system is shown without anybody changing the code.

Needs a lab whose content systems may be written to; what is written is taken back.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.live import lab
from tests.live.lab import needs_lab
from tests.live.service import PATIENT, Asked, running
from tests.live.systems import content_settings

Json = Any
WRITE_TOKEN = os.environ.get("BFF_LIVE_SANITY_WRITE_TOKEN", "")
pytestmark = needs_lab

HANDLE = "classic-mug"
QUERY = """
query($handle: String!) {
  product(handle: $handle, locale: "de") {
    id
    attributes(keys: ["glazeColour"]) { key value }
    provenance { field source locale }
  }
}
"""
BRIEFLY = {"content_seconds": 1.5, "commerce_seconds": 1, "reference_seconds": 60}


async def _shown(service: Asked) -> tuple[str, list[Json], list[Json]]:
    answer, _ = await service.graphql(QUERY, handle=HANDLE)
    product = answer["data"]["product"]
    told = [one for one in product["provenance"] if one["field"] == "attributes.glazeColour"]
    return product["id"], product["attributes"], told


async def _until_shown(service: Asked) -> tuple[list[Json], list[Json]]:
    """Ask until the old copy has expired."""
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        _, attributes, told = await _shown(service)
        if attributes:
            return attributes, told
        await asyncio.sleep(0.2)  # a lifetime of the cache passes, which nobody can shorten
    message = "the new field was never shown"
    raise AssertionError(message)


@pytest.fixture
async def lake() -> AsyncIterator[httpx.AsyncClient]:
    if not WRITE_TOKEN:
        pytest.skip("BFF_LIVE_SANITY_WRITE_TOKEN may not write to Sanity")
    headers = {
        "Authorization": f"Bearer {WRITE_TOKEN}",
        "X-Sanity-Project-ID": lab.SANITY_PROJECT,
    }
    async with httpx.AsyncClient(base_url=lab.SANITY_URL, headers=headers) as client:
        yield client


async def test_a_new_field_in_sanity_is_shown(lake: httpx.AsyncClient) -> None:
    """It becomes an attribute within the lifetime of what was cached, in the right language."""
    content = content_settings(["sanity"])
    path = f"/v2025-02-19/data/mutate/{lab.SANITY_DATASET}"
    async with running(**PATIENT, content=content, cache=BRIEFLY) as service:
        product_id, before, _ = await _shown(service)
        patch = {"id": product_id, "set": {'specs[lang=="de"].glaze_colour': "Kobalt"}}
        written = await lake.post(path, json={"mutations": [{"patch": patch}]})
        try:
            attributes, told = await _until_shown(service)
        finally:
            undo = {"id": product_id, "unset": ['specs[lang=="de"].glaze_colour']}
            await lake.post(path, json={"mutations": [{"patch": undo}]})

    assert written.status_code == 200
    assert before == []
    assert attributes == [{"key": "glazeColour", "value": "Kobalt"}]
    assert told == [{"field": "attributes.glazeColour", "source": "sanity", "locale": "de"}]


async def test_a_new_field_in_contentful_is_shown() -> None:
    """Its content type is read anew as soon as an entry has a field that nobody knew."""
    content = content_settings(["contentful"])
    entry = f"product-{HANDLE}"
    admin = f"{lab.CONTENTFUL_URL}/__admin/publish"
    space = f"{lab.CONTENTFUL_URL}/spaces/{lab.CONTENTFUL_SPACE}/environments/master"
    headers = {"Authorization": f"Bearer {lab.CONTENTFUL_TOKEN}"}
    async with httpx.AsyncClient(headers=headers) as client:
        found = await client.get(f"{space}/entries", params={"sys.id": entry, "locale": "*"})
        (item,) = found.raise_for_status().json()["items"]
        fields = item["fields"]
        async with running(**PATIENT, content=content, cache=BRIEFLY) as service:
            _, before, _ = await _shown(service)
            changed = {**fields, "glazeColour": {"en-US": "Cobalt"}}
            written = await client.post(admin, json={"id": entry, "fields": changed})
            try:
                attributes, told = await _until_shown(service)
            finally:  # publishing adds to the fields, so that this alone takes one away
                await client.post(f"{lab.CONTENTFUL_URL}/__admin/reset")

    assert written.status_code == 200
    assert before == []
    assert attributes == [{"key": "glazeColour", "value": "Cobalt"}]
    assert [one["source"] for one in told] == ["contentful"]
