"""What `bff check` says about a Strapi."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
import respx

from bff.ports import Call, CommerceSource
from bff.sources.strapi.probe import StrapiProbe
from bff.sources.strapi.settings import StrapiSettings
from tests.catalog.fakes import pid, shop_selling
from tests.clock import HandClock
from tests.sources.strapi_shop import (
    FORBIDDEN,
    HOST,
    NOT_FOUND,
    UNAUTHORIZED,
    answer,
    five,
    four,
    invalid,
    refusal,
    strapi,
    values_of,
)

ACCOUNT = {"identifier": "shop@cms.test", "password": "s3cret"}


@pytest.fixture
def cms() -> Any:
    """A Strapi with a document for the tee, pages and menus, whose languages are a secret."""
    with respx.mock(base_url=HOST, assert_all_called=False) as router:
        router.get("/api/products", name="products").respond(
            json=answer(five("d", medusa_id=pid("tee")))
        )
        router.get("/api/pages", name="pages").respond(json=answer())
        router.get("/api/navigations", name="menus").respond(json=answer())
        router.get("/api/i18n/locales", name="languages").respond(403, json=FORBIDDEN)
        router.post("/api/auth/local", name="login").respond(json={"jwt": "abc"})
        yield router


async def problems(
    settings: Mapping[str, Any] | None = None,
    shop: CommerceSource | None = None,
    languages: Sequence[str] = ("en", "es"),
) -> Sequence[str]:
    """Ask what is wrong with the Strapi that certain settings describe."""
    given = {"token": "s3cret", **(settings or {})}
    values = StrapiSettings.model_validate({"url": HOST, **given})
    clock = HandClock()
    call = Call(clock() + 5)
    async with (
        strapi(clock=clock, languages=languages, **given) as content,
        strapi(clock=clock, languages=languages, drafts=True, **given) as drafts,
    ):
        probe = StrapiProbe(
            content,
            values,
            shop or shop_selling("tee"),
            preview=drafts if values.has_preview else None,
        )
        assert probe.name == "strapi"
        found = await probe.problems(call)
    assert "s3cret" not in "".join(found)
    return found


@pytest.mark.usefixtures("cms")
async def test_all_is_well() -> None:
    """Documents are visible, one of them is a product's; a token that may only read is normal."""
    assert await problems() == []


async def test_an_address_that_goes_too_far() -> None:
    """Strapi's own words are about a product type; it is the address that has `/api` in it."""
    with respx.mock(base_url=HOST, assert_all_called=False) as router:
        router.get(path__startswith="/api/api/").respond(404, json=NOT_FOUND)

        found = await problems({"url": f"{HOST}/api"})

    assert found[0] == (
        "Strapi has no collection type 'products'; check `url` in BFF_CONTENT, which must be "
        "without /api"
    )


async def test_documents_of_other_products(cms: respx.MockRouter) -> None:
    """A Strapi of another shop is found out by its ids."""
    cms["products"].respond(json=answer(five("d", medusa_id="prod_elsewhere")))
    (line,) = await problems()
    assert line.startswith("none of the 1 newest products has a published document; ")
    assert "'medusa_id'" in line


async def test_documents_are_looked_for_by_handle(cms: respx.MockRouter) -> None:
    """Where handles say what a document is about, they are asked for."""
    cms["products"].respond(json=answer(five("d", handle="tee")))
    assert await problems({"match": "handle"}) == []
    assert "tee" in values_of(cms["products"].calls.last.request, "filters[handle]")


@pytest.mark.parametrize(
    ("response", "settings", "words"),
    [
        (
            httpx.Response(401, json=UNAUTHORIZED),
            {},
            "the API token is unknown or has expired; set `token`",
        ),
        (
            httpx.Response(401, json=UNAUTHORIZED),
            {"token": None, **ACCOUNT},
            "Strapi does not take the token that it gave at the login",
        ),
        (httpx.Response(403, json=FORBIDDEN), {}, "the API token needs the permission `find`"),
        (
            httpx.Response(403, json=FORBIDDEN),
            {"token": None, **ACCOUNT},
            "the service account's role needs the permission `find`",
        ),
        (httpx.Response(403, json=FORBIDDEN), {"token": None}, "set `token` in BFF_CONTENT"),
        (
            httpx.Response(404, json=NOT_FOUND),
            {},
            "Strapi has no collection type 'products'; check `products`",
        ),
        (
            invalid("medusa_id", "filters"),
            {},
            "'products' has no field 'medusa_id'; check `id_field`",
        ),
        (
            httpx.Response(400, json=refusal(400, "ValidationError", "Invalid parameter handle")),
            {"match": "handle"},
            "'products' has no field 'handle'; check `handle_field`",
        ),
    ],
)
async def test_products_that_cannot_be_read(
    cms: respx.MockRouter, response: httpx.Response, settings: Mapping[str, Any], words: str
) -> None:
    """Each cause has words of its own, and what to do about it."""
    cms["products"].mock(return_value=response)
    (line,) = await problems(settings)
    assert line.startswith(words)


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (
            httpx.Response(404, html="<h1>nginx</h1>"),
            "something answers at https://cms.test:443, but it is no Strapi; check `url`",
        ),
        (
            httpx.Response(302, headers={"location": "/"}),
            "https://cms.test:443 redirects elsewhere",
        ),
        (httpx.Response(200, html="<h1>"), "https://cms.test:443 answers nonsense (not JSON)"),
        (httpx.Response(502), "https://cms.test:443 is out of order (HTTP 502)"),
        (httpx.ConnectError(""), "no connection to https://cms.test:443; check `url`"),
        (httpx.ReadTimeout(""), "no answer in time from https://cms.test:443"),
    ],
)
async def test_an_address_without_strapi_is_said_once(
    cms: respx.MockRouter, response: httpx.Response | Exception, words: str
) -> None:
    """It is wrong for products, pages and menus alike."""
    for name in ("products", "pages", "menus", "languages"):
        cms[name].mock(side_effect=[response] * 4)
    (line,) = await problems()
    assert line.startswith(words)


