"""The contract of all content sources, over real systems and stand-ins with what is in them.

Only what reads is tried; `tests/sources/contract/` has the rest. Needs at least one of the
content systems in `tests/live/lab.py`.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import uuid4

import httpx
import pytest

from bff.errors import UpstreamError, UpstreamMalformed, UpstreamTimeout, UpstreamUnavailable
from bff.upstream import open_client
from tests.live import lab
from tests.live.contract_shop import shop_of
from tests.live.systems import CONTENTFUL_TAGS, KINDS, LOCALES, read_systems
from tests.sources.contract.harnesses import ALL
from tests.sources.contract.reading_keys import ReadsHostileKeys
from tests.sources.contract.reading_pages import ReadsPages
from tests.sources.contract.reading_products import ReadsProducts
from tests.sources.contract.reading_public import ReadsWhatIsPublic
from tests.sources.contract.system import System, connected

HARNESSES = {
    "sanity": "sanity-specs-by-id",
    "contentful": "contentful-by-id",
    "strapi": "strapi-5-by-id",
    "strapi4": "strapi-4-by-id",
}
STAND_INS = {"sanity": lab.SANITY_URL, "contentful": lab.CONTENTFUL_URL}
"""Those of the systems that can be told to fail."""
LANGUAGES = (*LOCALES, "it", "ar", "en-GB", "pt-BR")
"""What editors wrote in, be it a language of the shop's or not."""
_PATIENCE = 10.0
_SHORT = 0.5


@pytest.fixture(params=HARNESSES)
async def system(request: pytest.FixtureRequest) -> AsyncIterator[System]:
    """Open each content system that there is."""
    name: str = request.param
    if not KINDS[name].is_there:
        pytest.skip(f"BFF_LIVE_{name.upper()}_* name no {name}")
    settings = {key: one for key, one in KINDS[name].settings().items() if key != "locales"}
    tags = CONTENTFUL_TAGS if name == "contentful" else {}
    known = next(harness for harness in ALL if harness.name == HARNESSES[name])
    harness = replace(known, name=name, settings=settings, tags=tags)
    base_url, headers = harness.chosen().base_url(), harness.chosen().headers()
    async with open_client(base_url, headers, connections=8, idle_seconds=4.0) as client:

        async def answer(asked: httpx.Request) -> httpx.Response:
            return await client.send(asked, stream=True)

        shop = shop_of(*read_systems((name,), LANGUAGES))
        async with connected(harness, shop, answer, clock=time.monotonic) as ready:
            yield ready


class TestProducts(ReadsProducts):
    """Texts, attributes and addons."""


class TestPages(ReadsPages):
    """Pages and menus."""


class TestPublic(ReadsWhatIsPublic):
    """Drafts, and the list of all products."""


class TestKeys(ReadsHostileKeys):
    """Keys of every sort."""


@dataclass(frozen=True)
class Fault:
    """What a stand-in is told to do, and what has to become of it."""

    told: dict[str, object]
    error: tuple[type[UpstreamError], ...]
    patience: float = _PATIENCE


@pytest.mark.parametrize(
    "fault",
    [
        Fault({"status": 503}, (UpstreamUnavailable,)),
        Fault({"status": 429}, (UpstreamUnavailable,)),
        # The stand-in may hang up before the head of its answer is out.
        Fault({"truncate": True}, (UpstreamMalformed, UpstreamUnavailable)),
        Fault({"hang": True}, (UpstreamTimeout,), _SHORT),
    ],
    ids=lambda fault: "-".join(map(str, fault.told)),
)
async def test_a_failure_is_told_in_our_own_words(system: System, fault: Fault) -> None:
    """One question alone fails, and the next one is answered."""
    address = STAND_INS.get(system.harness.name)
    if address is None:
        pytest.skip("a real system cannot be told to fail")
    [article, *_] = system.shop.public()
    marked = f"prod_{uuid4().hex}"  # nobody else's question is meant
    async with httpx.AsyncClient() as operator:
        told = {**fault.told, "count": 1, "match": marked}
        (await operator.post(f"{address}/__admin/fault", json=told)).raise_for_status()
    system.patience = fault.patience

    with pytest.raises(fault.error) as failed:
        await system.source.contents([marked], system.call)

    system.patience = _PATIENCE
    assert address not in str(failed.value)
    if isinstance(failed.value, UpstreamUnavailable) and "429" in str(failed.value):
        assert failed.value.retry_after == 1.0
    key = system.key(article)
    assert (await system.source.contents([key, marked], system.call))[key]
