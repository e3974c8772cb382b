"""Which class reads which content system: one arm for each kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, assert_never

from bff.domain.locale import Locale
from bff.operations.check import Probe
from bff.ports import Clock, CommerceSource, ContentSource
from bff.settings import ContentSettings
from bff.sources import contentful, sanity, strapi
from bff.sources.contentful.probe import ContentfulProbe
from bff.sources.sanity.probe import SanityProbe
from bff.sources.strapi.probe import StrapiProbe
from bff.upstream import Upstream
from bff.wiring.clients import Connections

_CONNECTIONS = 32

Source = TypeVar("Source", bound=ContentSource)


@dataclass(frozen=True, slots=True)
class ContentSystem:
    """One content system.

    `source` reads what is published and nothing else. `drafts` reads drafts over it; `None`
    where there is no preview, or no credentials for it. `probe` tells whether all is well.
    """

    settings: ContentSettings
    source: ContentSource
    drafts: ContentSource | None
    probe: Probe


@dataclass(frozen=True, slots=True)
class ContentWiring:
    """What all content systems of one service are wired with.

    `locales` are the shop's, its own first; with `preview` drafts are read where they can be.
    """

    connections: Connections
    commerce: CommerceSource
    locales: Sequence[Locale]
    clock: Clock
    preview: bool

    def system(self, chosen: ContentSettings) -> ContentSystem:
        """Return the content system that these settings describe; nothing is asked yet."""
        match chosen:
            case contentful.ContentfulSettings():
                return self._system(
                    chosen,
                    contentful.reason_of,
                    lambda asked, drafts: contentful.ContentfulContent(
                        asked, chosen, self.locales, self.clock, preview=drafts
                    ),
                    lambda content, drafts: ContentfulProbe(
                        content, chosen, self.commerce, preview=drafts
                    ),
                )
            case sanity.SanitySettings():
                return self._system(
                    chosen,
                    sanity.reason_of,
                    lambda asked, drafts: sanity.SanityContent(
                        asked, chosen, self.locales, self.clock, preview=drafts
                    ),
                    lambda content, _: SanityProbe(content, chosen, self.commerce),
                )
            case strapi.StrapiSettings():
                return self._system(
                    chosen,
                    strapi.reason_of,
                    lambda asked, drafts: strapi.StrapiContent(
                        asked, chosen, self.locales, self.clock, preview=drafts
                    ),
                    lambda content, drafts: StrapiProbe(
                        content, chosen, self.commerce, preview=drafts
                    ),
                )
            case _:
                assert_never(chosen)

    def _system(
        self,
        chosen: ContentSettings,
        reason_of: Callable[[int, bytes], str],
        read: Callable[[Upstream, bool], Source],
        probe: Callable[[Source, Source | None], Probe],
    ) -> ContentSystem:
        """Return the system with a client of its own for drafts, whose credentials differ."""

        def upstream(*, drafts: bool) -> Upstream:
            return self.connections.upstream(
                chosen.source_name,
                chosen.base_url(preview=drafts),
                chosen.headers(preview=drafts),
                reason_of,
                connections=_CONNECTIONS,
            )

        source = read(upstream(drafts=False), False)  # noqa: FBT003 - lambdas know no keywords
        has_drafts = self.preview and chosen.has_preview
        drafts = read(upstream(drafts=True), True) if has_drafts else None  # noqa: FBT003 - as above
        return ContentSystem(chosen, source, drafts, probe(source, drafts))
