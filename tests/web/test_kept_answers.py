"""Finished answers that are kept: bounded, and found again only by those whom they are for."""

import tracemalloc

import pytest

from bff.domain.locale import Locale
from bff.web.answers import JSON, Answer, Parts
from bff.web.dimensions import Dimension, Dimensions
from bff.web.heads import Heads
from bff.web.lifetimes import Ends
from bff.web.responses import KeptAnswers, QuestionHash, question_of

LANGUAGE = (Dimension.LANGUAGE,)


def shopper(language: str = "en", *, preview: bool = False) -> Dimensions:
    """Return a shopper whose browser asks for a language."""
    return Dimensions(language, Locale, is_preview=preview)


def asked(document: str = "{ a }", **variables: object) -> QuestionHash:
    return asked_with(variables, document)


def asked_with(variables: dict[str, object], document: str = "{ a }") -> QuestionHash:
    question = question_of("graphql", document, variables, None)
    assert question is not None
    return question


def answer(body: bytes = b"{}", *, tags: int = 0, used: tuple[Dimension, ...] = ()) -> Answer:
    names = frozenset(f"product:{number:030}" for number in range(tags))
    parts = Parts(Ends(1, 1, 1), names, ((0, tuple(names)),), 0.0)
    return Answer(200, body, is_whole=True, used=used, parts=parts)


def test_the_order_of_variables_does_not_matter() -> None:
    """Two storefronts that write their variables in another order share an answer."""
    one = question_of("graphql", "{ a }", {"x": {"b": 1, "a": 2}, "y": 1}, None)
    other = question_of("graphql", "{ a }", {"y": 1, "x": {"a": 2, "b": 1}}, None)

    assert one == other is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"x": 1}, {"x": True}),
        ({"x": 1}, {"x": "1"}),
        ({"x": 0}, {"x": False}),
        ({"x": None}, {}),
        ({"x": ["a", "b"]}, {"x": ["b", "a"]}),
        ({"x": "a", "y": "b"}, {"x": "b", "y": "a"}),
    ],
)
def test_other_values_are_another_question(
    one: dict[str, object], other: dict[str, object]
) -> None:
    """What a client could mean differently is never answered with the same."""
    assert asked_with(one) != asked_with(other)


def test_other_words_are_another_question() -> None:
    """Nor is another document, operation or surface."""
    texts = [("graphql", "{ a }", "A"), ("graphql", "{ a }", "B"), ("graphql", "{ a }", None)]
    texts += [("rest", "{ a }", None), ("graphql", "{ b }", None)]

    assert len({question_of(surface, text, {}, name) for surface, text, name in texts}) == 5


@pytest.mark.parametrize("odd", [2**70, "\ud800", float])
def test_what_cannot_be_spelled_is_not_kept(odd: object) -> None:
    """Odd values are answered all the same, each time anew."""
    assert question_of("graphql", "{ a }", {"x": odd}, None) is None


def test_an_answer_is_for_those_who_share_what_it_used() -> None:
    """An answer in the browser's language is not for another browser; others are for all."""
    kept = KeptAnswers(100_000)
    german, plain = answer(b"german", used=LANGUAGE), answer(b"plain")
    kept.keep(asked("{ german }"), shopper("de"), german)
    kept.keep(asked("{ plain }"), shopper("de"), plain)

    assert kept.get(asked("{ german }"), shopper("de")) is german
    assert kept.get(asked("{ german }"), shopper("en")) is None
    assert kept.get(asked("{ plain }"), shopper("en")) is plain


@pytest.mark.parametrize("dimension", list(Dimension))
def test_each_dimension_that_was_read_is_in_the_key(dimension: Dimension) -> None:
    """Leaving one out gives a shopper what was made for somebody else."""
    one, other = shopper("de"), shopper("fr", preview=True)
    one.read(dimension)
    kept = KeptAnswers(100_000)
    kept.keep(asked("{ whole }"), one, answer(used=one.used()))
    kept.keep(asked("{ lacking }"), one, answer(used=()))

    assert kept.get(asked("{ whole }"), one) is not None
    assert kept.get(asked("{ whole }"), other) is None
    assert kept.get(asked("{ lacking }"), other) is not None


def test_one_question_may_use_more_at_times() -> None:
    """What an answer used may depend on data: both kinds are found, each by its own."""
    kept = KeptAnswers(100_000)
    mine, anybodys = answer(b"mine", used=LANGUAGE), answer(b"anybody's")
    kept.keep(asked(), shopper("de"), mine)
    kept.keep(asked(), shopper("en"), anybodys)

    assert kept.get(asked(), shopper("de")) in {mine, anybodys}
    kept.drop(asked(), shopper("en"), anybodys)
    assert kept.get(asked(), shopper("en")) is None
    assert kept.get(asked(), shopper("de")) is mine


def test_room_is_made_for_what_is_asked_for() -> None:
    """The page that nobody looked at for longest goes first, and the bound holds."""
    kept = KeptAnswers(50_000)
    for number in range(10):
        kept.keep(asked(n=number), shopper(), answer(b"x" * 1_000))
        assert kept.get(asked(n=0), shopper()) is not None
    for number in range(10, 40):
        kept.keep(asked(n=number), shopper(), answer(b"x" * 1_000, tags=3))
        kept.get(asked(n=0), shopper())

    assert kept.bytes <= 50_000
    assert 0 < len(kept) < 40
    assert kept.get(asked(n=0), shopper()) is not None
    assert kept.get(asked(n=1), shopper()) is None


def test_what_does_not_fit_pushes_nothing_out() -> None:
    """One enormous answer leaves the others where they are."""
    kept = KeptAnswers(50_000)
    kept.keep(asked(n=1), shopper(), answer())

    assert not kept.keep(asked(n=2), shopper(), answer(b"x" * 60_000))
    assert kept.get(asked(n=1), shopper()) is not None


def test_a_newer_answer_replaces_the_older() -> None:
    """Executed twice, it is counted once."""
    kept = KeptAnswers(50_000)
    kept.keep(asked(), shopper(), answer(b"old"))
    size = kept.bytes
    kept.keep(asked(), shopper(), answer(b"new"))
    found = kept.get(asked(), shopper())

    assert found is not None
    assert found.body == b"new"
    assert (kept.bytes, len(kept)) == (size, 1)
    kept.drop(asked(), shopper(), found)
    assert (kept.bytes, len(kept)) == (0, 0)


@pytest.mark.parametrize(("size", "tags"), [(500, 2), (5_000, 25), (20_000, 200)])
def test_the_bytes_counted_are_those_taken(size: int, tags: int) -> None:
    """An operator who allows 64 MB gets no process of 200 MB."""
    heads = Heads(has_preview=True, browser_seconds=10)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = KeptAnswers(10_000_000)
        for number in range(200):
            made = answer(b"%06d" % number + b"x" * size, tags=tags)
            heads.kept(made, 0.0, media_type=JSON, is_fetch=True)
            heads.kept(made, 0.0, media_type=JSON, is_fetch=False)
            kept.keep(asked(n=number), shopper(), made)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 0.5 < (after - before) / kept.bytes < 1.2
