"""What schemathesis makes up from our own descriptions: never a fault of ours.

It asks a production service in a process of its own, and the same things each time. Its plugin
for pytest is switched off in `pyproject.toml`: every other test would start seconds later.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bff import wiring
from bff.demo import demo_upstreams
from tests.hostile import shop

SCHEMA = Path(__file__).parents[2] / "schema.graphql"
PATIENCE = 30.0  # seconds
THERE = {
    "handle": ("organic-cotton-tshirt", "travel-towel", "main"),
    "slug": ("about", "size-guide"),
    "id": ("prod_01JA0B1C2D3E4F5G6H7J8K9M0N",),
    "handles": ("organic-cotton-tshirt,travel-towel",),
    "locale": ("de", "es-MX", "en"),
    "country": ("DE", "us"),
}
"""What the shop has, so that not all that is made up leads nowhere."""
WHAT_WE_SAY = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
]

Operation = APIOperation[Any, Any, Any, Any]


def operations(schema: BaseSchema) -> Iterator[Operation]:
    """Return all that a description allows to be asked; it has to be one that can be read."""
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


_described = wiring.wire(
    shop.settings(), example=None, clients=wiring.demo_client(demo_upstreams())
).app
REST = {one.label: one for one in operations(schemathesis.openapi.from_dict(_described.openapi()))}
GRAPHQL = {
    one.label: one for one in operations(schemathesis.graphql.from_file(SCHEMA.read_text("utf-8")))
}


def examples(count: int) -> settings:
    """Return settings for so many examples, the same each time."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where the service answers."""
    with shop.serving() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Connections that are used again."""
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("label", REST)
def test_rest(label: str, mode: GenerationMode, url: str, session: requests.Session) -> None:
    """REST answers as it says it would, and tells what is wrong with what makes no sense."""
    headers = {}
    if label.endswith("/preview"):
        headers["Authorization"] = f"Bearer {shop.OPERATORS_SECRET}"

    @examples(60)
    @given(REST[label].as_strategy(generation_mode=mode), st.data())
    def ask(case: Case[Any], data: st.DataObject) -> None:
        # Who guesses tokens is soon not listened to any more: that is for the hostile corpus.
        if case.headers is not None:
            case.headers.pop("X-Bff-Preview", None)
        for given_there in (case.path_parameters, case.query):
            for name in sorted(THERE.keys() & (given_there or {}).keys()):
                if data.draw(st.booleans()):
                    given_there[name] = data.draw(st.sampled_from(THERE[name]))
        answer = case.call(base_url=url, session=session, headers=headers, timeout=PATIENCE)
        case.validate_response(answer, checks=WHAT_WE_SAY)

    ask()


@pytest.mark.parametrize("label", GRAPHQL)
def test_graphql(label: str, url: str, session: requests.Session) -> None:
    """GraphQL answers what the schema allows to be asked; what fails is the client's to mend."""
    seen: set[str] = set()

    @examples(80)
    @given(GRAPHQL[label].as_strategy(), st.data())
    def ask(case: Case[Any], data: st.DataObject) -> None:
        def there(found: re.Match[str]) -> str:
            name = found[1]
            is_kept = data.draw(st.booleans())
            return found[0] if is_kept else f'{name}: "{data.draw(st.sampled_from(THERE[name]))}"'

        names = "|".join(THERE.keys() - {"handles"})
        document = re.sub(rf'\b({names}): (?:"(?:[^"\\]|\\.)*"|null)', there, str(case.body))
        answer = session.post(f"{url}/graphql", json={"query": document}, timeout=PATIENCE)
        told: dict[str, Any] = answer.json()
        codes = {error["extensions"]["code"] for error in told.get("errors", ())}
        assert answer.status_code in {200, 294, 400}, (document, told)
        assert codes <= {"BAD_USER_INPUT", "UNKNOWN_MARKET", "QUERY_TOO_COMPLEX"}, (document, told)
        seen.add("refused" if codes else "answered")

    ask()
    assert "answered" in seen
