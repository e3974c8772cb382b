"""Medusa 2's Store API as a `CommerceSource`."""

from bff.sources.medusa.admin import ADMIN, MedusaAdmin, admin_headers, admin_reason_of
from bff.sources.medusa.changes import MedusaChanges
from bff.sources.medusa.refusals import Refusal, reason_of
from bff.sources.medusa.settings import IDLE_SECONDS, MedusaSettings, headers
from bff.sources.medusa.source import MedusaStore
from bff.sources.medusa.webhooks import MedusaWebhooks

__all__ = [
    "ADMIN",
    "IDLE_SECONDS",
    "MedusaAdmin",
    "MedusaChanges",
    "MedusaSettings",
    "MedusaStore",
    "MedusaWebhooks",
    "Refusal",
    "admin_headers",
    "admin_reason_of",
    "headers",
    "reason_of",
]
