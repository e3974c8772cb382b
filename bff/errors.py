"""Everything this service raises on purpose.

BffError                     code                  retryable
├── UpstreamError            (source, operation; the cause is chained)
│   ├── UpstreamTimeout      UPSTREAM_TIMEOUT      yes
│   ├── UpstreamUnavailable  UPSTREAM_UNAVAILABLE  yes  no connection, 429, 5xx; retry_after
│   ├── UpstreamRejected     UPSTREAM_REJECTED     no   other 4xx: our request or credentials
│   └── UpstreamMalformed    UPSTREAM_MALFORMED    yes  answered, but not what its model says
├── BadInput                 BAD_USER_INPUT        no   the message names the argument
│   └── UnknownMarket        UNKNOWN_MARKET        no
├── StoreUnavailable         UPSTREAM_UNAVAILABLE  yes  other replicas cannot be told of a change
└── WebhookRejected          UNAUTHENTICATED       no   the log says why, the answer does not

Messages are shown to clients: they name a source and an operation, never an address, a header
or a payload.
"""

from typing import ClassVar, Final

RESTING: Final = "resting"
"""The detail of `UpstreamUnavailable` where a source was not asked, because it failed before."""


class BffError(Exception):
    """An expected failure with a stable code from the public contract."""

    code: ClassVar[str]
    retryable: ClassVar[bool]


class UpstreamError(BffError):
    """A source could not give a usable answer to one operation."""

    explanation: ClassVar[str]

    def __init__(self, source: str, operation: str, detail: str = "") -> None:
        message = f"{source} {self.explanation} ({operation})"
        super().__init__(f"{message}: {detail}" if detail else message)
        self.source = source
        self.operation = operation
        self.detail = detail


class UpstreamTimeout(UpstreamError):
    """The source did not answer within the time that was left."""

    code = "UPSTREAM_TIMEOUT"
    retryable = True
    explanation = "did not answer in time"


class UpstreamUnavailable(UpstreamError):
    """The source could not be reached, is overloaded, failed by itself, or rests after that.

    `status` is the HTTP status, `None` without an answer. `retry_after` is in seconds, as the
    source asked; `None` when it did not say. It is for whoever decides when to ask the source
    again.
    """

    code = "UPSTREAM_UNAVAILABLE"
    retryable = True
    explanation = "is not available"

    def __init__(
        self,
        source: str,
        operation: str,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(source, operation, detail)
        self.status = status
        self.retry_after = retry_after


class UpstreamRejected(UpstreamError):
    """The source refused our request or our credentials; asking again will not help.

    `status` is the HTTP status, `reason` a short machine word that the source gave (never its
    message, which may quote what we sent).
    """

    code = "UPSTREAM_REJECTED"
    retryable = False
    explanation = "refused the request"

    def __init__(
        self, source: str, operation: str, detail: str = "", *, status: int, reason: str = ""
    ) -> None:
        super().__init__(source, operation, detail)
        self.status = status
        self.reason = reason


class UpstreamMalformed(UpstreamError):
    """The source answered something that is not what its wire model says.

    Of an answer that was `cut_short` the rest was lost on the way; others are wrong as a whole.
    """

    code = "UPSTREAM_MALFORMED"
    retryable = True
    explanation = "gave an answer that makes no sense"

    def __init__(
        self, source: str, operation: str, detail: str = "", *, cut_short: bool = False
    ) -> None:
        super().__init__(source, operation, detail)
        self.cut_short = cut_short


class BadInput(BffError):
    """The client asked something that cannot be answered; the message names the argument."""

    code = "BAD_USER_INPUT"
    retryable = False


class UnknownMarket(BadInput):
    """No region serves the country that was asked for."""

    code = "UNKNOWN_MARKET"


class StoreUnavailable(BffError):
    """The shared cache could not be written to, so that a change is not known everywhere."""

    code = "UPSTREAM_UNAVAILABLE"
    retryable = True


class WebhookRejected(BffError):
    """A webhook that is not from its source, or too old.

    `reason` is a short machine word for the log: the answer does not say it.
    """

    code = "UNAUTHENTICATED"
    retryable = False

    def __init__(self, reason: str) -> None:
        super().__init__("the webhook is not authentic")
        self.reason = reason
