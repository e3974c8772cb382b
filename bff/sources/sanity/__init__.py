"""Sanity as a source of content."""

from bff.sources.sanity.changes import SanityChanges
from bff.sources.sanity.refusals import reason_of
from bff.sources.sanity.settings import SanitySettings
from bff.sources.sanity.source import SanityContent, SanityHealth
from bff.sources.sanity.webhooks import SanityWebhooks

__all__ = [
    "SanityChanges",
    "SanityContent",
    "SanityHealth",
    "SanitySettings",
    "SanityWebhooks",
    "reason_of",
]
