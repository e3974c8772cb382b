"""Reads with a secret key which products there are at all, sold or not; and nothing else.

Source: Admin API, GET /admin/products, measured against Medusa 2.21.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, SecretStr

from bff.ports import Call, MatchBy
from bff.sources.medusa.questions import chunks
from bff.sources.medusa.refusals import reason_of
from bff.upstream import Question, Upstream

ADMIN = "medusa-admin"
"""The Admin API's name in errors and logs."""

_UNAUTHORIZED = 401
_PATH = "/admin/products"
_FIELDS = ("fields", "id,handle,status")


class _Product(BaseModel):
    id: str
    handle: str
    status: str


class _ProductPage(BaseModel):
    products: tuple[_Product, ...]


class MedusaAdmin:
    """The Admin API of one Medusa 2 server."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def statuses(self, names: Sequence[str], by: MatchBy, call: Call) -> Mapping[str, str]:
        """Return Medusa's status of those products that it has, by id or handle.

        `draft`, `proposed`, `published` or `rejected`; a published one may be in another sales
        channel.

        Raises:
            UpstreamError: Medusa could not answer within the call's deadline.
        """
        found: dict[str, str] = {}
        for part in chunks(by.value, names, (_FIELDS,)):
            filters = tuple((f"{by.value}[]", name) for name in part)
            # Without a limit Medusa cuts a list of ids, too.
            params = (*filters, ("limit", str(len(part))), _FIELDS)
            answer = await self._upstream.read(
                Question("statuses", _PATH, params), call, _ProductPage
            )
            for product in answer.products:
                found[by.key(product.id, product.handle)] = product.status
        return found


def admin_headers(token: SecretStr) -> dict[str, str]:
    """Return the headers of every Admin API call: a secret key is the user name of HTTP Basic."""
    credentials = b64encode(f"{token.get_secret_value()}:".encode()).decode()
    return {"accept": "application/json", "authorization": f"Basic {credentials}"}


def admin_reason_of(status: int, body: bytes) -> str:
    """Return why Medusa refused an Admin API call; it says of a wrong key nothing but 401."""
    return "admin_token_invalid" if status == _UNAUTHORIZED else reason_of(status, body)
