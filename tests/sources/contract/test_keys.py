"""Keys of every sort, to every content system."""

import httpx

from bff.ports import GroupKind
from tests.sources.contract.reading_keys import HOSTILE, ReadsHostileKeys
from tests.sources.contract.system import System
from tests.sources.contract.wire import Answerer

WRITTEN = "All about"
"""What every description begins with."""


class TestReading(ReadsHostileKeys):
    """What can be read everywhere."""


async def test_a_hostile_key_means_nothing_to_the_content_system(system: System) -> None:
    """It does not even answer with what was not asked for."""
    answers: list[str] = []

    async def overheard(request: httpx.Request, answer: Answerer) -> httpx.Response:
        response = await answer(request)
        answers.append(response.text)
        return response

    system.wire.follow(overheard)
    source, call = system.source, system.call
    for hostile in HOSTILE.values():
        await source.contents([hostile], call)
    await source.pages([*HOSTILE.values()], call)
    await source.menus([*HOSTILE.values()], call)
    for kind in GroupKind:
        await source.groups(kind, [*HOSTILE.values()], call)

    assert answers
    assert not [text for text in answers if WRITTEN in text]
