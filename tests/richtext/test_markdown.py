"""Markdown as editors write it, and as somebody writes it who means harm."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.domain.richtext import (
    MAX_DEPTH,
    CodeBlock,
    Heading,
    Image,
    ItemList,
    Paragraph,
    Quote,
    Text,
    to_text,
)
from bff.domain.richtext_html import to_html
from bff.richtext import from_markdown, render
from bff.richtext.markdown import LONGEST, MOST_BRACKETS


def html_of(text: object) -> str:
    return to_html(from_markdown(text))


READ = {
    "": "",
    " \n\n": "",
    "a\nb": "<p>a b</p>",
    "a  \nb\\\nc": "<p>a<br/>b<br/>c</p>",
    "a\r\n\r\nb": "<p>a</p><p>b</p>",
    "# a\n\nb\n===\n\n###### c": "<h1>a</h1><h1>b</h1><h6>c</h6>",
    "*a* **b** ~~c~~ `d*`": "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d*</code></p>",
    "***a***": "<p><em><strong>a</strong></em></p>",
    "- a\n- b": "<ul><li>a</li><li>b</li></ul>",
    "- a\n\n- b": "<ul><li><p>a</p></li><li><p>b</p></li></ul>",
    "1. a\n   - b": "<ol><li>a<ul><li>b</li></ul></li></ol>",
    "> a\n>\n> b": "<blockquote><p>a</p><p>b</p></blockquote>",
    ">": "",
    "---": "<hr/>",
    "```js x\na < b\n\n```": "<pre><code>a &lt; b\n</code></pre>",
    "    c\n": "<pre><code>c</code></pre>",
    "[a](/b)": '<p><a href="/b">a</a></p>',
    "<https://e.com/?a&b>": '<p><a href="https://e.com/?a&amp;b">https://e.com/?a&amp;b</a></p>',
    "[a][r]\n\n[r]: /x 'title'": '<p><a href="/x">a</a></p>',
    "[](/b)x": "<p>x</p>",
    "[*a* b](/c)": '<p><a href="/c"><em>a</em> b</a></p>',
    "&amp; &copy; \\*": "<p>&amp; © *</p>",
    "|a|b|\n|-|:-:|\n|1||": "<table><tbody><tr><th>a</th><th>b</th></tr>"
    "<tr><td>1</td><td></td></tr></tbody></table>",
}


@pytest.mark.parametrize(("text", "html"), READ.items())
def test_markdown_is_read_as_it_is_meant(text: str, html: str) -> None:
    """CommonMark, tables and strikethrough."""
    assert html_of(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>"),
        ("[a](ftp://e.com)", "<p>a</p>"),
        ("![a](javascript:alert(1))", "<p>![a](javascript:alert(1))</p>"),
        ("![a](ftp://e.com)", "<p>a</p>"),
        ("![](ftp://e.com)", ""),
        ("[a](//e.com)", '<p><a href="https://e.com">a</a></p>'),
        ("[a <https://b.com>](/c)", '<p><a href="/c">a https://b.com</a></p>'),
        ("a\x00\ud800", "<p>a\ufffd</p>"),
    ],
)
def test_markup_and_scripts_are_words(text: str, html: str) -> None:
    """Nothing that somebody types into a text field runs in a shopper's browser."""
    assert html_of(text) == html


@pytest.mark.parametrize("value", [None, True, 5, 1.5, [], {}, ["# a"]])
def test_what_is_no_text_is_no_block(value: object) -> None:
    """A field filled with something else counts as missing."""
    assert from_markdown(value) == ()


def test_pictures_stand_between_blocks_or_in_their_sentence() -> None:
    """A picture alone in its paragraph is a block, any other part of the text."""
    text = '![A *b* `c`](/a.png "t")\n\nsee ![](b.png) [![c](/c.png)](/c)'

    assert from_markdown(text)[0] == Image("/a.png", "A b c")
    assert html_of(text).partition("<p>")[2] == (
        'see <img src="b.png" alt="" loading="lazy"/> '
        '<a href="/c"><img src="/c.png" alt="c" loading="lazy"/></a></p>'
    )
    assert to_text(from_markdown(text)).strip() == "see"


