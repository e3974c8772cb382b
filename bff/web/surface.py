"""What the service lets in from outside, and in which words it answers; built in `wiring`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bff.web.addresses import Network
from bff.web.client_rate import Rate


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How large a GraphQL document may be; see `bff.settings.limits` for what is counted."""

    depth: int = 20
    fields: int = 2000
    aliases: int = 100
    directives: int = 100
    upstream_calls: int = 60
    values: int = 10_000


@dataclass(frozen=True, slots=True)
class ContentCalls:
    """How often a content system is asked, for `bff.web.document_cost`.

    A question takes `keys` of products or groups. `page` and `menu` are the calls for one of
    these, 0 where it has none; `kinds_of_groups` of collections and categories are what it writes
    about. `first` are calls that come before all others, once in some minutes.
    """

    keys: int = 100
    products: bool = True
    page: int = 1
    menu: int = 1
    kinds_of_groups: int = 0
    first: int = 0


@dataclass(frozen=True, slots=True)
class Surface:
    """What is let in, and how it is answered.

    `partial_status` is the HTTP status of an answer with data and errors, for clients that accept
    GraphQL's own media type. With `persisted_queries` documents are remembered by their hash.
    `trusted_documents` are texts by id; with `trusted_only` no others are executed. `content`
    tells what asking the content systems costs. A shopper's body has at most `body_bytes`. Pages
    of `cors_origins` may read answers in a browser. `rate` is how often one client may ask;
    behind `proxies` a client is whom these name. With `explain` a request may ask how its answer
    came about.
    """

    partial_status: int = 200
    persisted_queries: bool = True
    trusted_documents: Mapping[str, str] = field(default_factory=dict)
    trusted_only: bool = False
    limits: DocumentLimits = field(default_factory=DocumentLimits)
    content: tuple[ContentCalls, ...] = ()
    body_bytes: int = 256 * 1024
    cors_origins: frozenset[str] = frozenset()
    rate: Rate | None = None
    proxies: tuple[Network, ...] = ()
    explain: bool = False


DEFAULT: Final = Surface()
