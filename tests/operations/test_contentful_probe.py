"""What `bff check` says about a Contentful space."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
import respx

from bff.domain.locale import Locale
from bff.errors import UpstreamUnavailable
from bff.ports import Call, CommerceSource
from bff.sources.contentful import ContentfulContent, ContentfulSettings, reason_of
from bff.sources.contentful.probe import ContentfulProbe
from bff.upstream import Upstream
from tests.catalog.fakes import pid, shop_selling
from tests.sources.contentful_space import (
    LOCALES,
    PATH,
    TAGS,
    TYPES,
    collection,
    content_type,
    entry,
)

HOST = "https://cdn.contentful.com"
PREVIEW = "https://preview.contentful.com"
CALL = Call(deadline=5.0)


class Space:
    """One of Contentful's two hosts, with entries for these products."""

    def __init__(self, router: respx.MockRouter, host: str) -> None:
        self.types = router.get(f"{host}{PATH}/content_types").respond(json=collection(TYPES))
        self.locales = router.get(f"{host}{PATH}/locales").respond(json=collection(LOCALES))
        self.entries = router.get(f"{host}{PATH}/entries").respond(json=collection([]))

    def about(self, **named: str) -> None:
        self.entries.respond(json=collection([entry("e1", **named)]))

    def refusing(self, status: int, body: object) -> None:
        for route in (self.types, self.locales, self.entries):
            route.respond(status, json=body)


@pytest.fixture
def router() -> Any:
    with respx.mock(assert_all_called=False) as mock:
        yield mock


@pytest.fixture
def space(router: respx.MockRouter) -> Space:
    return Space(router, HOST)


@pytest.fixture
def preview(router: respx.MockRouter) -> Space:
    return Space(router, PREVIEW)


class Operator:
    """Asks what is wrong with the space that certain settings describe."""

    def __init__(self, clients: list[httpx.AsyncClient]) -> None:
        self._clients = clients

    async def problems(
        self,
        settings: Mapping[str, object] | None = None,
        shop: CommerceSource | None = None,
        locales: Sequence[str] = ("en", "de"),
    ) -> Sequence[str]:
        chosen = {"space_id": "space1", "token": "s3cret", "locales": TAGS, **(settings or {})}
        values = ContentfulSettings.model_validate(chosen)

        def content(*, drafts: bool) -> ContentfulContent:
            client = httpx.AsyncClient(
                base_url=values.base_url(preview=drafts), headers=values.headers(preview=drafts)
            )
            self._clients.append(client)
            upstream = Upstream("contentful", client, lambda: 0.0, reason_of)
            shops = tuple(map(Locale, locales))
            return ContentfulContent(upstream, values, shops, lambda: 0.0, preview=drafts)

        drafts = content(drafts=True) if values.has_preview else None
        probe = ContentfulProbe(
            content(drafts=False), values, shop or shop_selling("tee"), preview=drafts
        )
        assert probe.name == "contentful"
        found = await probe.problems(CALL)
        assert "s3cret" not in " ".join(found)
        assert "dr4ft" not in " ".join(found)
        return found


@pytest.fixture
def operator(clients: list[httpx.AsyncClient]) -> Operator:
    return Operator(clients)


async def test_all_is_well(space: Space, preview: Space, operator: Operator) -> None:
    """The space has the shop's languages and an entry for one of its products."""
    space.about(medusaId=pid("hat"))

    assert await operator.problems(shop=shop_selling("tee", "hat")) == []
    assert await operator.problems({"preview_token": "dr4ft"}, shop_selling("hat")) == []
    assert preview.types.called


@pytest.mark.parametrize("option", ["page_type", "navigation_type", "collection_type"])
async def test_a_content_type_that_the_operator_misspelt(
    space: Space, operator: Operator, option: str
) -> None:
    """Without a word, pages would just not be there; a usual name may be missing."""
    space.about(medusaId=pid("tee"))
    serves = {"serves": ["products", "collections", "pages", "navigation"]}

    (problem,) = await operator.problems({option: "seite", **serves})

    assert problem == f"the space has no content type 'seite'; check `{option}` in BFF_CONTENT"
    assert await operator.problems({option: "seite", "serves": ["products"]}) == []
    assert await operator.problems(serves) == []


async def test_products_may_be_known_by_handle(space: Space, operator: Operator) -> None:
    """Then it is the handles of the newest products that are looked for."""
    space.about(handle="hat")

    assert await operator.problems({"match": "handle"}, shop_selling("tee", "hat")) == []
    asked = space.entries.calls.last.request.url.params
    assert asked["fields.handle[in]"] == "tee,hat"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "the field 'medusaId' of a product's entry must hold Medusa's product id"),
        ({"match": "handle"}, "the field 'handle' of a product's entry must hold the product's"),
    ],
)
async def test_entries_of_other_products(
    space: Space, operator: Operator, settings: dict[str, object], words: str
) -> None:
    """A space of another shop, or one where nothing is published."""
    space.about(medusaId="prod_elsewhere", handle="elsewhere")

    (problem,) = await operator.problems(settings, shop_selling("tee", "hat"))

    assert problem.startswith("none of the 2 newest products has a published entry; ")
    assert words in problem


