"""Answers by plan, against graphql-core's own for the same document."""

from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, execute, execute_sync, parse
from graphql.execution import Executor

from bff.web.plans import PlanningExecutor, Plans


@strawberry.type
class Maker:
    """Who made it."""

    name: str
    founded: int | None


@strawberry.type
class Thing:
    """Something with every kind of field."""

    title: str
    note: str | None
    size_in_stock: int | None
    tags: list[str]
    maker: Maker | None
    makers: list[Maker]

    @strawberry.field
    def shout(self, times: int = 1) -> str:
        """Return the title, loud."""
        if times < 0:
            msg = "less than nothing"
            raise ValueError(msg)
        return self.title.upper() + "!" * times

    @strawberry.field
    def nothing(self) -> str | None:
        """Return nothing."""
        return None

    @strawberry.field
    def asked_as(self, info: strawberry.Info) -> str:
        """Return the name that the answer is to have."""
        return str(info.path.key)


GOOD = Thing(
    title="Tee",
    note=None,
    size_in_stock=3,
    tags=["a", "b"],
    maker=Maker(name="Ann", founded=1999),
    makers=[Maker(name="Bo", founded=None), Maker(name="Cy", founded=2001)],
)
TOO_MANY = Thing(
    title="Mug",
    note="",
    size_in_stock=2**40,
    tags=[],
    maker=None,
    makers=[Maker(name="Di", founded=2**40)],
)
NAMELESS = Thing(
    title="Hat",
    note="x",
    size_in_stock=0,
    tags=[],
    maker=Maker(name=None, founded=1),  # type: ignore[arg-type] # a fault of our own
    makers=[],
)
THINGS = {"good": GOOD, "many": TOO_MANY, "nameless": NAMELESS}


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    def thing(self, name: str) -> Thing | None:
        """Return a thing."""
        return THINGS.get(name)

    @strawberry.field
    def things(self) -> list[Thing]:
        """Return all things but the broken ones."""
        return [GOOD, GOOD]


SCHEMA = strawberry.Schema(Query)._schema
EVERYTHING = "{ title note sizeInStock tags maker { name founded } makers { name founded } shout }"


def planned(document: str, most_fields: int = 1_000) -> ExecutionResult:
    """Execute by plan."""
    plans = Plans(most_fields)
    result = execute(SCHEMA, parse(document), executor_class=PlanningExecutor, plans=plans)
    assert isinstance(result, ExecutionResult)
    return result


def ordinary(document: str) -> ExecutionResult:
    """Execute as graphql-core does."""
    return execute_sync(SCHEMA, parse(document))


@pytest.mark.parametrize(
    "document",
    [
        f'{{ thing(name: "good") {EVERYTHING} }}',
        f"{{ things {EVERYTHING} }}",
        '{ thing(name: "no such") { title } }',
        '{ thing(name: "good") { __typename a: title b: title maker { __typename } } }',
        '{ thing(name: "good") { maker { name } maker { founded } nothing shout(times: 3) } }',
        (
            "fragment F on Thing { title ...G } fragment G on Thing { maker { ... { name } } }"
            ' { thing(name: "good") { ...F ... on Thing { tags } } }'
        ),
    ],
)
def test_answers_are_the_same(document: str) -> None:
    """Whatever a document selects, and in whatever way, comes out as graphql-core writes it."""
    assert planned(document).formatted == ordinary(document).formatted
    assert ordinary(document).errors is None


@pytest.mark.parametrize(
    "document",
    [
        f'{{ thing(name: "many") {EVERYTHING} }}',
        f'{{ thing(name: "nameless") {EVERYTHING} }}',
        '{ thing(name: "good") { title shout(times: -1) } }',
        "{ things { title shout(times: -1) } }",
    ],
)
def test_errors_are_the_same(document: str) -> None:
    """A value that cannot be shown costs what it costs without plans, and is reported once."""
    assert planned(document).formatted == ordinary(document).formatted
    assert ordinary(document).errors


def test_a_method_that_looks_at_its_request_is_asked_the_ordinary_way() -> None:
    """What needs to know the request gets it."""
    document = '{ thing(name: "good") { title label: askedAs } }'

    assert planned(document).data == {"thing": {"title": "Tee", "label": "label"}}


def test_one_document_with_other_variables() -> None:
    """A kept document answers each request by its own variables."""
    document = (
        "query($name: String!, $more: Boolean!, $times: Int)"
        " { thing(name: $name) { title @skip(if: $more) note @include(if: $more)"
        " shout(times: $times) } }"
    )
    parsed, plans = parse(document), Plans(1_000)
    asked = [
        {"name": "good", "more": True, "times": 2},
        {"name": "good", "more": False, "times": 0},
        {"name": "many", "more": True, "times": -1},
        {"name": "good", "more": True, "times": 1},
    ]

    answers = [
        execute(SCHEMA, parsed, variable_values=one, executor_class=PlanningExecutor, plans=plans)
        for one in asked
    ]

    assert [answer.formatted for answer in answers if isinstance(answer, ExecutionResult)] == [
        execute_sync(SCHEMA, parsed, variable_values=one).formatted for one in asked
    ]


def test_plain_objects_are_not_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is taken: graphql-core sees the root field and no other."""
    seen = []
    execute_field = Executor.execute_field

    def watched(self: Executor[None], *arguments: Any) -> Any:
        seen.append(arguments[3].as_list())
        return execute_field(self, *arguments)

    monkeypatch.setattr(Executor, "execute_field", watched)
    planned(f'{{ thing(name: "good") {EVERYTHING} }}')

    assert seen == [["thing"]]


@pytest.mark.parametrize(("most_fields", "executed"), [(11, 3), (10, 7), (7, 7), (0, 14)])
def test_what_is_too_much_to_plan(
    monkeypatch: pytest.MonkeyPatch, most_fields: int, executed: int
) -> None:
    """Plans are bounded by the fields they write: the rest is executed, and looks the same."""
    document = """{
      a: thing(name: "good") { title note maker { name founded } }
      b: thing(name: "good") { title note }
      c: thing(name: "good") { title note maker { __typename } }
    }"""
    seen = []
    execute_field = Executor.execute_field

    def watched(self: Executor[None], *arguments: Any) -> Any:
        seen.append(arguments[3].as_list())
        return execute_field(self, *arguments)

    expected = ordinary(document).formatted
    monkeypatch.setattr(Executor, "execute_field", watched)

    assert planned(document, most_fields).formatted == expected
    assert len(seen) == executed
