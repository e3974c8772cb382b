"""Ten thousand requests, public ones and previews mixed: unpublished text is for previews only.

Every public answer is read as text, so that it does not matter in which field a draft would
stand. Needs a lab whose content systems hold drafts; see `tests/live/lab.py` for the variables.
"""

import asyncio
import json
import random
from collections import Counter
from itertools import cycle
from typing import Any

import httpx
import pytest

from tests.live import lab
from tests.live.lab import catalogue, needs_catalogue, needs_lab
from tests.live.service import PATIENT, operation, running
from tests.live.systems import (
    KINDS,
    LOCALES,
    contentful_settings,
    sanity_settings,
    strapi4_settings,
    strapi_settings,
)

Json = Any
pytestmark = [needs_lab, needs_catalogue]

MARKERS = ("DRAFT", "RELEASE: ")
"""What editors of the laboratory begin with wherever they have not published."""
SECRET = "operators-secret-of-more-than-32-characters"
REQUESTS = 10_000
AT_ONCE = 12


def _content() -> list[dict[str, Json]]:
    if not all(kind.is_there for kind in KINDS.values()):
        pytest.skip("BFF_LIVE_* do not name all content systems")
    return [
        sanity_settings(preview_token=lab.SANITY_TOKEN),
        contentful_settings(
            preview_token=lab.CONTENTFUL_PREVIEW_TOKEN, preview_url=lab.CONTENTFUL_PREVIEW_URL
        ),
        strapi_settings(preview=True),
        strapi4_settings(preview=True, name="strapi-old"),
    ]


def _bodies(chance: random.Random) -> list[tuple[str, str, Json]]:
    """Return requests for everything that there is, sold or not, in a shuffled order."""
    bodies: list[tuple[str, str, Json]] = []
    for locale, country in (*((one, "US") for one in LOCALES), ("it", "DE"), ("es-MX", "JP")):
        view = {"locale": locale, "country": country}
        for each in catalogue():
            by_handle = {"handle": each["handle"], **view}
            bodies.append(("POST", "ProductPage", by_handle))
            bodies.append(("POST", "ProductById", {"id": each["medusa_id"], **view}))
            bodies.append(("GET", f"/v1/products/{each['handle']}", view))
        bodies.extend(
            ("POST", "ContentPage", {"slug": slug, **view})
            for slug in ("home", "about", "inicio", "coming-soon")
        )
        bodies.append(("GET", "/v1/pages/coming-soon", view))
        bodies.append(("POST", "Navigation", view))
        bodies.append(("POST", "ProductCardsWithAddons", {"first": 30, **view}))
    chance.shuffle(bodies)
    return bodies


async def test_no_public_answer_holds_unpublished_text() -> None:
    """Previews see drafts of every content system; nobody else does, at the same moment."""
    chance = random.Random(3)
    content = _content()
    counted: Counter[str] = Counter()
    async with running(
        **PATIENT, content=content, operators_secret=SECRET, flight_seconds=20
    ) as service:
        minted = await service.client.post(
            "/v1/preview", headers={"authorization": f"Bearer {SECRET}"}
        )
        token = {"x-bff-preview": minted.raise_for_status().json()["token"]}
        asked = cycle(_bodies(chance))
        seats = asyncio.Semaphore(AT_ONCE)

        async def ask(headers: dict[str, str]) -> None:
            method, name, given = next(asked)
            async with seats:
                response = await _send(service.client, method, name, given, headers)
            kind = "preview" if headers else "public"
            counted[kind] += 1
            counted[f"{kind} failed"] += response.status_code >= 500
            held = any(marker in response.text for marker in MARKERS)
            counted[f"{kind} with a draft"] += held
            if headers:
                assert "no-store" in response.headers["cache-control"]
            else:
                assert not held, (name, given, response.text[:2_000])

        # One in eight is a preview: each of them asks every content system anew.
        await asyncio.gather(
            *(ask(token if chance.random() < 0.125 else {}) for _ in range(REQUESTS))
        )

    print(f"\n{dict(counted)}")
    assert counted["public"] + counted["preview"] == REQUESTS
    assert counted["preview with a draft"] > counted["preview"] / 10
    assert counted["public failed"] == counted["preview failed"] == 0


async def _send(
    client: httpx.AsyncClient, method: str, name: str, given: Json, headers: dict[str, str]
) -> httpx.Response:
    if method == "GET":
        return await client.get(name, params=given, headers=headers)
    body = json.dumps({"query": operation(name), "variables": given})
    typed = {"content-type": "application/json", **headers}
    return await client.post("/graphql", content=body, headers=typed)


async def test_each_system_shows_its_draft_to_a_preview_alone() -> None:
    """A token shows what each content system has prepared; without one it is not there."""
    for settings in _content():
        only = {**settings, "name": settings["kind"]}
        async with running(**PATIENT, content=[only], operators_secret=SECRET) as service:
            minted = await service.client.post(
                "/v1/preview", headers={"authorization": f"Bearer {SECRET}"}
            )
            token = {"x-bff-preview": minted.json()["token"]}
            path = "/v1/pages/coming-soon"
            public = await service.client.get(path)
            preview = await service.client.get(path, headers=token)
            forged = await service.client.get(
                path, headers={"x-bff-preview": token["x-bff-preview"][:-4] + "AAAA"}
            )

        assert public.status_code == 404, settings["kind"]
        assert preview.json()["title"] == "DRAFT: Coming soon", settings["kind"]
        assert forged.status_code == 401
        assert forged.json()["code"] == "UNAUTHENTICATED"
