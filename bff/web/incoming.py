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
from bff.web.client_rate import Clients
from bff.web.context import RequestContext, Shop
from bff.web.dimensions import Dimensions
from bff.web.errors import Unauthenticated
from bff.web.explain_extension import HEADER as EXPLAIN
from bff.web.explain_extension import YES
from bff.web.preview import HEADER, Preview
from bff.web.seen import Seen

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
# W3C Trace Context, section 3.2: not all zeros. Of later versions the beginning is the same, and
# more may follow; there is no version ff.
_TRACEPARENT = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?P<ids>(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16})"
    r"-(?P<flags>[0-9a-f]{2})(?P<more>-.{0,200})?",
    re.ASCII,
)
_KEY = r"(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
_VALUE = r"[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
_TRACESTATE_MEMBER = re.compile(rf"(?P<key>{_KEY})={_VALUE}", re.ASCII)
_MOST_MEMBERS = 32
_LONGEST_TRACESTATE = 512
_MAX_ACCEPT_LANGUAGE = 1_000
_PREVIEW: Final = HEADER.lower().encode("ascii")
_EXPLAIN: Final = EXPLAIN.lower().encode("ascii")
_YES: Final = YES.encode("ascii")
_READ: Final = frozenset(
    {
        *(b"accept", b"accept-language", b"content-encoding", b"content-length"),
        *(b"content-type", b"if-none-match", b"traceparent", b"tracestate", b"x-forwarded-for"),
        *(b"x-request-id", _PREVIEW, _EXPLAIN),
    }
)
"""The headers that anything here looks at."""


class Caller:
    """One request's headers, as far as they are read. It never fails to be made.

    Of a header that came several times the values are joined (RFC 9110, section 5.3): where
    only one may be, that is none.
    """

    __slots__ = ("_client", "_sent", "request_id", "seen")

    def __init__(self, scope: Scope) -> None:
        sent: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _READ:
                sent[name] = value if name not in sent else b"%b, %b" % (sent[name], value)
        self._sent = sent
        self._client = scope.get("client")
        self.seen = Seen()
        self.request_id = _id_for(sent.get(b"x-request-id"))

    def header(self, name: bytes) -> str:
        """Return a header, "" if it was not sent."""
        value = self._sent.get(name)
        return value.decode("latin-1") if value else ""

    @property
    def came_from(self) -> tuple[str, str]:
        """Who has connected, and for whom it says to have; see `Addresses.client`."""
        client = self._client
        return client[0] if client else "", self.header(b"x-forwarded-for")

    def asks_for_preview(self) -> bool:
        """Tell whether it wants to see drafts, be it allowed to or not."""
        return _PREVIEW in self._sent

    def asks_for_explanation(self) -> bool:
        """Tell whether it wants to know how its answer comes about, be that allowed or not."""
        return self._sent.get(_EXPLAIN) == _YES

    def preview_token(self) -> str:
        """Return the token that it has sent."""
        return self.header(_PREVIEW)

    def traceparent(self) -> str | None:
        """Return what is above all that is done for it: its own span, or what it was sent with.

        `None` when nobody traces.
        """
        span = self.seen.span
        return span.traceparent if span is not None else self._sent_traceparent()

    def tracestate(self) -> str | None:
        """Return what others' tracing systems have sent along with the trace.

        Without a trace it means nothing, and what cannot be read is dropped whole (W3C Trace
        Context, section 3.3). No more of it is passed on than everybody has to (3.3.1.5).
        """
        sent = self.header(b"tracestate")
        if not sent or len(sent) > _LONGEST_TRACESTATE or self._sent_traceparent() is None:
            return None
        members = [one for one in (part.strip(" \t") for part in sent.split(",")) if one]
        read = [_TRACESTATE_MEMBER.fullmatch(one) for one in members]
        keys = {one["key"] for one in read if one is not None}
        if not members or len(members) > _MOST_MEMBERS or len(keys) < len(members):
            return None
        return ",".join(members)

    def _sent_traceparent(self) -> str | None:
        """Return the header, in the version that we know."""
        sent = self.header(b"traceparent")
        read = _TRACEPARENT.fullmatch(sent) if sent else None
        if read is None:
            return None
        if read["version"] == "00":
            return None if read["more"] else sent
        return f"00-{read['ids']}-{int(read['flags'], 16) & 1:02x}"


class Incoming:
    """Makes the context of each request."""

    def __init__(self, shop: Shop, clients: Clients | None = None) -> None:
        self._shop = shop
        self._clients = clients or Clients.of(None, (), shop.clock)
        self._has_rates = self._clients.rates.counts
        # The header is short by then, and browsers send the same few.
        self._negotiate = lru_cache(maxsize=512)(partial(_negotiated, shop))

    def check_rate(self, caller: Caller) -> None:
        """Count a request.

        Raises:
            RateLimited: its client asks too often.
        """
        if self._has_rates:
            self._clients.rates.check(*caller.came_from)

    def check_preview(self, caller: Caller) -> None:
        """Do nothing if the request wants no preview, or may have one.

        Raises:
            Unauthenticated: it may not. It is not answered with what is public instead: an
                editor would take that for the draft.
            RateLimited: it may not, and its client has tried too often.
        """
        if not caller.asks_for_preview():
            return
        tokens = self._preview().tokens
        try:
            tokens.check(caller.preview_token())
        except Unauthenticated:
            self._clients.tokens.count(*caller.came_from)
            raise

    def dimensions(self, caller: Caller) -> Dimensions:
        """Return what an answer to this request may depend on, with nothing read yet."""
        languages = caller.header(b"accept-language")[:_MAX_ACCEPT_LANGUAGE]
        return Dimensions(languages, self._negotiate, is_preview=caller.asks_for_preview())

    def context(self, caller: Caller, dimensions: Dimensions, trail: Trail) -> RequestContext:
        """Return the context of a request whose preview was checked; its deadline starts now."""
        shop = self._shop
        call = Call(
            shop.clock() + shop.deadline_seconds,
            caller.traceparent(),
            trail,
            request_id=caller.request_id,
            tracestate=caller.tracestate(),
        )
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
