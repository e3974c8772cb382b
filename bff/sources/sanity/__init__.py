"""Sanity as a source of content: products whose document id is Medusa's product id."""

from bff.sources.sanity.refusals import reason_of
from bff.sources.sanity.settings import SanitySettings
from bff.sources.sanity.source import SanityContent, SanityHealth

__all__ = ["SanityContent", "SanityHealth", "SanitySettings", "reason_of"]
