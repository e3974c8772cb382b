"""The demo's shop, wired as an operator's settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bff import wiring
from bff.demo import DemoUpstreams
from bff.domain.marks import Tag
from bff.settings import Settings


def settings(upstreams: DemoUpstreams, **changes: object) -> Settings:
    """Return settings of the demo's shop; `changes` win."""
    values: dict[str, object] = {
        "medusa": {
            "url": "http://medusa.test",
            "publishable_key": upstreams.publishable_key,
            "webhook_secret": "a-secret-of-medusa",
        },
        "content": [{"kind": "sanity", "project_id": upstreams.project_id}],
        "default_country": upstreams.default_country,
        "reconcile_seconds": 0,
        "deadline_seconds": 60,
        "content_budget_seconds": 60,
        "flight_seconds": 60,
        "redis": {"timeout_seconds": 5},
    }
    return Settings.model_validate(values | changes)


@asynccontextmanager
async def running(service: wiring.Service) -> AsyncIterator[httpx.AsyncClient]:
    """Run a service as a server does, and yield a client of it."""
    async with (
        service.app.router.lifespan_context(service.app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(service.app), base_url="http://bff.test"
        ) as client,
    ):
        yield client


def is_marked(service: wiring.Service, tag: Tag) -> bool:
    """Tell whether a process knows of a mark on this very tag."""
    mark = service.shop.marks.newest([tag], 0)
    return mark is not None and mark.touched.tag == tag
