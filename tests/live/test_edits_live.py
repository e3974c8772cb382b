"""An edit in a real system is seen by shoppers on every replica, soon after its webhook.

Needs a lab that may be edited: see `tests/live/replicas.py`. What is edited is put back.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.live import lab
from tests.live.lab import needs_lab
from tests.live.replicas import (
    edit,
    needs_edits,
    replicas,
    secrets,
    webhooks_to,
)
from tests.live.service import operation, read_answer
from tests.stores.servers import Server, server

Json = Any
pytestmark = [needs_lab, needs_edits]

SOON = 1.0
"""Seconds from the end of an edit until it must be seen on every replica."""
ROUNDS = 5
PRICED = "urban-belt"
TOLD = "organic-cotton-tshirt"


@dataclass(frozen=True)
class Edit:
    """One kind of edit: how to make the nth one, what is shown then, and how to undo it."""

    name: str
    handle: str
    make: Callable[[int], None]
    is_shown: Callable[[Json, int], bool]
    undo: Callable[[], None]


def _prices(product: Json) -> set[str]:
    return {variant["price"]["amount"] for variant in product["variants"] if variant["price"]}


def _addons(product: Json) -> list[str]:
    return [
        item["product"]["handle"]
        for group in product["addons"]
        for item in group["items"]
        if item["product"]
    ]


def _strapi_description() -> tuple[str, Json]:
    """Return the document of the told product in Strapi, and what the edit will overwrite."""
    known = secrets()
    response = httpx.get(
        f"{known['STRAPI_URL']}/api/products",
        params={"filters[handle][$eq]": TOLD, "locale": "en"},
        headers={"Authorization": f"Bearer {known['STRAPI_FULL_TOKEN']}"},
    )
    (row,) = response.raise_for_status().json()["data"]
    return row["documentId"], {
        name: row[name] for name in ("description", "rich_description") if name in row
    }


def _put_back_description(document: str, texts: Json) -> None:
    known = secrets()
    httpx.put(
        f"{known['STRAPI_URL']}/api/products/{document}",
        params={"locale": "en"},
        headers={"Authorization": f"Bearer {known['STRAPI_FULL_TOKEN']}"},
        json={"data": texts},
    ).raise_for_status()


def _picture() -> str:
    """Return where Contentful has the picture that the edits replace."""
    response = httpx.get(
        f"{lab.CONTENTFUL_URL}/spaces/{lab.CONTENTFUL_SPACE}/environments/master/assets",
        params={"sys.id": "asset-photo"},
        headers={"Authorization": f"Bearer {lab.CONTENTFUL_TOKEN}"},
    )
    (asset,) = response.raise_for_status().json()["items"]
    return f"https:{asset['fields']['file']['url']}"


def _reset(url: str) -> None:
    httpx.post(f"{url}/__admin/reset", timeout=30).raise_for_status()


TARGETS = ("baseball-cap", "casual-sneakers", "slim-fit-jeans")


def edits() -> list[Edit]:
    """Return one edit for each system."""
    document, texts = _strapi_description()
    return [
        Edit(
            "price in Medusa",
            PRICED,
            lambda number: edit("price", PRICED, f"{40 + number}.5", "eur"),
            lambda product, number: _prices(product) == {f"{40 + number}.50"},
            lambda: edit("price", PRICED, "137.57", "eur"),
        ),
        Edit(
            "description in Strapi",
            TOLD,
            lambda number: edit("description", TOLD, f"Spun anew, {number}", "en", "strapi"),
            lambda product, number: product["description"]["text"] == f"Spun anew, {number}",
            lambda: _put_back_description(document, texts),
        ),
        Edit(
            "addon in Sanity",
            TOLD,
            lambda number: edit("addon", TOLD, TARGETS[number % 3], "Goes well", "sanity"),
            lambda product, number: _addons(product) == [TARGETS[number % 3]],
            lambda: _reset(lab.SANITY_URL),
        ),
        Edit(
            "linked asset in Contentful",
            TOLD,
            lambda number: edit("asset", TOLD, f"A picture, {number}"),
            lambda product, _: _picture() in {image["url"] for image in product["images"]},
            lambda: _reset(lab.CONTENTFUL_URL),
        ),
    ]


def page(replica: httpx.Client, handle: str) -> Json:
    variables = {"handle": handle, "locale": "en", "country": "DE"}
    body = {"query": operation("ProductPage"), "variables": variables}
    return read_answer(replica.post("/graphql", json=body))


def _shows(each: Edit, answer: Json, number: int) -> bool:
    if "errors" in answer:
        print(f"{each.name}, {number}: {answer['errors']}")
        return False
    return each.is_shown(answer["data"]["product"], number)


@contextmanager
def shoppers(there: Sequence[httpx.Client], handles: Sequence[str]) -> Iterator[list[Json]]:
    """Let shoppers look at products on all replicas all the time; collect what went wrong."""
    wrong: list[Json] = []
    over = threading.Event()

    def look(replica: httpx.Client) -> None:
        with httpx.Client(base_url=replica.base_url, timeout=30) as client:
            number = 0
            while not over.is_set():
                number += 1
                answer = page(client, handles[number % len(handles)])
                if answer.keys() != {"data"}:
                    wrong.append(answer)

    threads = [threading.Thread(target=look, args=(one,)) for one in there]
    for thread in threads:
        thread.start()
    try:
        yield wrong
    finally:
        over.set()
        for thread in threads:
            thread.join()


@dataclass(frozen=True)
class Shop:
    """Two replicas over one Redis; the first one gets all webhooks."""

    redis: Server
    replicas: Sequence[httpx.Client]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with ExitStack() as stack:
        redis = stack.enter_context(server())
        there = stack.enter_context(replicas(redis.url, BFF_RECONCILE_SECONDS="0"))
        # Once for all tests: Strapi lets nobody log in often.
        stack.enter_context(webhooks_to(str(there[0].base_url).rstrip("/")))
        yield Shop(redis, there)


def test_edits_are_seen_on_every_replica(shop: Shop) -> None:
    """Each real edit shows on both replicas in time, while shoppers look at many products."""
    waited: dict[str, list[float]] = {}
    with ExitStack() as stack:
        stack.enter_context(
            shoppers(shop.replicas, (PRICED, TOLD, "vintage-boots", "classic-mug"))
        )
        for each in edits():
            stack.callback(each.undo)
            for number in range(ROUNDS):
                for replica in shop.replicas:
                    page(replica, each.handle)
                each.make(number)
                waited.setdefault(each.name, []).extend(_waited(shop, each, number))
    for name, seconds in waited.items():
        print(f"{name}: seen after {max(seconds) * 1000:.0f} ms at most, {len(seconds)} looks")
    assert max(max(seconds) for seconds in waited.values()) < SOON


def _waited(shop: Shop, each: Edit, number: int) -> Iterator[float]:
    """Yield for each replica how long after the edit was done it was seen."""
    done = time.monotonic()
    for replica in shop.replicas:
        while not _shows(each, page(replica, each.handle), number):
            assert time.monotonic() - done < 10 * SOON, f"{each.name}: never shown"
        yield time.monotonic() - done


def test_redis_dies_and_comes_back_under_load(shop: Shop) -> None:
    """Shoppers notice nothing of it: not a failed, not a degraded answer."""
    handles = (PRICED, TOLD, "vintage-boots", "classic-mug", "baseball-cap", "tiered-towel")
    with shoppers(shop.replicas, handles) as wrong:
        time.sleep(3)
        shop.redis.kill()
        time.sleep(4)
        shop.redis.start()
        time.sleep(3)
        shop.redis.client.flushall()
        time.sleep(3)
    assert wrong == []


def test_an_edit_after_redis_came_back_is_seen(shop: Shop) -> None:
    """A replica that has lost Redis hears of edits again once it is back."""
    (first, *_) = edits()
    for replica in shop.replicas:
        page(replica, first.handle)
    shop.redis.kill()
    shop.redis.start()
    time.sleep(3)  # both replicas find it by themselves
    try:
        first.make(9)
        assert max(_waited(shop, first, 9)) < SOON
    finally:
        first.undo()
