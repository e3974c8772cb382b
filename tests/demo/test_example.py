"""What newcomers are shown works."""

import json
import shlex
from urllib.parse import urlsplit

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from bff.demo import EXAMPLE, demo_upstreams, things_to_try
from bff.demo.catalogue import load_catalogue
from bff.web import schema

BASE = "http://127.0.0.1:8000"
SCHEMA = build_schema(schema.build_schema().as_str())
COMMANDS = things_to_try(BASE)
HANDLES = {product["handle"] for product in load_catalogue()["products"]}
SLUGS = {
    spec["slug"] for page in load_catalogue()["pages"] for spec in page["specs"] if "slug" in spec
}


def test_the_example_is_valid_and_needs_no_variables() -> None:
    """GraphiQL's first operation runs on Play: every variable has a default."""
    document = parse(EXAMPLE)

    assert validate(SCHEMA, document) == []
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert all(variable.default_value for variable in operation.variable_definitions or ())


def test_the_example_explains_itself() -> None:
    """Comments say what to look at; every product they name exists."""
    comments = " ".join(line for line in EXAMPLE.splitlines() if line.lstrip().startswith("#"))

    for word in ("Spanish", "euros", "addons", "who won"):
        assert word in comments
    for handle in ("premium-cotton-t-shirt", "wool-blanket", "rain-jacket", "trail-boots"):
        assert handle in EXAMPLE
        assert handle in HANDLES


@pytest.mark.parametrize(("title", "command"), COMMANDS)
def test_commands_can_be_pasted(title: str, command: str) -> None:
    """Each suggestion is one line of curl against the service that printed it."""
    words = shlex.split(command)

    assert title
    assert "\n" not in command
    assert words[0] == "curl"
    address = urlsplit(words[1])
    assert f"{address.scheme}://{address.netloc}" == BASE
    if address.path == "/graphql":
        query = json.loads(words[words.index("-d") + 1])["query"]
        assert validate(SCHEMA, parse(query)) == []
    elif address.path.startswith("/v1/pages/"):
        assert address.path.removeprefix("/v1/pages/") in SLUGS
    else:
        assert address.path.removeprefix("/v1/products/") in HANDLES


def test_there_are_four_things_to_try() -> None:
    """Short enough to be read at start."""
    assert len(COMMANDS) == 4


def test_upstreams_are_fresh_and_independent() -> None:
    """Two demos in one process do not share faults or counts."""
    first, second = demo_upstreams(), demo_upstreams()

    assert first.medusa is not second.medusa
    assert (first.default_locale, first.default_country) == ("en", "US")
    assert list(first.locales) == ["en", "es", "de", "fr"]
