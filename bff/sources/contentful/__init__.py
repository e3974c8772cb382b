"""Contentful as a source of content: products whose entries name Medusa's id, or the handle."""

from bff.sources.contentful.refusals import reason_of
from bff.sources.contentful.settings import ContentfulSettings
from bff.sources.contentful.source import ContentfulContent

__all__ = ["ContentfulContent", "ContentfulSettings", "reason_of"]