def test_pictures_may_be_made_absolute() -> None:
    """The content system's own pictures are found from the shop's pages."""
    blocks = from_markdown("![a](/a.png) ![b](no)", image_url={"/a.png": "https://c/a.png"}.get)

    assert blocks == (Paragraph((Image("https://c/a.png", "a"), Text(" b"))),)


def test_code_names_its_language() -> None:
    """The first word counts; without one there is none."""
    assert from_markdown("```js title=x\na\n```\n\n~~~\n~~~") == (
        CodeBlock("a", "js"),
        CodeBlock(""),
    )


def test_nesting_ends() -> None:
    """1 000 levels become as many as we allow."""
    quotes = from_markdown("> " * 1_000 + "a")
    lists = from_markdown("\n".join("  " * level + f"- {level}" for level in range(18)))

    assert to_html(quotes).count("<blockquote>") <= MAX_DEPTH
    assert to_html(lists).count("<ul>") == MAX_DEPTH
    assert to_text(lists).split() == [str(level) for level in range(18)]
    assert isinstance(lists[0], ItemList)
    mixed = from_markdown("> " * MAX_DEPTH + "|a|\n" + "> " * MAX_DEPTH + "|-|\n")
    assert isinstance(mixed[0], Quote)
    assert to_text(mixed) == "a"


def test_marks_end() -> None:
    """A word under a hundred stars is a word."""
    page = html_of("*a " * 100 + "x" + " b*" * 100)

    assert page.count("<em>") <= 40
    assert html_of(
        "".join("*_"[n % 2] for n in range(60)) + "x" + "".join("_*"[n % 2] for n in range(60))
    )


def test_headings_hold_pictures_and_marks() -> None:
    """A title with a logo in it is a title."""
    assert from_markdown("## ![Logo](/l.png)") == (Heading(2, (Image("/l.png", "Logo"),)),)


def test_endless_text_is_shown_as_it_was_typed() -> None:
    """Nobody writes that much; reading it as Markdown would take seconds."""
    long, tangled = "*a*\n\n" * (LONGEST // 5 + 1), "[" * (MOST_BRACKETS + 1)

    assert html_of(long).startswith("<p>*a*</p>")
    assert html_of(tangled) == f"<p>{tangled}</p>"
    assert html_of("*a*" + "[" * MOST_BRACKETS).startswith("<p><em>a</em>[[")


HOSTILE = {
    "emphasis": "*a _b ",
    "closed": "a** ",
    "backticks": "`a ``b ",
    "quotes": "> > > a\n",
    "lists": "- 1. - a\n",
    "entities": "&#a;&",
    "addresses": "<a:b <http://",
    "tables": "|a|b|\n|-|-|\n|c|d|\n",
    "references": "[a]: b\n",
    "escapes": "\\",
    "setext": "a\n-\n",
}


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE)
def test_the_price_grows_with_the_size_only(pattern: str) -> None:
    """Eight times the text costs about eight times as much, not sixty-four."""

    def seconds(size: int) -> float:
        text = (pattern * size)[:size].replace("[", "(")  # brackets are counted apart
        times = []
        for _ in range(3):
            started = time.process_time()
            render(from_markdown(text))
            times.append(time.process_time() - started)
        return min(times)

    assert seconds(16_000) < 28 * seconds(2_000) + 0.05


def test_no_tangle_takes_long() -> None:
    """The worst that is read as Markdown takes seconds of a thread, not minutes."""
    letters = random.Random(1).choices("*_[]()!`<>|-~\\\n &a#1. \t:", k=20_000)
    started = time.process_time()

    from_markdown("".join(letters).replace("[", "", 500))
    from_markdown("[" * MOST_BRACKETS)
    from_markdown("![[]" * (MOST_BRACKETS // 2))

    assert time.process_time() - started < 10


@given(st.text(alphabet="ab*_`[]()!<>&#-+|~:\\\"' \n\t1.>/", max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_safe_markdown(text: str) -> None:
    """Whatever is typed, both walls agree about the page."""
    blocks = from_markdown(text)
    page = render(blocks).html

    assert "<script" not in page
    assert "javascript:" not in page or "javascript:" in text
    assert page.count("<p>") == page.count("</p>")
