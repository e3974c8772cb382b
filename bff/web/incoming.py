"""What is taken from a request besides what it asks: id, trace, languages, time and preview.

Nothing else is: neither cookies nor an `Authorization` go any further than this.
"""

import random
import re
from functools import lru_cache, partial
from typing import Final

from starlette.types import Scope

from bff.domain.locale import Locale, negotiate
from bff.ports import Call, Trail
from bff.web.context import RequestContext, Shop
from bff.web.dimensions import Dimensions
from bff.web.errors import Unauthenticated
from bff.web.preview import HEADER, Preview

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
# W3C Trace Context, section 3.2: version 00, and not all zeros.
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_MAX_ACCEPT_LANGUAGE = 1_000
_PREVIEW: Final = HEADER.lower().encode("ascii")
_READ: Final = frozenset(
    {
        *(b"accept", b"accept-language", b"content-type", b"if-none-match", b"traceparent"),
        *(b"x-request-id", _PREVIEW),
    }
)
"""The headers that anything here looks at."""


class Caller:
    """One request's headers, as far as they are read. It never fails to be made.

    Of a header that came several times the values are joined (RFC 9110, section 5.3): where
    only one may be, that is none.
    """

    __slots__ = ("_sent", "request_id")

    def __init__(self, scope: Scope) -> None:
        sent: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _READ:
                sent[name] = value if name not in sent else b"%b, %b" % (sent[name], value)
        self._sent = sent
        self.request_id = _id_for(sent.get(b"x-request-id"))

    def header(self, name: bytes) -> str:
        """Return a header, "" if it was not sent."""
        value = self._sent.get(name)
        return value.decode("latin-1") if value else ""

    def asks_for_preview(self) -> bool:
        """Tell whether it wants to see drafts, be it allowed to or not."""
        return _PREVIEW in self._sent

    def preview_token(self) -> str:
        """Return the token that it has sent."""
        return self.header(_PREVIEW)

    def traceparent(self) -> str | None:
        """Return the trace that it is a part of, `None` when nobody traces."""
        sent = self.header(b"traceparent")
        return sent if sent and _TRACEPARENT.fullmatch(sent) else None


class Incoming:
    """Makes the context of each request."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        # The header is short by then, and browsers send the same few.
        self._negotiate = lru_cache(maxsize=512)(partial(_negotiated, shop))

    def check_preview(self, caller: Caller) -> None:
        """Do nothing if the request wants no preview, or may have one.

        Raises:
            Unauthenticated: it may not. It is not answered with what is public instead: an
                editor would take that for the draft.
        """
        if caller.asks_for_preview():
            self._preview().tokens.check(caller.preview_token())

    def dimensions(self, caller: Caller) -> Dimensions:
        """Return what an answer to this request may depend on, with nothing read yet."""
        languages = caller.header(b"accept-language")[:_MAX_ACCEPT_LANGUAGE]
        return Dimensions(languages, self._negotiate, is_preview=caller.asks_for_preview())

    def context(self, caller: Caller, dimensions: Dimensions, trail: Trail) -> RequestContext:
        """Return the context of a request whose preview was checked; its deadline starts now."""
        shop = self._shop
        call = Call(shop.clock() + shop.deadline_seconds, caller.traceparent(), trail)
        return RequestContext(shop, call, dimensions)

    def _preview(self) -> Preview:
        if self._shop.preview is None:
            msg = f"{HEADER}: there is no preview here"
            raise Unauthenticated(msg)
        return self._shop.preview


def request_id(scope: Scope) -> str:
    """Return the id under which this request is logged and answered."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        state["request_id"] = Caller(scope).request_id
    return str(state["request_id"])


def _id_for(sent: bytes | None) -> str:
    if sent is not None:
        text = sent.decode("latin-1")
        if _REQUEST_ID.fullmatch(text):
            return text
    # It tells requests apart in a log and guards nothing, so it need not be hard to guess.
    return f"{random.getrandbits(64):016x}"


def _negotiated(shop: Shop, accept_language: str) -> Locale | None:
    return negotiate(accept_language, shop.locales)
