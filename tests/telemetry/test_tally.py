"""Counting in plain integers."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from bff.telemetry.tally import Tally


def test_counts_are_shown_as_any_counter() -> None:
    """An operator's Prometheus reads them as it reads all others."""
    registry = CollectorRegistry()
    reads = Tally("reads", "Values asked for.", ("level", "verdict"), registry=registry)
    fresh = reads.labels("memory", "fresh")
    fresh.inc()
    fresh.inc(2)
    reads.labels("shared", "stale").inc()

    assert registry.get_sample_value("reads_total", {"level": "memory", "verdict": "fresh"}) == 3
    text = generate_latest(registry).decode()
    assert "# TYPE reads_total counter" in text
    assert 'reads_total{level="shared",verdict="stale"} 1.0' in text


def test_labels_are_all_or_nothing() -> None:
    """A count under half a label would never be found again."""
    reads = Tally("reads", "Values asked for.", ("level",), registry=CollectorRegistry())

    with pytest.raises(ValueError, match="level"):
        reads.labels()


def test_a_name_is_taken_once() -> None:
    """Two counters under one name would be added up by nobody."""
    registry = CollectorRegistry()
    Tally("reads", "Values asked for.", (), registry=registry)

    with pytest.raises(ValueError, match="reads"):
        Tally("reads", "Something else.", (), registry=registry)
