"""Contentful as a source of content: products whose entries name Medusa's id, or the handle."""

from bff.sources.contentful.changes import ContentfulChanges
from bff.sources.contentful.refusals import reason_of
from bff.sources.contentful.settings import ContentfulSettings
from bff.sources.contentful.source import ContentfulContent
from bff.sources.contentful.webhooks import ContentfulWebhooks

__all__ = [
    "ContentfulChanges",
    "ContentfulContent",
    "ContentfulSettings",
    "ContentfulWebhooks",
    "reason_of",
]
