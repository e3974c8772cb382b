"""What real systems deliver after an edit is authentic, and names what was edited.

Needs a lab that may be edited: see `tests/live/replicas.py`. Nearly all edits write what is there
already, so that nobody else sees one; the others are put back at once.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from bff.domain import tags
from bff.domain.changes import touched
from bff.domain.commerce import ProductId
from bff.errors import WebhookRejected
from bff.ports import Delivery, WebhookReader
from bff.sources.contentful import ContentfulWebhooks
from bff.sources.medusa import MedusaWebhooks
from bff.sources.sanity import SanityWebhooks
from bff.sources.strapi import StrapiWebhooks
from tests.live import lab
from tests.live.lab import needs_lab
from tests.live.replicas import LAB, edit, needs_edits, secrets, webhooks_to

Json = Any
pytestmark = [needs_lab, needs_edits]

PRICED, SOLD_OUT, TOLD, TAKEN_BACK = (
    "lumen-boots",
    "sold-out-hoodie",
    "organic-cotton-tshirt",
    "classic-belt",
)
PATIENCE = 10.0
QUIET = 1.5
"""Seconds; the last delivery of an edit has come when none came for so long."""


@dataclass
class Received:
    """What was delivered, by the source that the path names."""

    deliveries: list[tuple[str, Delivery]] = field(default_factory=list)
    address: str = ""

    def after(self, make: Callable[[], None]) -> Sequence[tuple[str, Delivery]]:
        """Return all that an edit lets the systems deliver."""
        self.deliveries.clear()
        make()
        until, seen = time.monotonic() + PATIENCE, 0
        last = time.monotonic()
        while time.monotonic() < until and (not seen or time.monotonic() < last + QUIET):
            if len(self.deliveries) != seen:
                seen, last = len(self.deliveries), time.monotonic()
            time.sleep(0.02)
        return tuple(self.deliveries)


@contextmanager
def receiver() -> Iterator[Received]:
    """Take deliveries in as they come over the network."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            source = self.path.partition("?")[0].rpartition("/")[2]
            received.deliveries.append((source, Delivery("POST", self.path, headers, body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        received.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield received
        finally:
            server.shutdown()


@pytest.fixture(scope="module")
def received() -> Iterator[Received]:
    with receiver() as there, webhooks_to(there.address):
        yield there


@pytest.fixture(scope="module")
def readers() -> dict[str, WebhookReader]:
    known = secrets()
    return {
        "medusa": MedusaWebhooks(known["MEDUSA_WEBHOOK_SECRET"]),
        "sanity": SanityWebhooks(
            "sanity", known["SANITY_WEBHOOK_SECRET"], dataset=known["SANITY_DATASET"]
        ),
        "contentful": ContentfulWebhooks(
            "contentful",
            known["CONTENTFUL_WEBHOOK_SECRET"],
            space_id=known["CONTENTFUL_SPACE_ID"],
            environment=known["CONTENTFUL_ENVIRONMENT"],
        ),
        "strapi": StrapiWebhooks("strapi", known["STRAPI_WEBHOOK_AUTHORIZATION"]),
    }


def marked(
    deliveries: Sequence[tuple[str, Delivery]], readers: dict[str, WebhookReader], by: str
) -> dict[str, bool]:
    """Return the tags that one source's deliveries mark, and whether what they mean is gone.

    Every delivery has to be authentic as it came, and no longer with one byte more.
    """
    found: dict[str, bool] = {}
    of_source = [one for source, one in deliveries if source == by]
    assert of_source, f"{by} has delivered nothing"
    for one in of_source:
        for each in touched(readers[by].read(one, time.time())):
            found[each.tag] = found.get(each.tag, False) or each.is_gone
        if by != "strapi":  # which does not sign
            with pytest.raises(WebhookRejected):
                readers[by].read(replace(one, body=one.body + b" "), time.time())
    print(f"{by}: {len(of_source)} deliveries mark {sorted(found)}")
    return found


def medusa_id(handle: str) -> str:
    catalogue = json.loads((Path(LAB) / "catalogue.json").read_text(encoding="utf-8"))
    return str(next(one["medusa_id"] for one in catalogue if one["handle"] == handle))


def sold(handle: str, country: str) -> Json:
    """Return a product as Medusa sells it there."""
    return lab.fetch_truth((country,)).products[country][medusa_id(handle)]


def test_a_price_marks_the_product_in_medusa(
    received: Received, readers: dict[str, WebhookReader]
) -> None:
    amount = sold(PRICED, "DE")["variants"][0]["calculated_price"]["calculated_amount"]

    def make() -> None:
        try:
            edit("price", PRICED, str(amount + 1), "eur")
        finally:
            edit("price", PRICED, str(amount), "eur")

    found = marked(received.after(make), readers, "medusa")
    assert tags.offer_tag(ProductId(medusa_id(PRICED))) in found
    assert tags.OFFERS not in found


def test_stock_marks_the_offers_of_one_product(
    received: Received, readers: dict[str, WebhookReader]
) -> None:
    """Its texts, and all other prices, stay."""
    deliveries = received.after(lambda: edit("stock", SOLD_OUT, "0"))

    found = marked(deliveries, readers, "medusa")
    assert found.keys() == {tags.offer_tag(ProductId(medusa_id(SOLD_OUT)))}


def test_a_description_marks_the_product_in_medusa(
    received: Received, readers: dict[str, WebhookReader]
) -> None:
    text = sold(TOLD, "DE")["description"]

    deliveries = received.after(lambda: edit("description", TOLD, text, "en", "medusa"))

    product = tags.product_tag(ProductId(medusa_id(TOLD)))
    assert marked(deliveries, readers, "medusa").keys() == {product, tags.HANDLES, tags.LISTINGS}


def test_an_addon_marks_its_document_in_sanity(
    received: Received, readers: dict[str, WebhookReader]
) -> None:
    document, known = medusa_id(TOLD), secrets()
    response = httpx.get(
        f"{known['SANITY_URL']}/v2025-02-19/data/doc/{known['SANITY_DATASET']}/{document}",
        headers={"Authorization": f"Bearer {known['SANITY_WRITE_TOKEN']}"},
    )
    addons = response.raise_for_status().json()["documents"][0]["addons"]
    catalogue = json.loads((Path(LAB) / "catalogue.json").read_text(encoding="utf-8"))
    handles = {one["medusa_id"]: one["handle"] for one in catalogue}
    same = ",".join(handles[one["_ref"]] for one in addons["products"])

    deliveries = received.after(lambda: edit("addon", TOLD, same, addons["title"], "sanity"))

    found = marked(deliveries, readers, "sanity")
    assert found == {
        tags.document_tag("sanity", document): False,
        tags.names_tag("sanity"): False,
    }


def contentful_entry(handle: str) -> tuple[Json, Json]:
    """Return an entry with all its languages, and the assets it leads to."""
    known = secrets()
    response = httpx.get(
        f"{known['CONTENTFUL_URL']}/spaces/{known['CONTENTFUL_SPACE_ID']}"
        f"/environments/{known['CONTENTFUL_ENVIRONMENT']}/entries",
        params={
            "content_type": "product",
            "fields.medusaId": medusa_id(handle),
            "locale": "*",
            "order": "sys.id",
        },
        headers={"Authorization": f"Bearer {known['CONTENTFUL_DELIVERY_TOKEN']}"},
    )
    page = response.raise_for_status().json()
    assets = page.get("includes", {}).get("Asset", [])
    return page["items"][0], {asset["sys"]["id"]: asset for asset in assets}


def publish(**what: Json) -> None:
    url = f"{lab.CONTENTFUL_URL}/__admin/publish"
    httpx.post(url, json=what).raise_for_status()


def test_a_picture_marks_its_asset_in_contentful(
    received: Received, readers: dict[str, WebhookReader]
) -> None:
    entry, assets = contentful_entry(TOLD)
    asset = assets[entry["fields"]["image"]["en-US"]["sys"]["id"]]
    asset_id, title = asset["sys"]["id"], asset["fields"]["title"]["en-US"]

    def make() -> None:
        edit("asset", TOLD, title)
        publish(kind="Asset", id=asset_id, fields=asset["fields"])

    found = marked(received.after(make), readers, "contentful")
    assert found == {
        tags.document_tag("contentful", asset_id): False,
        tags.names_tag("contentful"): False,
    }


def test_a_tombstone_marks_its_entry_in_contentful(
    received: Received, readers: dict[str, WebhookReader]
) -> None:
    """It has no fields: neither handle nor product are told."""
    entry, _ = contentful_entry(TAKEN_BACK)
    entry_id = entry["sys"]["id"]

    def make() -> None:
        try:
            edit("unpublish", TAKEN_BACK, "contentful")
        finally:
            publish(id=entry_id, fields=entry["fields"])

    deliveries = received.after(make)
    bodies = [json.loads(one.body) for source, one in deliveries if source == "contentful"]

    assert any(body.keys() == {"sys"} for body in bodies)
    assert marked(deliveries, readers, "contentful")[tags.document_tag("contentful", entry_id)]


@pytest.mark.parametrize("version", ["STRAPI", "STRAPI4"])
def test_a_description_marks_its_document_in_strapi(
    received: Received, readers: dict[str, WebhookReader], version: str
) -> None:
    """Of version 5 and of version 4."""
    known = secrets()
    url, token = known[f"{version}_URL"], known[f"{version}_FULL_TOKEN"]
    headers = {"Authorization": f"Bearer {token}"}
    params = {"filters[medusa_id][$eq]": medusa_id(TOLD), "locale": "en"}
    (row,) = (
        httpx.get(f"{url}/api/products", params=params, headers=headers)
        .raise_for_status()
        .json()["data"]
    )
    fields = row.get("attributes", row)
    document = str(row.get("documentId", row["id"]))

    def make() -> None:
        texts = {name: fields[name] for name in ("description", "rich_description")}
        answer = httpx.put(
            f"{url}/api/products/{document}",
            params={"locale": "en"} if version == "STRAPI" else {},
            headers=headers,
            json={"data": texts},
        )
        answer.raise_for_status()

    found = marked(received.after(make), readers, "strapi")
    assert found == {
        tags.document_tag("strapi", document): False,
        tags.names_tag("strapi"): False,
    }