async def test_a_shop_that_cannot_be_compared_with(space: Space, operator: Operator) -> None:
    """An empty shop, or one that is down, is Medusa's problem and not Contentful's."""
    space.about(medusaId="prod_elsewhere")
    down = shop_selling("tee")
    down.traffic.fail(UpstreamUnavailable("medusa", "newest"))

    assert await operator.problems(shop=shop_selling()) == []
    assert await operator.problems(shop=down) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"product_type": "item"},
            ("no content type 'item'", "check `product_type`"),
        ),
        (
            {"id_field": "shopId"},
            ("'product' has no field 'shopId'", "check `id_field`"),
        ),
        (
            {"match": "handle", "handle_field": "slug"},
            ("'product' has no field 'slug'", "check `handle_field`"),
        ),
    ],
)
async def test_a_name_that_the_space_does_not_know(
    space: Space, operator: Operator, settings: dict[str, object], words: tuple[str, ...]
) -> None:
    """Else every product would be refused, or be without content, and nobody knew why."""
    (problem,) = await operator.problems(settings)

    assert [word for word in words if word not in problem] == []
    assert space.entries.call_count == 0


async def test_a_space_for_pages_only_needs_no_products(space: Space, operator: Operator) -> None:
    """What it does not serve is not missed."""
    space.types.respond(json=collection([content_type("page", "slug")]))

    assert await operator.problems({"serves": ["pages"], "product_type": "none"}) == []


async def test_a_language_that_the_space_does_not_have(space: Space, operator: Operator) -> None:
    """Portuguese is not there at all, and English only under another tag."""
    space.about(medusaId=pid("tee"))

    english, portuguese = await operator.problems({"locales": {}}, None, ("en", "de-AT", "pt"))

    assert "no locale of the space is 'en'" in english
    assert english.endswith('which one it is, such as {"en": "en-US"}')
    assert "no locale of the space is 'pt'" in portuguese
    assert portuguese.endswith("which one it is")


async def test_a_wider_language_serves(space: Space, operator: Operator) -> None:
    """Swiss German is served by German."""
    space.about(medusaId=pid("tee"))

    assert await operator.problems(locales=("en", "de-CH")) == []


def refused(error_id: str, **details: object) -> dict[str, object]:
    return {"sys": {"type": "Error", "id": error_id}, "message": "words", "details": details}


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, refused("AccessTokenInvalid"), "not one of the Content Delivery API; set `token`"),
        (401, {}, "set `token`"),
        (403, refused("AccessDenied"), "the token may not read this environment"),
        (402, {}, "the plan is used up"),
        (404, refused("NotFound", type="Space"), "there is no space 'space1'"),
        (404, refused("NotFound", type="Environment"), "no environment 'master'"),
        (404, refused("NotFound"), "check `space_id`, `environment`, `region` and `url`"),
        (400, refused("InvalidQuery"), "HTTP 400 query-not-understood"),
        (429, refused("RateLimitExceeded"), "out of order (HTTP 429)"),
        (200, {"items": 7}, "answers nonsense"),
    ],
)
async def test_a_refusal(
    space: Space, operator: Operator, status: int, body: dict[str, object], words: str
) -> None:
    """Each way of being refused has a line of its own; the token is not in it."""
    space.refusing(status, body)

    (problem,) = await operator.problems()

    assert words in problem


async def test_a_wrong_preview_token(space: Space, preview: Space, operator: Operator) -> None:
    """Everything else works, and drafts do not: with the delivery token in its place, say."""
    space.about(medusaId=pid("tee"))
    preview.refusing(401, refused("AccessTokenInvalid"))

    (problem,) = await operator.problems({"preview_token": "dr4ft"})

    assert problem.startswith("drafts cannot be shown: the token is unknown")
    assert "Content Preview API; set `preview_token` in BFF_CONTENT" in problem


async def test_both_tokens_are_wrong(space: Space, preview: Space, operator: Operator) -> None:
    """Both are said."""
    space.refusing(401, refused("AccessTokenInvalid"))
    preview.refusing(401, refused("AccessTokenInvalid"))

    assert len(await operator.problems({"preview_token": "dr4ft"})) == 2


async def test_products_are_refused_though_the_space_is_not(
    space: Space, operator: Operator
) -> None:
    """The content type is gone since the space was read."""
    error = {"name": "unknownContentType"}
    space.entries.respond(400, json=refused("InvalidQuery", errors=[error]))

    (problem,) = await operator.problems()

    assert "HTTP 400 content-type-unknown" in problem


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "check `region` in BFF_CONTENT"),
        ({"url": f"{HOST}/hunter2?key=hunter3"}, "check `url` in BFF_CONTENT"),
    ],
)
async def test_nobody_answers(
    router: respx.MockRouter, operator: Operator, settings: dict[str, object], words: str
) -> None:
    """The address is named as far as it holds no secret."""
    router.get(url__startswith=HOST).mock(side_effect=httpx.ConnectError)

    (problem,) = await operator.problems(settings)

    assert f"no connection to {HOST}:443; " in problem
    assert words in problem
    assert "hunter" not in problem
