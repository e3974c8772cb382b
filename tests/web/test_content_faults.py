"""Pages and menus while Medusa or a content system fails: what is still shown, what is said."""

import pytest

from bff.errors import UpstreamError, UpstreamRejected, UpstreamTimeout, UpstreamUnavailable
from tests.web.editors import Editors, cms, open_shop
from tests.web.storefront import codes, operation, problem

VIEW = {"slug": "about", "locale": "en", "country": "DE"}
MENU = {"locale": "en", "country": "DE"}
PATH = "/v1/pages/about?locale=en&country=DE"
MARKETS = "{ markets { name } }"
FAULTS: list[tuple[UpstreamError, int, bool]] = [
    (UpstreamUnavailable("sanity", "pages"), 503, True),
    (UpstreamTimeout("sanity", "pages"), 504, True),
    (UpstreamRejected("sanity", "pages", status=401), 502, False),
]


def degraded(source: str, served: str, code: str = "UPSTREAM_UNAVAILABLE") -> dict[str, object]:
    return {"source": source, "reason": code, "served": served, "ageSeconds": None}


async def test_a_page_while_medusa_is_down() -> None:
    """A page needs no Medusa: it is shown, its products are said to be unavailable."""
    editors = Editors()
    async with open_shop(editors) as shop:
        await shop.ask(MARKETS)
        editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "products"))
        answer = await shop.send(operation("ContentPage"), VIEW)
        page = await shop.get(PATH)

    shown = answer.json()["data"]["page"]
    assert "errors" not in answer.json()
    assert shown["title"] == "About us"
    assert shown["items"] == [{"status": "UNAVAILABLE", "product": None}] * 3
    assert answer.json()["extensions"]["degraded"] == [degraded("medusa", "nothing")]
    assert answer.headers["cache-control"] == "no-store"
    assert page.status_code == 200
    assert page.json()["body"]["text"] == "Body: About us"
    assert page.json()["degraded"] == [degraded("medusa", "nothing")]
    assert page.headers["cache-control"] == "no-store"


async def test_a_page_while_nobody_can_tell_the_market() -> None:
    """Medusa's regions tell the market: as long as nobody knows them there is an error, no guess.

    They are remembered for an hour, so this is a service that started without Medusa.
    """
    editors = Editors()
    editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "markets"))
    async with open_shop(editors) as shop:
        answer = await shop.send(operation("ContentPage"), VIEW)
        page = await shop.get(PATH)

    assert answer.json()["data"] == {"page": None}
    assert codes(answer) == [("UPSTREAM_UNAVAILABLE", True)]
    assert problem(page) == (503, "UPSTREAM_UNAVAILABLE", True)


@pytest.mark.parametrize(("fault", "status", "retryable"), FAULTS)
async def test_a_page_while_its_cms_is_down(
    fault: UpstreamError, status: int, retryable: bool
) -> None:
    """Nobody can tell whether there is such a page: that is an error, and never a 404."""
    editors = Editors()
    async with open_shop(editors) as shop:
        editors.systems[0].traffic.fail(fault)
        answer = await shop.send(operation("ContentPage"), VIEW)
        page = await shop.get(PATH)
        missing = await shop.get("/v1/pages/nope")
        editors.systems[0].traffic.heal()
        healed = await shop.ask(operation("ContentPage"), VIEW)

    assert answer.json()["data"] == {"page": None}
    assert codes(answer) == [(fault.code, retryable)]
    assert problem(page) == problem(missing) == (status, fault.code, retryable)
    assert healed["page"]["title"] == "About us"


async def test_a_page_while_another_cms_is_down() -> None:
    """A page of a system that works is shown, and that the preferred one failed is said."""
    first, second = cms("First: "), cms("Second: ", name="contentful")
    editors = Editors(first, second)
    first.traffic.fail(UpstreamUnavailable("sanity", "pages"))
    async with open_shop(editors) as shop:
        answer = await shop.send('{ page(slug: "about") { title source } }')
        page = await shop.get("/v1/pages/about")

    assert answer.json()["data"] == {"page": {"title": "Second: About us", "source": "contentful"}}
    said = answer.json()["extensions"]["degraded"]
    assert said == [degraded("sanity", "contentful")]
    assert answer.headers["cache-control"] == "no-store"
    assert page.status_code == 200
    assert degraded("sanity", "contentful") in page.json()["degraded"]


async def test_a_page_that_the_broken_cms_might_have() -> None:
    """A page that the working system has not may be in the other one: an error, not a 404."""
    first, second = cms(), cms(name="contentful")
    second.page_documents = []
    first.traffic.fail(UpstreamUnavailable("sanity", "pages"))
    async with open_shop(Editors(first, second)) as shop:
        page = await shop.get(PATH)

    assert problem(page) == (503, "UPSTREAM_UNAVAILABLE", True)


async def test_a_navigation_while_medusa_is_down() -> None:
    """Failing shelves cost themselves only: the menu and the languages are there."""
    editors = Editors()
    async with open_shop(editors) as shop:
        await shop.ask(MARKETS)
        editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "categories"))
        answer = await shop.send(operation("Navigation"), MENU)

    data = answer.json()["data"]
    assert data["categories"] is None
    assert data["collections"] is None
    assert [error["path"] for error in answer.json()["errors"]] == [
        ["categories"],
        ["collections"],
    ]
    assert set(codes(answer)) == {("UPSTREAM_UNAVAILABLE", True)}
    assert len(data["markets"]) == 3
    first = data["navigation"]["items"][0]
    assert [line["label"] for line in first["children"]] == ["Tee", "Ghost", "Shirts", "Summer"]


async def test_products_of_a_menu_while_medusa_is_down() -> None:
    """A line whose product nobody can price is there, and says why it leads nowhere."""
    editors = Editors()
    async with open_shop(editors) as shop:
        await shop.ask(MARKETS)
        editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "products"))
        answer = await shop.send(
            '{ navigation(handle: "main") { items { children { label status product { id } } } } }'
        )

    tee = answer.json()["data"]["navigation"]["items"][0]["children"][0]
    assert tee == {"label": "Tee", "status": "UNAVAILABLE", "product": None}
    assert degraded("medusa", "nothing") in answer.json()["extensions"]["degraded"]


async def test_a_navigation_while_the_cms_is_down() -> None:
    """The menu is an error; Medusa's shelves are shown in Medusa's words, and that is said."""
    editors = Editors()
    editors.systems[0].traffic.fail(UpstreamUnavailable("sanity", "menus"))
    async with open_shop(editors) as shop:
        answer = await shop.send(operation("Navigation"), MENU)

    data = answer.json()["data"]
    assert data["navigation"] is None
    assert [error["path"] for error in answer.json()["errors"]] == [["navigation"]]
    assert data["categories"][0]["children"][0]["name"] == "Shirts"
    assert data["collections"][0]["title"] == "Summer"
    assert degraded("sanity", "medusa") in answer.json()["extensions"]["degraded"]
