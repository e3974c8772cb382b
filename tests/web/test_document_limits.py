"""How large a document is, told without writing out what it stands for."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import get_introspection_query, parse

from bff.web.document_limits import Size, Sizes, check_length, check_size, check_variables
from bff.web.documents import Documents
from bff.web.errors import QueryTooComplex
from bff.web.schema import build_schema
from bff.web.surface import DocumentLimits

ALL = Size(1, 3, 0, 6)
SMALL = DocumentLimits(depth=3, fields=5, aliases=2, directives=2)


def size(document: str) -> Size:
    return Sizes(parse(document)).whole()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ a }", Size(1, 1, 0, 0)),
        ("{ a { b { c } } d }", Size(3, 4, 0, 0)),
        ("{ x: a { y: b } }", Size(2, 2, 2, 0)),
        ("query ($v: I @v) @q { a @f ... @i { b } ...F @s } fragment F on T @d { c }", ALL),
        ("{ ...F ...F } fragment F on T { x: a { b } }", Size(2, 4, 2, 0)),
        (
            "{ a { ...F } } fragment F on T { b ...G } fragment G on T { c { d } }",
            Size(3, 4, 0, 0),
        ),
        ("query A { a } query B { b { c } }", Size(2, 3, 0, 0)),
        ("{ a } fragment Unused on T { b { c } }", Size(2, 3, 0, 0)),
        ("{ ...Nowhere }", Size()),
        ("{ ...F } fragment F on T { a ...F }", Size(1, 1, 0, 0)),
        ("{ ...F } fragment F on T { a ...G } fragment G on T { b { ...F } }", Size(1, 2, 0, 0)),
    ],
)
def test_sizes(document: str, expected: Size) -> None:
    """A fragment counts wherever it is used, and nothing within itself or where it is not."""
    assert size(document) == expected


def doubling(levels: int) -> str:
    return "{ ...F0 } " + " ".join(
        [
            *(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)),
            f"fragment F{levels} on T {{ x: a @d }}",
        ]
    )


def test_more_fields_than_there_are_atoms() -> None:
    """Counting stops somewhere; nobody waits for a number with thirty digits."""
    assert size(doubling(10)) == Size(1, 1_024, 1_024, 1_024)
    assert size(doubling(90)) == Size(1, 1_000_000, 1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{ a { b { c { d } } } }", "4 levels of fields; 3 are the most"),
        ("{ a b c d e f }", "6 fields; 5 are the most"),
        ("{ x: a y: b z: c }", "3 aliases; 2 are the most"),
        ("{ a @a @b @c }", "3 directives; 2 are the most"),
        (doubling(90), "more than 1000000 fields; 5 are the most"),
        (" ".join(f"query Q{n} {{ a }}" for n in range(101)), "101 operations and fragments"),
        ("{ a(" + " ".join(f"x{n}: 1" for n in range(301)) + ") }", "301 arguments"),
        ("{ a(x: [{" + " ".join(f"x{n}: 1" for n in range(299)) + "}]) }", "301 arguments"),
        ("{ a(x: [" + "1 " * 300 + "]) }", "301 arguments"),
        ("query (" + " ".join(f"$x{n}: I" for n in range(301)) + ") { a }", "301 arguments"),
    ],
)
def test_what_is_too_much(document: str, words: str) -> None:
    """The refusal says in what the document is too large, and by how much."""
    with pytest.raises(QueryTooComplex) as refused:
        check_size(parse(document), SMALL)

    assert words in str(refused.value)


def test_just_enough() -> None:
    """What is as large as the limits say is not refused."""
    check_size(parse("{ x: a { y: b { c } } d @a @b e }"), SMALL)


@pytest.mark.parametrize(
    "variables",
    [
        {"ids": ["x"] * 300},
        {f"v{number}": 1 for number in range(301)},
        {"a": {"b": [{"c": [[1] * 297]}]}},
        {"a": [{}] * 300},
    ],
)
def test_variables_with_too_much_in_them(variables: Mapping[str, Any]) -> None:
    """Each product of a list may look at them, so that they are few."""
    with pytest.raises(QueryTooComplex, match="more than 300 values"):
        check_variables(variables)


def test_a_hundred_ids() -> None:
    """As many as may be asked for at once, and what else a page needs."""
    check_variables({"filter": {"ids": ["x"] * 100}, "locale": "de", "country": None})
    check_variables({"ids": ["x"] * 299})


def test_a_text_that_nobody_reads() -> None:
    """Where a string ends only reading it tells, so what is too long is not begun."""
    check_length("x" * 65_536)
    with pytest.raises(QueryTooComplex, match="65537 characters"):
        check_length("x" * 65_537)


def test_graphiql() -> None:
    """What GraphiQL asks for to show the schema is far inside."""
    documents = Documents(build_schema()._schema, introspection=True)

    assert documents.prepare(get_introspection_query()).document is not None


BACK = "fragment B on Product { id ...A }"
PRODUCT = 'product(handle: "x")'


@pytest.mark.parametrize(
    "document",
    [
        "{ locales { " + "code " * 1_990 + "} }",
        "{ " + f"{PRODUCT} {{ id seo {{ title }} }} " * 150 + "}",
        f"{{ {PRODUCT} {{ "
        + " ".join(f"...F{n}" for n in range(99))
        + " } } "
        + " ".join(f"fragment F{n} on Product {{ seo {{ title }} }}" for n in range(99)),
    ],
)
def test_too_many_comparisons(document: str) -> None:
    """Fields of one name are compared in pairs: within all limits that still can be millions."""
    (error,) = Documents(build_schema()._schema, introspection=False).prepare(document).errors

    assert isinstance(error.original_error, QueryTooComplex)
    assert "too many fields of the same names" in error.message


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (f"{{ {PRODUCT} {{ ...A }} }}", "Unknown fragment 'A'."),
        (
            f"{{ {PRODUCT} {{ ...A }} }} fragment A on Product {{ id ...A }}",
            "Cannot spread fragment 'A' within itself.",
        ),
        (
            f"{{ {PRODUCT} {{ ...A }} }} fragment A on Product {{ ...B }} {BACK}",
            "Cannot spread fragment 'A' within itself via 'B'.",
        ),
    ],
)
def test_fragments_that_lead_nowhere(document: str, words: str) -> None:
    """The standard rules tell what is wrong with them, in the standard words."""
    errors = Documents(build_schema()._schema, introspection=False).prepare(document).errors

    assert words in [error.message for error in errors]


def test_long_mistakes_are_not_repeated() -> None:
    """An answer is not many times as long as what was wrong in the question."""
    wrong = "{ " + " ".join("x" * 600 + str(n) for n in range(100)) + " }"
    errors = Documents(build_schema()._schema, introspection=False).prepare(wrong).errors

    assert len(errors) <= 11
    assert all(len(error.message) <= 501 for error in errors)