async def test_a_refused_login(cms: respx.MockRouter) -> None:
    """The password is wrong: asked once, said once."""
    wrong = refusal(400, "ValidationError", "Invalid identifier or password")
    cms["login"].respond(400, json=wrong)
    (line,) = await problems({"token": None, **ACCOUNT})
    assert line.startswith("the login of the service account is refused; check `identifier`")
    assert cms["login"].call_count == 1


async def test_too_many_logins(cms: respx.MockRouter) -> None:
    """It is the address that is locked out, for a minute."""
    cms["login"].respond(429, json=refusal(429, "RateLimitError"))
    (line,) = await problems({"token": None, **ACCOUNT})
    assert line.startswith("Strapi takes no more logins from this address for a minute")


async def test_what_a_shop_does_without(cms: respx.MockRouter) -> None:
    """Pages and menus need not be in Strapi, unless somebody says where they are."""
    for name in ("pages", "menus"):
        cms[name].respond(404, json=NOT_FOUND)
    assert await problems() == []
    assert await problems({"pages": "pages", "serves": ["products", "pages"]}) == [
        "Strapi has no collection type 'pages'; check `pages` in BFF_CONTENT"
    ]


async def test_pages_that_may_not_be_read(cms: respx.MockRouter) -> None:
    """A token made for products alone is found out."""
    cms["pages"].respond(403, json=FORBIDDEN)
    (line,) = await problems()
    assert line.startswith("the API token needs the permission `find`")
    assert line.endswith("'pages'")
    assert await problems({"serves": ["products"]}) == []


async def test_names_of_the_operators_that_are_not_there(cms: respx.MockRouter) -> None:
    """What the usual model has may be missing; what somebody wrote down may not."""

    def model(request: httpx.Request) -> httpx.Response:
        for name in ("thumbnail", "banner"):
            if values_of(request, f"populate[{name}]"):
                return invalid(name)
        return httpx.Response(200, json=answer(five("d", medusa_id=pid("tee"))))

    cms["products"].mock(side_effect=model)
    assert await problems() == []
    mapping = {"product": {"images": {"hero": ["thumbnail", "banner"]}}}
    assert await problems(mapping) == [
        "'products' has no component, file or relation 'banner'; check the mapping in BFF_CONTENT"
    ]


async def test_another_version_than_was_said(cms: respx.MockRouter) -> None:
    """Drafts are kept away by each version's own parameter, so that it matters."""
    assert await problems({"version": 4}) == [
        "it is Strapi 5, not 4; check `version` in BFF_CONTENT"
    ]
    cms["products"].respond(json=answer(four(1, medusa_id=pid("tee"))))
    assert await problems({"version": 5}) == [
        "it is Strapi 4, not 5; check `version` in BFF_CONTENT"
    ]


async def test_languages_that_strapi_does_not_have(cms: respx.MockRouter) -> None:
    """Where they may be read; a wider language serves a narrower one."""
    cms["languages"].respond(json=[{"code": "en"}, {"code": "de-DE"}, {"code": 5}, None])
    (line,) = await problems(languages=("en-GB", "de"))
    assert line.startswith("no language of Strapi is 'de'; add it there")
    assert await problems({"locales": {"de": "de-DE"}}, languages=("en", "de")) == []


async def test_a_preview_that_cannot_show_drafts(cms: respx.MockRouter) -> None:
    """Its token is another one, and is tried too."""

    def only_the_first(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == "Bearer drafts":
            return httpx.Response(401, json=UNAUTHORIZED)
        return httpx.Response(200, json=answer(five("d", medusa_id=pid("tee"))))

    cms["products"].mock(side_effect=only_the_first)
    (line,) = await problems({"preview_token": "drafts"})
    assert line.startswith("drafts cannot be shown: the API token is unknown or has expired; set")
    assert "`preview_token`" in line
    assert await problems({"preview": True}) == []
