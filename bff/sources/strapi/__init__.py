"""Strapi, version 5 or 4, as a source of content."""

from bff.sources.strapi.changes import StrapiChanges
from bff.sources.strapi.refusals import reason_of
from bff.sources.strapi.settings import StrapiSettings
from bff.sources.strapi.source import StrapiContent
from bff.sources.strapi.webhooks import StrapiWebhooks

__all__ = ["StrapiChanges", "StrapiContent", "StrapiSettings", "StrapiWebhooks", "reason_of"]
