"""What goes wrong in the executor is told as the client's mistake only where it is one."""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NewType, cast

import httpx
import pytest
import strawberry
from graphql import GraphQLError, parse
from strawberry.schema.config import StrawberryConfig

from bff import wiring
from bff.catalog.product_page import Answer, Catalog, Wants
from bff.demo import DemoUpstreams
from bff.domain.commerce import Handle
from bff.domain.storefront import ShopperContext, StorefrontProduct
from bff.errors import BadInput
from bff.ports import Call
from bff.web.answering import Answering
from bff.web.app import create_app
from bff.web.errors import cause_of
from bff.web.executor import Executor
from bff.web.graphql import GraphQLEndpoint
from tests.web.settings import shop_settings
from tests.web.storefront import TEE, Json, Storefront, codes, errors, problem

MASKED = "Something went wrong on our side. The log knows more under this request's id."
SECRET = "canary-value"
INTERNAL = [("INTERNAL", True)]
REFUSED = [("BAD_USER_INPUT", False)]
EXCERPT = f"""
query ($n: Int = 9) {{ product(handle: "{TEE}") {{ description {{ excerpt(length: $n) }} }} }}
"""

Spoil = Callable[[StorefrontProduct], StorefrontProduct]


class SpoiltCatalog(Catalog):
    """A catalog whose products have values that the schema does not allow."""

    def __init__(self, whole: Catalog, spoil: Spoil) -> None:
        self._whole = whole
        self._spoil = spoil
        self.pricing = whole.pricing  # type: ignore[method-assign] # the part that is left alone

    async def by_handles(
        self, handles: Sequence[Handle], shopper: ShopperContext, wants: Wants, call: Call
    ) -> Answer[Handle]:
        answer = await self._whole.by_handles(handles, shopper, wants, call)
        spoilt = {handle: self._spoil(product) for handle, product in answer.products.items()}
        return replace(answer, products=spoilt)


@asynccontextmanager
async def spoilt_shop(upstreams: DemoUpstreams, spoil: Spoil) -> AsyncIterator[Storefront]:
    """Serve the demo's shop with something wrong in its products."""
    settings = shop_settings(upstreams)
    service = wiring.wire(settings, example=None, clients=wiring.demo_client(upstreams))
    shop = replace(service.shop, catalog=SpoiltCatalog(service.shop.catalog, spoil))
    app = create_app(shop, example=None, version="0", close=service.close)
    async with Storefront(replace(service, app=app)) as storefront:
        yield storefront


def with_text_for_a_width(product: StorefrontProduct) -> StorefrontProduct:
    """Have a width in the product that is no number."""
    assert product.thumbnail
    image = replace(product.thumbnail.value, width=cast("int", SECRET))
    return replace(product, thumbnail=replace(product.thumbnail, value=image))


def with_too_wide_a_picture(product: StorefrontProduct) -> StorefrontProduct:
    """Have a width in the product that GraphQL's `Int` does not reach."""
    assert product.thumbnail
    image = replace(product.thumbnail.value, width=2**31)
    return replace(product, thumbnail=replace(product.thumbnail, value=image))


def without_a_title(product: StorefrontProduct) -> StorefrontProduct:
    """Have nothing where there always is something."""
    return replace(product, title=replace(product.title, value=cast("str", None)))


