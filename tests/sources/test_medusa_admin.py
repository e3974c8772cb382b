"""With a secret key it can be told which products are there at all, sold or not."""

import httpx
import pytest
import respx
from pydantic import SecretStr, ValidationError

from bff.errors import UpstreamMalformed, UpstreamRejected
from bff.ports import Call, MatchBy
from bff.sources.medusa import (
    ADMIN,
    MedusaAdmin,
    MedusaSettings,
    admin_headers,
    admin_reason_of,
)
from bff.upstream import Upstream
from tests.clock import HandClock

SHOP = "http://medusa.test"
CALL = Call(deadline=1030.0)
JACKET = {"id": "prod_jacket", "handle": "jacket", "status": "draft"}
CRATE = {"id": "prod_crate", "handle": "crate", "status": "published"}


async def statuses(by: MatchBy, *names: str) -> dict[str, str]:
    headers = admin_headers(SecretStr("sk_1"))
    async with httpx.AsyncClient(base_url=SHOP, headers=headers) as client:
        upstream = Upstream(ADMIN, client, HandClock(), admin_reason_of)
        return dict(await MedusaAdmin(upstream).statuses(names, by, CALL))


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (MatchBy.ID, ("prod_crate", "prod_jacket", "prod_ghost")),
        (MatchBy.HANDLE, ("crate", "jacket", "ghost")),
    ],
)
@respx.mock(base_url=SHOP, assert_all_called=True)
async def test_what_is_not_sold(
    respx_mock: respx.MockRouter, by: MatchBy, names: tuple[str, str, str]
) -> None:
    """One lean question for all of them, with the key as the user name of HTTP Basic."""
    route = respx_mock.get("/admin/products").respond(json={"products": [JACKET, CRATE]})

    found = await statuses(by, *names)

    assert found == {names[0]: "published", names[1]: "draft"}
    (call,) = route.calls
    assert call.request.headers["authorization"] == "Basic c2tfMTo="
    assert call.request.url.params.multi_items() == [
        *((f"{by.value}[]", name) for name in names),
        ("limit", "3"),
        ("fields", "id,handle,status"),
    ]


@respx.mock(base_url=SHOP, assert_all_called=True)
async def test_many_products(respx_mock: respx.MockRouter) -> None:
    """More than fit into one address are asked for in parts."""
    route = respx_mock.get("/admin/products").respond(json={"products": []})
    names = [f"prod_{number:026}" for number in range(300)]

    assert await statuses(MatchBy.ID, *names) == {}

    asked = [call.request.url.params.get_list("id[]") for call in route.calls]
    assert [name for part in asked for name in part] == names
    assert len(asked) == 2


async def test_nothing_to_ask_for() -> None:
    """Then nobody is asked."""
    assert await statuses(MatchBy.ID) == {}


@respx.mock(base_url=SHOP)
async def test_a_key_that_medusa_does_not_know(respx_mock: respx.MockRouter) -> None:
    """The one reason that an operator can do something about."""
    respx_mock.get("/admin/products").respond(401, json={"message": "Unauthorized"})

    with pytest.raises(UpstreamRejected) as refused:
        await statuses(MatchBy.ID, "prod_1")

    assert refused.value.reason == "admin_token_invalid"
    assert "sk_1" not in str(refused.value)


@respx.mock(base_url=SHOP)
async def test_another_refusal(respx_mock: respx.MockRouter) -> None:
    """In Medusa's own word for it."""
    respx_mock.get("/admin/products").respond(400, json={"type": "invalid_data", "message": "x"})

    with pytest.raises(UpstreamRejected) as refused:
        await statuses(MatchBy.ID, "prod_1")

    assert refused.value.reason == "invalid_data"


@respx.mock(base_url=SHOP)
async def test_an_answer_without_status(respx_mock: respx.MockRouter) -> None:
    """Nothing is concluded from what makes no sense."""
    respx_mock.get("/admin/products").respond(json={"products": [{"id": "prod_1"}]})

    with pytest.raises(UpstreamMalformed):
        await statuses(MatchBy.ID, "prod_1")


def settings(**changes: object) -> MedusaSettings:
    return MedusaSettings.model_validate({"url": SHOP, "publishable_key": "pk_1", **changes})


@pytest.mark.parametrize(
    ("written", "token"),
    [(" sk_1\n", "sk_1"), ("", None), ("  ", None), (None, None), (SecretStr("sk_2"), "sk_2")],
)
def test_the_setting(written: object, token: str | None) -> None:
    """Without spaces around it; a blank one is none."""
    found = settings(admin_token=written).admin_token

    assert (found and found.get_secret_value()) == token
    assert settings().admin_token is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("pk_1", "is no secret key; those start with sk_"),
        ("sk_ü", "must be one word of printable ASCII"),
        ("sk_1 sk_2", "must be one word of printable ASCII"),
        (1, "Input should be"),
    ],
)
def test_a_setting_that_is_no_secret_key(written: object, words: str) -> None:
    """The likeliest mistake is the other key."""
    with pytest.raises(ValidationError) as raised:
        settings(admin_token=written)

    assert words in str(raised.value)


def test_the_secret_key_is_not_shown() -> None:
    """Not in a log that prints the settings by mistake, either."""
    assert "sk_hunter2" not in repr(settings(admin_token="sk_hunter2"))
