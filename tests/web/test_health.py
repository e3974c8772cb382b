"""What an operator's balancer and Prometheus are told."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bff.telemetry.metrics import REGISTRY
from bff.web.health import Check, health_routes


def fine() -> None:
    return None


async def asked(
    path: str, checks: Sequence[Check] = (), *, accept: str = "*/*", method: str = "GET"
) -> httpx.Response:
    app = Starlette(routes=health_routes(checks))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://bff"
    ) as client:
        return await client.request(method, path, headers={"accept": accept})


@pytest.mark.parametrize(
    ("checks", "status", "body"),
    [
        ((), 200, {"ready": True, "checks": {}}),
        (
            (Check("sharedCache", fine), Check("warmSet", fine, is_needed=True)),
            200,
            {"ready": True, "checks": {"sharedCache": {"ok": True}, "warmSet": {"ok": True}}},
        ),
        (
            (
                Check("sharedCache", lambda: "not reachable"),
                Check("warmSet", fine, is_needed=True),
            ),
            200,
            {
                "ready": True,
                "checks": {
                    "sharedCache": {"ok": False, "detail": "not reachable"},
                    "warmSet": {"ok": True},
                },
            },
        ),
        (
            (Check("sharedCache", fine), Check("warmSet", lambda: "3 of 200", is_needed=True)),
            503,
            {
                "ready": False,
                "checks": {
                    "sharedCache": {"ok": True},
                    "warmSet": {"ok": False, "detail": "3 of 200"},
                },
            },
        ),
    ],
)
async def test_readiness(checks: Sequence[Check], status: int, body: dict[str, Any]) -> None:
    """Shoppers come here while what is needed is there; the rest is only shown."""
    answer = await asked("/readyz", checks)

    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers["cache-control"] == "no-store"


async def test_readiness_looks_each_time() -> None:
    """What was waited for is noticed as soon as it is there."""
    words: list[str | None] = ["0 of 1", None]
    checks = [Check("warmSet", lambda: words.pop(0), is_needed=True)]

    assert [(await asked("/readyz", checks)).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("*/*", "text/plain"), ("application/openmetrics-text", "application/openmetrics-text")],
)
async def test_figures_are_in_the_words_of_prometheus(accept: str, media_type: str) -> None:
    """Prometheus reads the figures in either of its formats, and nobody keeps them."""
    answer = await asked("/metrics", accept=accept)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["cache-control"] == "no-store"
    assert "# TYPE bff_answers" in answer.text


async def test_figures_are_ours_and_well_named() -> None:
    """Every figure begins with our name or is the process's own; units are spelled out."""
    families = list(text_string_to_metric_families((await asked("/metrics")).text))
    names = {family.name for family in families}

    assert {
        *("bff_cache_reads", "bff_cache_evictions", "bff_cache_bytes", "bff_fetches"),
        *("bff_shared_cache_faults", "bff_shared_cache_up", "bff_answers", "bff_webhooks"),
        *("bff_marks", "bff_edit_to_visible_seconds", "bff_notifications"),
        "bff_reconciled_changes",
        "process_resident_memory_bytes",
    } <= names
    assert all(name.startswith(("bff_", "process_")) for name in names)
    assert all(family.documentation for family in families)


def test_no_second_series_is_shown() -> None:
    """A counter is one series, not two."""
    registry = CollectorRegistry()
    Counter("things", "Things.", registry=registry).inc()

    assert [sample.name for family in registry.collect() for sample in family.samples] == [
        "things_total"
    ]
    assert REGISTRY is not registry
