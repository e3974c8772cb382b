"""What is let in, as the settings say."""

from bff.settings import Settings
from bff.web.surface import DocumentLimits, Surface
from bff.wiring.content_calls import content_calls


def surface_of(settings: Settings) -> Surface:
    """Return what the service lets in, and how it answers."""
    limits = settings.limits
    return Surface(
        partial_status=settings.graphql.partial_status,
        persisted_queries=settings.graphql.persisted_queries,
        trusted_only=settings.graphql.trusted_only,
        limits=DocumentLimits(
            depth=limits.depth,
            fields=limits.fields,
            aliases=limits.aliases,
            directives=limits.directives,
            upstream_calls=limits.upstream_calls,
        ),
        content=content_calls(settings),
        body_bytes=limits.body_kilobytes * 1024,
        cors_origins=frozenset(settings.cors_origins),
    )
