"""An edit that a webhook told is recognised when its source is asked for changes.

Needs a lab that may be edited: see `tests/live/replicas.py`. What is written is there already.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from bff.domain.changes import Change, DocumentChanged, touched
from bff.domain.marks import Mark
from bff.domain.tags import document_tag
from bff.domain.told import was_told
from bff.ports import Call, ChangeFeed, Delivery, WebhookReader
from bff.sources import contentful, strapi
from bff.stores.mark_table import MarkTable
from tests.live.conftest import Opens
from tests.live.lab import needs_lab
from tests.live.replicas import needs_edits, secrets, webhooks_to
from tests.live.systems import contentful_settings, strapi_settings
from tests.live.test_webhooks_live import (
    TOLD,
    Received,
    contentful_entry,
    medusa_id,
    publish,
    receiver,
)

Json = Any
pytestmark = [needs_lab, needs_edits]


def marks_of(deliveries: Sequence[tuple[str, Delivery]], reader: WebhookReader) -> MarkTable:
    """Return the marks as if these deliveries had come one after the other."""
    table = MarkTable()
    for _, delivery in deliveries:
        for one in touched(reader.read(delivery, time.time())):
            table.add([Mark(one, table.position + 1, time.time())])
    return table


async def news(feed: ChangeFeed, make: Callable[[], None]) -> Sequence[Change]:
    """Return what a source says was changed by an edit."""
    _, cursor = await feed.since(None, Call(time.monotonic() + 20))
    make()
    return (await feed.since(cursor, Call(time.monotonic() + 20)))[0]


def check(changes: Sequence[Change], marks: MarkTable, document: str) -> None:
    (change,) = (
        one for one in changes if isinstance(one, DocumentChanged) and one.document_id == document
    )
    mark = marks.of(document_tag("it", document))
    assert was_told(change, mark, time.time())


async def test_a_publication_in_contentful(opens: Opens) -> None:
    known = secrets()
    settings = contentful.ContentfulSettings.model_validate(contentful_settings())
    upstream = opens(settings.base_url(), settings.headers(), contentful.reason_of)
    reader = contentful.ContentfulWebhooks(
        "it",
        known["CONTENTFUL_WEBHOOK_SECRET"],
        space_id=known["CONTENTFUL_SPACE_ID"],
        environment=known["CONTENTFUL_ENVIRONMENT"],
    )
    entry, _ = contentful_entry(TOLD)
    found: list[tuple[str, Delivery]] = []

    with receiver() as received, webhooks_to(received.address):
        changes = await news(
            contentful.ContentfulChanges(upstream, settings),
            lambda: found.extend(
                _of(received, "contentful", lambda: publish(id=_id(entry), fields=entry["fields"]))
            ),
        )

    check(changes, marks_of(found, reader), _id(entry))


def strapi_row(url: str, headers: Mapping[str, str]) -> Json:
    params = {"filters[medusa_id][$eq]": medusa_id(TOLD), "locale": "en"}
    answer = httpx.get(f"{url}/api/products", params=params, headers=headers)
    return answer.raise_for_status().json()["data"][0]


async def test_a_publication_in_strapi(opens: Opens) -> None:
    known = secrets()
    url, full = known["STRAPI_URL"], {"Authorization": f"Bearer {known['STRAPI_FULL_TOKEN']}"}
    settings = strapi.StrapiSettings.model_validate(
        strapi_settings(version="detect", url=url, token=known["STRAPI_READ_TOKEN"])
    )
    upstream = opens(url, settings.headers(), strapi.reason_of)
    reader = strapi.StrapiWebhooks("it", known["STRAPI_WEBHOOK_AUTHORIZATION"])
    row = strapi_row(url, full)

    def write() -> None:
        place = f"{url}/api/products/{row['documentId']}"
        data = {"description": row["description"]}
        httpx.put(
            place, params={"locale": "en"}, headers=full, json={"data": data}
        ).raise_for_status()

    found: list[tuple[str, Delivery]] = []
    with receiver() as received, webhooks_to(received.address):
        changes = await news(
            strapi.StrapiChanges(upstream, settings, time.monotonic),
            lambda: found.extend(_of(received, "strapi", write)),
        )

    check(changes, marks_of(found, reader), row["documentId"])


def _of(
    received: Received, source: str, make: Callable[[], None]
) -> Sequence[tuple[str, Delivery]]:
    return [one for one in received.after(make) if one[0] == source]


def _id(entry: Json) -> str:
    return str(entry["sys"]["id"])
