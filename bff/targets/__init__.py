"""Who is told of changes: storefronts that keep pages, CDNs that keep answers.

A target is told keys, which are our tags as the headers `Surrogate-Key` and `Cache-Tag` spell
them. `bff.catalog.invalidate` decides when, and tries again.
"""

from bff.targets.purge import PurgeTarget
from bff.targets.settings import PurgeSettings, StorefrontSettings, TargetSettings
from bff.targets.storefront import StorefrontTarget
from bff.targets.telling import base_url, no_reason

__all__ = [
    "PurgeSettings",
    "PurgeTarget",
    "StorefrontSettings",
    "StorefrontTarget",
    "TargetSettings",
    "base_url",
    "no_reason",
]
