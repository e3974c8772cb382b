"""What requests are counted under: enough to see which is slow, and never more than that."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bff.telemetry.requests import MOST_NAMES, OTHER, Requests


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def requests(registry: CollectorRegistry) -> Requests:
    return Requests(registry)


def test_a_request_is_counted_with_its_status_and_time(
    registry: CollectorRegistry, requests: Requests
) -> None:
    """An operator sees how many ended how, and how long they took."""
    figures = requests.of("graphql", "ProductPage")
    figures.count(200, 0.0002)
    figures.count(304, 0.03)
    figures.count(503, 7.0)

    def value(name: str, **more: str) -> float | None:
        of = {"surface": "graphql", "operation": "ProductPage"}
        return registry.get_sample_value(name, of | more)

    statuses = [value("bff_requests_total", status=kind) for kind in ("2xx", "3xx", "5xx")]
    assert statuses == [1, 1, 1]
    assert value("bff_requests_total", status="4xx") is None
    assert value("bff_request_seconds_bucket", le="0.0005") == 1
    assert value("bff_request_seconds_bucket", le="0.05") == 2
    assert value("bff_request_seconds_bucket", le="+Inf") == 3
    assert value("bff_request_seconds_count") == 3
    assert value("bff_request_seconds_sum") == pytest.approx(7.0302)


def test_prometheus_can_read_it(registry: CollectorRegistry, requests: Requests) -> None:
    """Buckets add up and have the bounds that Prometheus knows."""
    requests.of("rest", "getProduct").count(200, 0.0005)

    families = {
        one.name: one for one in text_string_to_metric_families(generate_latest(registry).decode())
    }

    buckets = [
        (one.labels["le"], one.value)
        for one in families["bff_request_seconds"].samples
        if one.name.endswith("_bucket")
    ]
    assert buckets[0] == ("0.0005", 1.0)  # a bound belongs to what is below it
    assert buckets[-1] == ("+Inf", 1.0)
    assert families["bff_requests"].type == "counter"


def test_a_client_cannot_blow_the_figures_up(requests: Requests) -> None:
    """Ten thousand names cost as much as a hundred; what has a name keeps it."""
    named = [requests.name_of(f"Evil{number}") for number in range(10_000)]

    assert len(set(named)) == MOST_NAMES + 1
    assert named[-1] == OTHER
    assert requests.name_of("Evil7") == "Evil7"


def test_a_name_of_a_megabyte_is_no_label(requests: Requests) -> None:
    """Nor is one that is longer than anybody reads."""
    assert requests.name_of("A" * 65) == OTHER
    assert requests.name_of("A" * 64) == "A" * 64
