"""What Medusa says about categories and collections, and how it is asked for them."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from bff.domain.commerce import Category, Collection
from bff.errors import UpstreamMalformed, UpstreamUnavailable
from bff.ports import Call
from bff.sources.medusa import MedusaSettings, MedusaStore, headers, reason_of
from bff.upstream import Upstream

GOLDEN = Path(__file__).parents[1] / "golden" / "medusa" / "2.21"
SHOP = "https://shop.example"
SETTINGS = MedusaSettings.model_validate({"url": SHOP, "publishable_key": "pk_test"})
CALL = Call(deadline=5.0)
CATEGORIES, COLLECTIONS = "/store/product-categories", "/store/collections"


@pytest.fixture
async def store() -> AsyncIterator[MedusaStore]:
    async with httpx.AsyncClient(base_url=str(SETTINGS.url), headers=headers(SETTINGS)) as client:
        upstream = Upstream("medusa", client, lambda: 0.0, reason_of)
        yield MedusaStore(upstream, clock=lambda: 0.0)


@pytest.fixture
def shop() -> Any:
    with respx.mock(base_url=SHOP, assert_all_called=True) as router:
        yield router


def recorded(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes()


def wire(handle: str, rank: int | None, parent: str | None = None) -> dict[str, object]:
    """Return a category as Medusa writes it; ids and handles are the same here."""
    own = {"id": handle, "handle": handle, "name": handle.title(), "description": " "}
    return {**own, "parent_category_id": parent, "rank": rank}


def paged(name: str, items: list[dict[str, object]]) -> Callable[[httpx.Request], httpx.Response]:
    """Return a server that answers two at a time, whatever it is asked for."""

    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        return httpx.Response(200, json={name: items[offset : offset + 2], "count": len(items)})

    return answer


async def test_recorded_categories(store: MedusaStore, shop: respx.Router) -> None:
    """The whole tree comes in one lean answer, with what is above each category."""
    route = shop.get(CATEGORIES).respond(content=recorded("lean_categories"))

    categories = await store.categories(None, CALL)

    by_handle = {category.handle: category for category in categories}
    assert len(by_handle) == len(categories) == 25
    apparel = by_handle["apparel"]
    assert apparel == Category(
        apparel.id, "apparel", "Apparel", "All about Apparel", parent_id=None
    )
    assert by_handle["t-shirts"].parent_id == apparel.id
    roots = [category.handle for category in categories if category.parent_id is None]
    assert roots == ["apparel", "footwear", "accessories", "home"]
    below = [category.handle for category in categories if category.parent_id == apparel.id]
    assert below == [
        *("t-shirts", "apparel-jeans", "apparel-jackets", "apparel-sweaters", "apparel-socks")
    ]
    request = route.calls.last.request
    assert request.headers["x-publishable-api-key"] == "pk_test"
    assert dict(request.url.params) == {
        "fields": "id,handle,name,description,parent_category_id,rank",
        "order": "id",
        "offset": "0",
        "limit": "1000",
    }
    assert route.call_count == 1


async def test_recorded_german_categories(store: MedusaStore, shop: respx.Router) -> None:
    """Medusa translates what somebody translated there; the rest stays in its own language."""
    route = shop.get(CATEGORIES).respond(content=recorded("lean_categories_de"))

    by_handle = {one.handle: one for one in await store.categories("de-DE", CALL)}

    assert route.calls.last.request.url.params["locale"] == "de-DE"
    apparel, shirts = by_handle["apparel"], by_handle["t-shirts"]
    assert (apparel.name, apparel.description) == ("Bekleidung", "Alles über Bekleidung")
    assert (shirts.name, shirts.description) == ("T-Shirts", "All about T-Shirts")


async def test_recorded_collections(store: MedusaStore, shop: respx.Router) -> None:
    """All collections come, not Medusa's usual ten, and in an order that stays."""
    route = shop.get(COLLECTIONS).respond(content=recorded("lean_collections"))

    collections = await store.collections(None, CALL)

    assert [(one.handle, one.title) for one in collections] == [
        ("empty-collection", "Empty Collection"),
        ("new-arrivals", "New Arrivals"),
        ("summer-essentials", "Summer Essentials"),
        ("winter-warmers", "Winter Warmers"),
    ]
    assert all(one.id.startswith("pcol_") for one in collections)
    assert dict(route.calls.last.request.url.params) == {
        "fields": "id,handle,title",
        "order": "id",
        "offset": "0",
        "limit": "1000",
    }


async def test_recorded_german_collections(store: MedusaStore, shop: respx.Router) -> None:
    """A translated collection has its German title."""
    route = shop.get(COLLECTIONS).respond(content=recorded("lean_collections_de"))

    collections = await store.collections("de-DE", CALL)

    assert "Sommer-Basics" in {one.title for one in collections}
    assert route.calls.last.request.url.params["locale"] == "de-DE"


async def test_categories_over_all_pages(store: MedusaStore, shop: respx.Router) -> None:
    """Siblings stand as the shop ranked them, those of one rank by handle, over all pages."""
    items = [wire("z", 1), wire("b", 0), wire("a", 0), wire("unranked", None), wire("c", 2)]
    route = shop.get(CATEGORIES).mock(side_effect=paged("product_categories", items))

    categories = await store.categories(None, CALL)

    assert [one.handle for one in categories] == ["a", "b", "z", "c", "unranked"]
    assert [one.description for one in categories] == [None] * 5
    assert [call.request.url.params["offset"] for call in route.calls] == ["0", "2", "4"]


async def test_collections_over_all_pages(store: MedusaStore, shop: respx.Router) -> None:
    """A shop with more collections than one answer holds shows them all."""
    items: list[dict[str, object]] = [
        {"id": f"pcol_{name}", "handle": name, "title": name.upper()} for name in "cab"
    ]
    shop.get(COLLECTIONS).mock(side_effect=paged("collections", items))

    assert await store.collections(None, CALL) == (
        Collection("pcol_a", "a", "A"),
        Collection("pcol_b", "b", "B"),
        Collection("pcol_c", "c", "C"),
    )


@pytest.mark.parametrize("path", [CATEGORIES, COLLECTIONS])
async def test_a_list_that_is_shorter_than_counted_ends(
    store: MedusaStore, shop: respx.Router, path: str
) -> None:
    """What is deleted between two pages does not make the service ask for ever."""
    empty = {"product_categories": [], "collections": [], "count": 3}
    route = shop.get(path).respond(json=empty)

    read = store.categories if path == CATEGORIES else store.collections
    assert await read(None, CALL) == ()
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.Response(200, json={}), UpstreamMalformed),
        (httpx.Response(200, json={"product_categories": [{"id": 1}]}), UpstreamMalformed),
        (httpx.Response(503), UpstreamUnavailable),
    ],
)
async def test_trouble_is_no_empty_menu(
    store: MedusaStore, shop: respx.Router, answer: httpx.Response, failure: type[Exception]
) -> None:
    """An answer that makes no sense is an error, never a shop without categories."""
    shop.get(CATEGORIES).mock(return_value=answer)

    with pytest.raises(failure):
        await store.categories(None, CALL)
