"""What the service tells of itself: events as log lines, and figures for `/metrics`."""

from bff.telemetry.events import log, show_log

__all__ = ["log", "show_log"]
