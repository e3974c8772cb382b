"""Whatever a hostile client sends: refused at once and in clear words, and nobody else notices."""

from collections.abc import Iterator

import pytest

from tests.hostile import addresses, bodies, documents, framing
from tests.hostile.attempts import Attempt
from tests.hostile.client import Bystander, Outcome, attempt
from tests.hostile.shop import SECRETS, serving

SECONDS = 2.0
"""Within which everything is refused."""
UNAFFECTED = 1.5
"""Seconds that a bystander waits at most. It is milliseconds; machines that run tests stand
still, and benchmarks tell how long it really is."""
INTERNALS = (
    *("Traceback", "site-packages", 'File "', ".py", "strawberry", "graphql-core", "uvicorn"),
    *("Did you mean", "medusa.internal", "sanity.internal", "bff.", "NoneType", "codec"),
    *SECRETS,
)
CORPUS = (*documents.ATTEMPTS, *bodies.ATTEMPTS, *addresses.ATTEMPTS, *framing.ATTEMPTS)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The service's port."""
    with serving() as port:
        yield port


async def tried(port: int, made: Attempt) -> Outcome:
    """Make an attempt while an honest client goes on shopping, and check that he can."""
    async with Bystander.shopping(port) as bystander:
        outcome = await attempt(port, made)
        during = bystander.answered
        await bystander.look()
    assert during >= 1
    assert bystander.answered > during
    assert bystander.longest < UNAFFECTED
    return outcome


def test_the_corpus_is_large_enough() -> None:
    """Each attempt has a name of its own, and there are many."""
    assert len({str(made) for made in CORPUS}) == len(CORPUS) >= 70


@pytest.mark.parametrize("made", CORPUS, ids=str)
async def test_hostile_requests(port: int, made: Attempt) -> None:
    """Refused within two seconds, never as a fault of ours, without a word about our insides."""
    outcome = await tried(port, made)
    if outcome.seconds >= SECONDS:  # a machine may stand still, but not each time
        outcome = await tried(port, made)

    statuses = [answer.status for answer in outcome.answers] or [0]
    assert set(statuses) <= made.statuses, (statuses, [one.body[:300] for one in outcome.answers])
    assert len(outcome.answers) == made.answers or 0 in made.statuses
    assert outcome.seconds < SECONDS
    for answer in outcome.answers:
        text = (answer.headers + answer.body).decode("latin-1")
        assert not [word for word in INTERNALS if word in text]
        assert len(answer.body) < 20_000
        assert made.said in text
        if made.code is not None:
            assert answer.codes == {made.code}
