"""What is taken from a request besides what it asks: id, trace, languages, time and preview.

Nothing else is: neither cookies nor an `Authorization` go any further than this.
"""

import re
import secrets

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from bff.ports import Call
from bff.web.context import RequestContext, Shop
from bff.web.errors import Unauthenticated
from bff.web.preview import HEADER, Preview

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
# W3C Trace Context, section 3.2: version 00, and not all zeros.
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_MAX_ACCEPT_LANGUAGE = 1_000


class Incoming:
    """Makes the context of each request."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def context(self, request: Request) -> RequestContext:
        """Return the context; its deadline starts now.

        Raises:
            Unauthenticated: it asks for a preview and may not have one. It is not answered with
                what is public instead: an editor would take that for the draft.
        """
        shop = self._shop
        traceparent = request.headers.get("traceparent", "")
        valid = _TRACEPARENT.fullmatch(traceparent) is not None
        call = Call(shop.clock() + shop.deadline_seconds, traceparent if valid else None)
        languages = request.headers.get("accept-language", "")[:_MAX_ACCEPT_LANGUAGE]
        preview = self._preview(request.headers.getlist(HEADER))
        return RequestContext(shop, request_id(request.scope), call, languages, preview)

    def _preview(self, tokens: list[str]) -> Preview | None:
        if not tokens:
            return None
        preview = self._shop.preview
        if preview is None:
            msg = f"{HEADER}: there is no preview here"
            raise Unauthenticated(msg)
        preview.tokens.check(", ".join(tokens))  # as if it were one header: RFC 9110, section 5.3
        return preview


def request_id(scope: Scope) -> str:
    """Return the id under which this request is logged and answered."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        sent = Headers(scope=scope).get("x-request-id", "")
        usable = _REQUEST_ID.fullmatch(sent) is not None
        state["request_id"] = sent if usable else secrets.token_hex(8)
    return str(state["request_id"])
