"""The neutral form itself: its words, plain text read into it, its depth.

Readers are tested apart.
"""

import time
from collections.abc import Callable
from functools import partial

import pytest

from bff.domain.richtext import (
    Block,
    CodeBlock,
    Divider,
    Embed,
    Image,
    ItemList,
    LineBreak,
    Link,
    ListItem,
    Marked,
    Paragraph,
    Quote,
    RichText,
    Table,
    TableCell,
    TableRow,
    Text,
    from_plain,
    lines_of,
    to_text,
)
from bff.domain.richtext_html import to_html
from bff.domain.richtext_json import to_json
from tests.domain.documents import EVERYTHING


def test_every_kind_has_its_text() -> None:
    """Search and excerpts get the words alone, blocks apart by a blank line."""
    assert to_text(EVERYTHING) == (
        "Care\n\nWash at 30 °C\nlabel\n\none\n\ndeeper\n\nLovely.\n\na < b"
        "\n\nSize\nM\t52\n\nCap\n\nH2Tee"
    )


def test_plain_text_keeps_its_paragraphs_and_lines() -> None:
    """A description typed into a plain field keeps blank lines and single line ends."""
    assert from_plain("a\x00\ud800") == (Paragraph((Text("a\ufffd"),)),)
    blocks = from_plain("\n\n one\ntwo \r\n \t\r\n\n<b>three</b>\n")

    assert blocks == (
        Paragraph((Text("one"), LineBreak(), Text("two"))),
        Paragraph((Text("<b>three</b>"),)),
    )
    assert to_html(blocks) == "<p>one<br/>two</p><p>&lt;b&gt;three&lt;/b&gt;</p>"


def test_an_empty_line_inside_a_block_is_two_breaks() -> None:
    """Lines typed apart within one paragraph stay apart on the page."""
    assert lines_of("a\n\nb") == (Text("a"), LineBreak(), LineBreak(), Text("b"))


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\t \r\n \x0b"])
def test_blank_text_has_no_blocks(text: str) -> None:
    """A field that holds only white space counts as missing."""
    assert from_plain(text) == ()


def _table(*texts: str) -> Table:
    cells = (TableCell((Paragraph((Text(text),)),)) for text in texts)
    return Table((TableRow(tuple(cells)),))


def _rich(*blocks: Block) -> RichText:
    return RichText(blocks, to_html(blocks), to_text(blocks))


@pytest.mark.parametrize(
    ("document", "blank"),
    [
        (_rich(), True),
        (_rich(Paragraph(())), True),
        (_rich(Paragraph((Text(" \u00a0\u200b"), LineBreak()))), True),
        (_rich(Divider()), True),
        (_rich(Quote((Paragraph((Marked("em", (Text(" "),)),)),))), True),
        (_rich(Paragraph((Text("x"),))), False),
        (_rich(CodeBlock("x")), False),
        (_rich(Image("/a.png")), False),
        (_rich(ItemList((ListItem((Quote((Image("/a.png"),)),)),))), False),
        (_rich(_table("")), True),
        (_rich(_table("x")), False),
        (_rich(Table((TableRow((TableCell((Image("/a.png"),)),)),))), False),
        (_rich(Paragraph((Link("/", (Marked("em", (Image("/a.png"),)),)),))), False),
        (_rich(Embed("banner", "b1", "Editors' own title")), True),
        (_rich(Embed("product", "p1", "Cap", "/p/cap")), False),
    ],
)
def test_an_empty_document_counts_as_missing(document: RichText, blank: bool) -> None:
    """A document in which a shopper sees nothing lets another source or language win."""
    assert document.is_blank is blank


def test_words_keep_their_order_within_links_and_marks() -> None:
    """An excerpt reads like the page."""
    label = (Text("a"), Marked("em", (Text("b"), Text("c"))), Text("d"))

    assert to_text([Paragraph((Link("/", label), Text("e")))]) == "abcde"


def test_a_table_reads_row_by_row() -> None:
    """Words in one cell stay together, cells and rows apart, whatever is in them."""
    lines = ItemList((ListItem((Paragraph((Text("a"), LineBreak(), Text("b"))),)),) * 2)
    cell = TableCell((Paragraph(()), lines, CodeBlock("c\n  d")))
    inner = TableCell((_table("x", "y"), Quote((Paragraph((Text("z"),)),))))
    table = Table((TableRow((TableCell(()), cell)), TableRow((inner,)), TableRow(())))

    assert to_text([table, Paragraph((Text("end"),))]) == "a b a b c d\nx\ty z\n\nend"


def _quotes(depth: int) -> tuple[Block, ...]:
    block: Block = Paragraph((Text("x"),))
    for _ in range(depth):
        block = Quote((block,))
    return (block,)


def _lists(depth: int) -> tuple[Block, ...]:
    block: Block = Paragraph((Text("x"),))
    for _ in range(depth):
        block = ItemList((ListItem((block,)),))
    return (block,)


def _marks(depth: int) -> tuple[Block, ...]:
    inline: Text | Marked = Text("x")
    for _ in range(depth):
        inline = Marked("em", (inline,))
    return (Paragraph((inline,)),)


def _tables(depth: int) -> tuple[Block, ...]:
    block: Block = Paragraph((Text("x"),))
    for _ in range(depth):
        block = Table((TableRow((TableCell((block,)),)),))
    return (block,)


def _best_of_three(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("nested", [_quotes, _lists, _marks, _tables])
def test_depth_costs_neither_the_stack_nor_more_than_its_share(
    nested: Callable[[int], tuple[Block, ...]],
) -> None:
    """A hostile document 20 000 deep is answered, at about ten times the price of 2 000."""
    shallow, deep = nested(2_000), nested(20_000)

    for function in (to_html, to_text, to_json):
        assert function(deep)
        once = _best_of_three(partial(function, shallow))
        assert _best_of_three(partial(function, deep)) < 40 * once + 0.05
