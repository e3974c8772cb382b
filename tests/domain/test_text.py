"""Plain text: what can be shown, what says nothing, how it is shortened."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.domain.text import excerpt, is_blank, one_line, printable

EXCERPTS = [
    ("", 10, ""),
    ("Soft", 10, "Soft"),
    ("Soft", 4, "Soft"),
    ("Soft cotton", 11, "Soft cotton"),
    ("Soft cotton", 10, "Soft…"),
    ("Soft cotton", 5, "Soft…"),
    ("Soft cotton", 4, "Sof…"),
    ("Soft cotton", 1, "…"),
    ("Soft cotton", 0, ""),
    ("Soft cotton", -1, ""),
    ("  Soft \n\n cotton\t", 40, "Soft cotton"),
    ("Soft\u00a0cotton tee", 8, "Soft…"),
    ("Donaudampfschifffahrt", 6, "Donau…"),
    ("a bbbbbbbbbbbb", 8, "a…"),
    ("綿のシャツは長持ち", 5, "綿のシャ…"),
    ("Shirt 綿のシャツ", 9, "Shirt 綿の…"),
    ("か\u3099か\u3099か\u3099", 4, "か\u3099…"),
    ("e\u0301e\u0301e\u0301e\u0301", 4, "e\u0301…"),
    ("x👩\u200d👩\u200d👧\u200d👦", 4, "x…"),
    ("x👩\u200d👩\u200d👧\u200d👦", 5, "x…"),
    ("x👍🏽y👍🏽y", 3, "x…"),
    ("🇩🇪🇫🇷🇪🇸", 4, "🇩🇪…"),
    ("🇩🇪🇫🇷🇪🇸", 5, "🇩🇪🇫🇷…"),
    ("x❤\ufe0f❤\ufe0f", 3, "x…"),
    ("🏴\U000e0067\U000e007f!!", 2, "…"),
    ("\u0301\u0301\u0301", 2, "…"),
    ("🧢🧢🧢🧢", 3, "🧢🧢…"),
]


@pytest.mark.parametrize(("text", "length", "shown"), EXCERPTS)
def test_an_excerpt_ends_where_a_reader_would_stop(text: str, length: int, shown: str) -> None:
    """A card shows whole words where it can, and never half an accent, emoji or flag."""
    assert excerpt(text, length) == shown


@given(st.text(max_size=80), st.integers(-5, 90))
@settings(max_examples=300, deadline=None)
def test_an_excerpt_always_fits(text: str, length: int) -> None:
    """A card's text is never longer than asked for, and always the beginning of the text."""
    shown = excerpt(text, length)

    assert len(shown) <= max(length, 0)
    assert " ".join(text.split()).startswith(shown.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain 🧢", "plain 🧢"),
        ("a\r\nb\rc\x0bd\u2028e\u2029f\x85g", "a\nb\nc\nd\ne\nf\ng"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("tab\tstays", "tab\tstays"),
        ("half \ud83e emoji", "half \ufffd emoji"),
    ],
)
def test_control_characters_do_not_reach_a_page(text: str, clean: str) -> None:
    """Text pasted from anywhere is encodable and has one kind of line end."""
    assert printable(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t\r",
        "\u00a0",
        "\u3000",
        "\u00ad",
        "\u200b\u200f",
        "\u2060",
        "\ufeff",
        "\u2028",
    ],
    ids=ascii,
)
def test_text_without_a_visible_character_is_blank(text: str) -> None:
    """What came along with a copy and paste does not count as written."""
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["x", "0", ".", "\u200bx", " ä ", "🧢", "綿", "\u0301"], ids=ascii
)
def test_one_visible_character_is_enough(text: str) -> None:
    """A shoe's size may be a single sign."""
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [(" A\r\n red\tshirt\x00 ", "A red shirt"), ("", ""), (None, ""), (12, "")],
)
def test_what_describes_a_picture_is_one_line(text: object, line: str) -> None:
    """An editor may have pressed return, or written no text at all."""
    assert one_line(text) == line
