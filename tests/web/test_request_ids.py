"""The id under which a request is answered and logged."""

import re

import pytest

from tests.web.storefront import TEE, Storefront

EVERY_KIND = [
    "/graphql?query={__typename}",
    f"/v1/products/{TEE}",
    "/v1/products",
    "/nope",
    "/livez",
]


@pytest.mark.parametrize("path", EVERY_KIND)
@pytest.mark.parametrize("sent", ["abc-123", "A.b_c:D-9", "x" * 64, "018f-7b"])
async def test_an_id_comes_back(storefront: Storefront, path: str, sent: str) -> None:
    """Whatever is answered, pages and problems alike, carries the id that was sent."""
    answer = await storefront.get(path, x_request_id=sent)

    assert answer.headers["x-request-id"] == sent


@pytest.mark.parametrize(
    "sent", ["", "x" * 65, "a b", "a\tb", "a=b", "<script>", "a,b", "ä", "id;rm", "a\\nb"]
)
async def test_an_unusable_id_is_replaced(storefront: Storefront, sent: str) -> None:
    """An id that could break a log line is not taken over."""
    headers = {b"x-request-id": sent.encode()}
    answer = await storefront.http.get("/livez", headers=headers)

    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


async def test_every_request_has_its_own_id(storefront: Storefront) -> None:
    """Without one a request gets an id that no other has."""
    ids = {(await storefront.get("/livez")).headers["x-request-id"] for _ in range(20)}

    assert len(ids) == 20