@pytest.mark.parametrize(
    ("spoil", "path", "kind"),
    [
        (with_text_for_a_width, ["product", "thumbnail", "width"], "GraphQLError"),
        (with_too_wide_a_picture, ["product", "thumbnail", "width"], "GraphQLError"),
        (without_a_title, ["product", "title"], "TypeError"),
    ],
)
async def test_a_value_that_the_schema_does_not_allow(
    upstreams: DemoUpstreams,
    written: Callable[[], str],
    spoil: Spoil,
    path: list[str],
    kind: str,
) -> None:
    """Our own wrong value is no mistake of the client: it is masked, and logged by its place."""
    page = f'{{ product(handle: "{TEE}") {{ title thumbnail {{ width }} }} locales {{ code }} }}'
    async with spoilt_shop(upstreams, spoil) as storefront:
        answer = await storefront.send(page, headers={"X-Request-Id": "its-id"})
        rest = await storefront.get(f"/v1/products/{TEE}", x_request_id="its-id")

    assert answer.status_code == 200
    assert codes(answer) == INTERNAL
    assert errors(answer)[0]["message"] == MASKED
    assert errors(answer)[0]["path"] == path
    assert len(answer.json()["data"]["locales"]) == 4
    assert problem(rest) == (500, "INTERNAL", True)
    said = answer.text + rest.text + written()
    assert len(re.findall(rf"request_failed request_id=its-id kind={kind} place=\S+:\d", said)) > 1
    assert SECRET not in said


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ('query ($h: String = "x") { product(handle: $h) { id } }', {"h": None}),
        (EXCERPT, {"n": None}),
        (
            f'query ($x: Boolean = true) {{ product(handle: "{TEE}") {{ id @skip(if: $x) }} }}',
            {"x": None},
        ),
    ],
)
async def test_a_null_that_replaces_a_default(
    storefront: Storefront, document: str, variables: Mapping[str, object]
) -> None:
    """A null may only turn out to be one where it is used: that is still the client's mistake."""
    answer = await storefront.send(document, variables)

    assert codes(answer) == REFUSED
    assert "not to be None" in errors(answer)[0]["message"]
    assert errors(answer)[0]["path"][0] == "product"


Fragile = NewType("Fragile", str)


def read_fragile(_: object) -> Fragile:
    """Fail on anything, as a scalar with a bug does."""
    raise ValueError(SECRET)


@strawberry.type
class FragileQuery:
    """A root with one field, which takes what cannot be read."""

    @strawberry.field
    def echo(self, text: Fragile) -> str:
        """Return it."""
        return text


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("query ($t: Fragile!) { echo(text: $t) }", {"t": "x"}),
        ('{ echo(text: "x") }', None),
        ("{ echo(text: 5) }", None),
    ],
)
async def test_a_scalar_with_a_bug(
    upstreams: DemoUpstreams, written: Callable[[], str], document: str, variables: Json | None
) -> None:
    """Not every wrong value before anything runs is a number of the client's: this is a 500."""
    scalar = strawberry.scalar(name="Fragile", serialize=str, parse_value=read_fragile)
    schema = strawberry.Schema(FragileQuery, config=StrawberryConfig(scalar_map={Fragile: scalar}))
    service = wiring.wire(
        shop_settings(upstreams), example=None, clients=wiring.demo_client(upstreams)
    )
    executor = Executor(schema, introspection=False)
    endpoint = GraphQLEndpoint(executor, Answering(service.shop))
    async with (
        Storefront(service),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(endpoint), base_url="http://shop.test"
        ) as client,
    ):
        answer = await client.post("/", json={"query": document, "variables": variables})

    assert answer.status_code == 500
    assert codes(answer) == INTERNAL
    assert errors(answer)[0]["message"] == MASKED
    assert SECRET not in answer.text + written()


def number(text: str) -> Any:
    """Return the node of a number that stands in a document."""
    definition: Any = parse(f"{{ a(b: {text}) }}").definitions[0]
    return definition.selection_set.selections[0].arguments[0].value


@pytest.mark.parametrize(
    ("text", "is_bad"), [("1" * 4_301, True), ("-" + "1" * 4_301, True), ("5", False)]
)
def test_a_number_that_cannot_be_read(text: str, is_bad: bool) -> None:
    """Only a number with more digits than Python reads is called one."""
    fault = ValueError(SECRET)
    cause = cause_of(GraphQLError(SECRET, number(text), original_error=fault))

    assert isinstance(cause, BadInput) is is_bad
    assert (cause is fault) is not is_bad
