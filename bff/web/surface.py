"""What the service lets in from outside, and in which words it answers; built in `wiring`."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How large a GraphQL document may be; see `bff.settings.limits` for what is counted."""

    depth: int = 20
    fields: int = 2000
    aliases: int = 100
    directives: int = 100
    upstream_calls: int = 60


@dataclass(frozen=True, slots=True)
class Surface:
    """What is let in, and how it is answered.

    `partial_status` is the HTTP status of an answer with data and errors, for clients that accept
    GraphQL's own media type. With `persisted_queries` documents are remembered by their hash.
    `trusted_documents` are texts by id; with `trusted_only` no others are executed. Pages of
    `cors_origins` may read answers in a browser.
    """

    partial_status: int = 200
    persisted_queries: bool = True
    trusted_documents: dict[str, str] = field(default_factory=dict)
    trusted_only: bool = False
    limits: DocumentLimits = field(default_factory=DocumentLimits)
    body_bytes: int = 256 * 1024
    cors_origins: frozenset[str] = frozenset()


DEFAULT: Final = Surface()
