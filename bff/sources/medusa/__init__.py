"""Medusa 2's Store API as a `CommerceSource`."""

from bff.sources.medusa.refusals import Refusal, reason_of
from bff.sources.medusa.settings import IDLE_SECONDS, MedusaSettings, headers
from bff.sources.medusa.source import MedusaStore

__all__ = ["IDLE_SECONDS", "MedusaSettings", "MedusaStore", "Refusal", "headers", "reason_of"]
