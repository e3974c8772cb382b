"""The README says what is true."""

from pathlib import Path

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
