"""Which class reads which content system: one arm for each kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, assert_never

from bff.domain.locale import Locale
from bff.operations.check import Probe
from bff.ports import ChangeFeed, Clock, CommerceSource, ContentSource, WebhookReader
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
    `changes` tells what has changed to whoever asks; `webhooks` reads what it posts to us, `None`
    without a secret.
    """

    settings: ContentSettings
    source: ContentSource
    drafts: ContentSource | None
    probe: Probe
    changes: ChangeFeed
    webhooks: WebhookReader | None


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
                    read=lambda asked, drafts: contentful.ContentfulContent(
                        asked, chosen, self.locales, self.clock, preview=drafts
                    ),
                    probe=lambda content, drafts: ContentfulProbe(
                        content, chosen, self.commerce, preview=drafts
                    ),
                    changes=lambda asked: contentful.ContentfulChanges(asked, chosen),
                    webhooks=lambda secret: contentful.ContentfulWebhooks(
                        chosen.source_name,
                        secret,
                        space_id=chosen.space_id,
                        environment=chosen.environment,
                        webhook_path=chosen.webhook_path,
                    ),
                )
            case sanity.SanitySettings():
                live = self._past_cdn(chosen)
                return self._system(
                    chosen,
                    sanity.reason_of,
                    read=lambda asked, drafts: sanity.SanityContent(
                        asked,
                        chosen,
                        self.locales,
                        self.clock,
                        preview=drafts,
                        live=None if drafts else live,
                    ),
                    probe=lambda content, _: SanityProbe(content, chosen, self.commerce),
                    changes=lambda asked: sanity.SanityChanges(asked, chosen, live=live),
                    webhooks=lambda secret: sanity.SanityWebhooks(
                        chosen.source_name,
                        secret,
                        dataset=chosen.dataset,
                        one_document_per_language=chosen.model == "document",
                    ),
                )
            case strapi.StrapiSettings():
                return self._system(
                    chosen,
                    strapi.reason_of,
                    read=lambda asked, drafts: strapi.StrapiContent(
                        asked, chosen, self.locales, self.clock, preview=drafts
                    ),
                    probe=lambda content, drafts: StrapiProbe(
                        content, chosen, self.commerce, preview=drafts
                    ),
                    changes=lambda asked: strapi.StrapiChanges(asked, chosen, self.clock),
                    webhooks=lambda secret: strapi.StrapiWebhooks(chosen.source_name, secret),
                )
            case _:
                assert_never(chosen)

    def _past_cdn(self, chosen: sanity.SanitySettings) -> Upstream | None:
        """Return who is asked for what has just been edited, where Sanity's CDN may lag."""
        if chosen.past_cdn is None:
            return None
        return self.connections.upstream(
            chosen.source_name,
            chosen.past_cdn,
            chosen.headers(),
            sanity.reason_of,
            connections=_CONNECTIONS,
            api="live",
            requests_per_second=chosen.limit(),
        )

    def _system(
        self,
        chosen: ContentSettings,
        reason_of: Callable[[int, bytes], str],
        *,
        read: Callable[[Upstream, bool], Source],
        probe: Callable[[Source, Source | None], Probe],
        changes: Callable[[Upstream], ChangeFeed],
        webhooks: Callable[[str], WebhookReader],
    ) -> ContentSystem:
        """Return the system with a client of its own for drafts, whose credentials differ."""

        def upstream(*, drafts: bool) -> Upstream:
            return self.connections.upstream(
                chosen.source_name,
                chosen.base_url(preview=drafts),
                chosen.headers(preview=drafts),
                reason_of,
                connections=_CONNECTIONS,
                api="drafts" if drafts else None,
                requests_per_second=chosen.limit(preview=drafts),
            )

        asked = upstream(drafts=False)
        source = read(asked, False)  # noqa: FBT003 - lambdas know no keywords
        has_drafts = self.preview and chosen.has_preview
        drafts = read(upstream(drafts=True), True) if has_drafts else None  # noqa: FBT003 - as above
        secret = chosen.webhook_secret
        reader = None if secret is None else webhooks(secret.get_secret_value())
        return ContentSystem(chosen, source, drafts, probe(source, drafts), changes(asked), reader)
