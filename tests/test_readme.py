"""The README says what is true."""

import json
import re
import shlex
from pathlib import Path

import httpx
import pytest

from bff import wiring
from bff.chaos.table import readme_table
from bff.commands import parser
from bff.demo import demo_upstreams
from bff.settings import load_settings, settings_table
from bff.telemetry.described import figures, figures_table
from bff.telemetry.metrics import REGISTRY

README = Path(__file__).parents[1] / "README.md"


def test_the_settings_table_is_complete() -> None:
    """An operator finds every setting there; `bff settings` prints what belongs in it."""
    text = README.read_text(encoding="utf-8")

    _, opened, rest = text.partition("<!-- settings -->")
    table, closed, _ = rest.partition("<!-- /settings -->")
    assert opened, "the README has no place for the settings"
    assert closed, "the README has no place for the settings"
    assert table.strip() == settings_table(), "run: bff settings"


SHOP = """
BFF_MEDUSA__URL=https://medusa.example.com
BFF_MEDUSA__PUBLISHABLE_KEY=pk_1
BFF_LOCALES=["en","de"]
BFF_DEFAULT_COUNTRY=DE
"""
EXAMPLES = re.findall(
    r"<!-- env -->\n```sh\n(.*?)```\n<!-- /env -->", README.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.usefixtures("empty_environment")
def test_the_examples_can_be_used(example: str, tmp_path: Path) -> None:
    """What is pasted from the README into an env file is understood as it stands."""
    file = tmp_path / "shop.env"
    file.write_text(SHOP + example, encoding="utf-8")

    variables = set(re.findall(r"^(BFF_\w+)=", example, re.MULTILINE))

    assert variables
    assert load_settings(file) != load_settings(_only_the_shop(tmp_path))


def _only_the_shop(folder: Path) -> Path:
    file = folder / "plain.env"
    file.write_text(SHOP, encoding="utf-8")
    return file


COMMANDS = re.findall(
    r"^(?:\$ |\.venv/bin/)?(bff [a-z][^>\n]*)(?: > \S+)?$",
    README.read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_can_be_typed(command: str) -> None:
    """Every command and option that the README shows is there."""
    _, *words = shlex.split(command)

    options = parser().parse_args(words)

    assert callable(options.run)


def test_all_commands_are_shown() -> None:
    """What an operator can do is found in the README."""
    text = README.read_text(encoding="utf-8")

    for command in ("serve", "check", "explain", "coverage", "monitoring", "chaos"):
        assert f"bff {command}" in text
    assert {command.split()[2] for command in COMMANDS if command.startswith("bff cache")} == {
        "inspect",
        "purge",
        "warm",
    }


def test_what_shoppers_get_when_something_fails() -> None:
    """What the README promises is what `bff chaos --matrix` proves."""
    table = _between(README.read_text(encoding="utf-8"), "matrix")

    assert table == readme_table(), "run: bff chaos --readme"


def test_the_figures_are_complete() -> None:
    """Whoever sets up an alarm finds each name and label there, and none that is not."""
    table = _between(README.read_text(encoding="utf-8"), "metrics")

    assert table == figures_table(), "run: bff figures"
    ours = {one.name for one in REGISTRY.collect() if one.name.startswith("bff_")}
    assert len(ours) == len(figures())


async def test_the_demo_answers_as_the_readme_shows() -> None:
    """Whoever pastes the first command of the README gets the answer printed below it."""
    text = README.read_text(encoding="utf-8")
    command = _between(text, "query")
    document = command.partition("query=")[2].rpartition("'")[0]
    shown = json.loads(_between(text, "answer").partition("\n")[2].rpartition("```")[0])
    service = wiring.demo(demo_upstreams())

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service.app), base_url="http://bff"
    ) as client:
        answer = await client.get("/graphql", params={"query": document})
    await service.close()

    assert answer.json() == shown


def test_the_clients_are_set_up_as_they_are_tested() -> None:
    """What is pasted from the README into a storefront is what `tests/clients` runs."""
    text = README.read_text(encoding="utf-8")
    shown = re.findall(
        r"<!-- (tests/clients/\S+) -->\n```\w+\n(.*?)```\n<!-- /\1 -->", text, re.DOTALL
    )
    relay = json.loads(
        (README.parent / "tests/clients/relay/relay.config.json").read_text("utf-8")
    )

    assert [path for path, _ in shown] == [
        "tests/clients/apollo.js",
        "tests/clients/urql.js",
        "tests/clients/graphql-request.js",
        "tests/clients/relay/environment.js",
        "tests/clients/codegen/codegen.ts",
    ]
    for path, code in shown:
        assert code == (README.parent / path).read_text(encoding="utf-8"), path
    assert f'"persistConfig": {_as_written(relay["persistConfig"])}' in text


def _as_written(value: dict[str, str]) -> str:
    """Return an object of JSON as people write it on one line."""
    return f"{{ {json.dumps(value)[1:-1]} }}"


def _between(text: str, mark: str) -> str:
    """Return the fenced block between two marks."""
    return text.partition(f"<!-- {mark} -->")[2].partition(f"<!-- /{mark} -->")[0].strip()
