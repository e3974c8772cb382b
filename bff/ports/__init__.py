"""What the reading side needs from the world outside, and the values that pass through.

Adapters satisfy these protocols by shape; `wiring` is where mypy compares them. Ports are
batch-first: many keys in, a mapping out, unknown keys absent.
"""

from bff.ports.calls import Call, Clock, WallClock
from bff.ports.changes import ChangeFeed, Cursors, Delivery, Message, Target, WebhookReader
from bff.ports.entries import Entry, Kept, Level, Reading
from bff.ports.journal import Exchange, Journal
from bff.ports.sources import CommerceSource, ContentSource, GroupKind, Listed, MatchBy, Wish
from bff.ports.standing import AllWell, Standing, Standings
from bff.ports.stores import Foresight, Leases, MarkLog, Store
from bff.ports.trail import Trail

__all__ = [
    "AllWell",
    "Call",
    "ChangeFeed",
    "Clock",
    "CommerceSource",
    "ContentSource",
    "Cursors",
    "Delivery",
    "Entry",
    "Exchange",
    "Foresight",
    "GroupKind",
    "Journal",
    "Kept",
    "Leases",
    "Level",
    "Listed",
    "MarkLog",
    "MatchBy",
    "Message",
    "Reading",
    "Standing",
    "Standings",
    "Store",
    "Target",
    "Trail",
    "WallClock",
    "WebhookReader",
    "Wish",
]
