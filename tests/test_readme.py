"""The README says what is true."""

import json
from pathlib import Path

import httpx

from bff import wiring
from bff.demo import demo_upstreams
from bff.settings import settings_table

README = Path(__file__).parents[1] / "README.md"


def test_the_settings_table_is_complete() -> None:
    """An operator finds every setting there; `bff settings` prints what belongs in it."""
    text = README.read_text(encoding="utf-8")

    _, opened, rest = text.partition("<!-- settings -->")
    table, closed, _ = rest.partition("<!-- /settings -->")
    assert opened, "the README has no place for the settings"
    assert closed, "the README has no place for the settings"
    assert table.strip() == settings_table(), "run: bff settings"


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


def _between(text: str, mark: str) -> str:
    """Return the fenced block between two marks."""
    return text.partition(f"<!-- {mark} -->")[2].partition(f"<!-- /{mark} -->")[0].strip()
