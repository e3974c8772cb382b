"""Strapi, version 5 or 4, as a source of content."""

from bff.sources.strapi.refusals import reason_of
from bff.sources.strapi.settings import StrapiSettings
from bff.sources.strapi.source import StrapiContent

__all__ = ["StrapiContent", "StrapiSettings", "reason_of"]
