"""Which class reads which content system: one arm for each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from bff.operations.check import Probe
from bff.ports import CommerceSource, ContentSource
from bff.settings import ContentSettings
from bff.sources import sanity
from bff.sources.sanity.probe import SanityProbe
from bff.upstream import Upstream
from bff.wiring.clients import Connections

_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class ContentSystem:
    """One content system: what the shop reads, and what tells whether all is well with it."""

    source: ContentSource
    probe: Probe


def content_system(
    chosen: ContentSettings, commerce: CommerceSource, connections: Connections
) -> ContentSystem:
    """Return the content system that these settings describe."""

    def upstream(reason_of: Callable[[int, bytes], str]) -> Upstream:
        return connections.upstream(
            chosen.kind,
            chosen.base_url(),
            chosen.headers(),
            reason_of,
            connections=_CONNECTIONS,
        )

    match chosen:
        case sanity.SanitySettings():
            content = sanity.SanityContent(upstream(sanity.reason_of), chosen)
            return ContentSystem(content, SanityProbe(content, chosen, commerce))
        case _:
            assert_never(chosen)
