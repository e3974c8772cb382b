"""The neutral form itself: escaping, addresses, text, JSON, excerpts. Readers are tested apart."""

import time
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.domain.richtext import (
    Block,
    CodeBlock,
    Divider,
    Heading,
    Image,
    ItemList,
    LineBreak,
    Link,
    ListItem,
    Marked,
    Paragraph,
    Quote,
    RichText,
    Text,
    excerpt,
    from_plain,
    lines_of,
    printable,
    safe_url,
    to_html,
    to_json,
    to_text,
)

EVERYTHING: tuple[Block, ...] = (
    Heading(2, (Text("Care"),)),
    Paragraph(
        (
            Text("Wash at "),
            Marked("strong", (Text("30 °C"),)),
            LineBreak(),
            Link("/care", (Marked("unknown", (Text("label"),), "highlight"),)),
        )
    ),
    ItemList(
        (
            ListItem(
                (
                    Paragraph((Text("one"),), tight=True),
                    ItemList((ListItem((Paragraph((Text("deeper"),)),)),), ordered=True),
                )
            ),
        )
    ),
    Quote((Paragraph((Text("Lovely."),), tight=True),)),
    Image("https://cdn.example/a.jpg", 'the "label"', 20, 10),
    CodeBlock("a < b", "python"),
    Divider(),
)


def test_every_kind_has_its_html() -> None:
    """A storefront that inserts `html` sees each kind of block and mark as its own element."""
    assert to_html(EVERYTHING) == (
        "<h2>Care</h2>"
        "<p>Wash at <strong>30 °C</strong><br/>"
        '<a href="/care"><span class="unknown__pt__mark__highlight">label</span></a></p>'
        "<ul><li>one<ol><li><p>deeper</p></li></ol></li></ul>"
        "<blockquote>Lovely.</blockquote>"
        '<img src="https://cdn.example/a.jpg" alt="the &quot;label&quot;"'
        ' width="20" height="10" loading="lazy"/>'
        "<pre><code>a &lt; b</code></pre>"
        "<hr/>"
    )


def test_every_kind_has_its_text() -> None:
    """Search and excerpts get the words alone, blocks apart by a blank line."""
    assert to_text(EVERYTHING) == (
        "Care\n\nWash at 30 °C\nlabel\n\none\n\ndeeper\n\nLovely.\n\na < b"
    )


def test_every_kind_has_its_json() -> None:
    """A storefront that renders `blocks` itself gets exactly the documented form."""
    assert to_json(EVERYTHING) == [
        {"type": "heading", "level": 2, "children": [{"type": "text", "text": "Care"}]},
        {
            "type": "paragraph",
            "children": [
                {"type": "text", "text": "Wash at "},
                {
                    "type": "mark",
                    "mark": "strong",
                    "children": [{"type": "text", "text": "30 °C"}],
                },
                {"type": "lineBreak"},
                {
                    "type": "link",
                    "href": "/care",
                    "children": [
                        {
                            "type": "mark",
                            "mark": "unknown",
                            "name": "highlight",
                            "children": [{"type": "text", "text": "label"}],
                        }
                    ],
                },
            ],
        },
        {
            "type": "list",
            "ordered": False,
            "children": [
                {
                    "type": "item",
                    "children": [
                        {"type": "paragraph", "children": [{"type": "text", "text": "one"}]},
                        {
                            "type": "list",
                            "ordered": True,
                            "children": [
                                {
                                    "type": "item",
                                    "children": [
                                        {
                                            "type": "paragraph",
                                            "children": [{"type": "text", "text": "deeper"}],
                                        }
                                    ],
                                }
                            ],
                        },
                    ],
                }
            ],
        },
        {
            "type": "quote",
            "children": [{"type": "paragraph", "children": [{"type": "text", "text": "Lovely."}]}],
        },
        {
            "type": "image",
            "url": "https://cdn.example/a.jpg",
            "alt": 'the "label"',
            "width": 20,
            "height": 10,
        },
        {"type": "code", "language": "python", "text": "a < b"},
        {"type": "divider"},
    ]


def test_code_without_a_language_says_null() -> None:
    """A highlighter is told that no language was named, not that its name is empty."""
    assert to_json([CodeBlock("x")]) == [{"type": "code", "language": None, "text": "x"}]


def test_an_image_without_size_claims_none() -> None:
    """A picture of unknown size carries no made-up width or height."""
    assert to_html([Image("/a.png")]) == '<img src="/a.png" alt="" loading="lazy"/>'


@pytest.mark.parametrize(
    "refused", ["javascript:alert(1)", "data:text/html,x", "\\\\evil.example"]
)
def test_a_refused_address_costs_the_link_not_the_words(refused: str) -> None:
    """The shopper reads the words of a dangerous link, and never sees a dangerous picture."""
    blocks = (Paragraph((Text("a "), Link(refused, (Text("b"),)), Text(" c"))), Image(refused))

    assert to_html(blocks) == "<p>a b c</p>"
    assert to_json(blocks) == [
        {
            "type": "paragraph",
            "children": [
                {"type": "text", "text": "a "},
                {"type": "text", "text": "b"},
                {"type": "text", "text": " c"},
            ],
        }
    ]


def test_addresses_in_json_are_the_checked_ones() -> None:
    """A storefront that renders `blocks` itself gets `//host` as https, like the page."""
    paragraph, image = to_json([Paragraph((Link("//e.com/a", (Text("x"),)),)), Image("//e.com/b")])

    assert paragraph["children"] == [
        {"type": "link", "href": "https://e.com/a", "children": [{"type": "text", "text": "x"}]}
    ]
    assert image["url"] == "https://e.com/b"


@pytest.mark.parametrize("name", ['x" onclick="alert(1)', "", "a b", "ü", "x" * 65, "x\n"])
def test_a_mark_name_that_is_no_class_name_gets_no_element(name: str) -> None:
    """An author's odd name for a mark never becomes part of the page's markup."""
    assert to_html([Paragraph((Marked("unknown", (Text("t"),), name),))]) == "<p>t</p>"


def test_quotes_in_an_address_stay_in_the_attribute() -> None:
    """A quote in an address does not open a second attribute."""
    blocks = [Paragraph((Link('https://e.com/"onclick="a', (Text("x"),)),))]

    assert to_html(blocks) == '<p><a href="https://e.com/&quot;onclick=&quot;a">x</a></p>'


SAFE = {
    "https://example.com/?a=1&b=2": "https://example.com/?a=1&b=2",
    "http://example.com": "http://example.com",
    "HTTPS://EXAMPLE.com": "HTTPS://EXAMPLE.com",
    "https://[::1]/x": "https://[::1]/x",
    "https://exämple.de/größe": "https://exämple.de/größe",
    "mailto:a@b.c?subject=hi": "mailto:a@b.c?subject=hi",
    "tel:+491": "tel:+491",
    "/p/1": "/p/1",
    "/": "/",
    "/p?next=javascript:alert(1)": "/p?next=javascript:alert(1)",
    "#x": "#x",
    "?page=2": "?page=2",
    "p/1": "p/1",
    "size guide.html": "size guide.html",
    "../up": "../up",
    "": "",
    "  https://example.com\n": "https://example.com",
    "//cdn.example/a.jpg": "https://cdn.example/a.jpg",
}


@pytest.mark.parametrize(("url", "kept"), SAFE.items())
def test_an_ordinary_address_is_kept(url: str, kept: str) -> None:
    """Shop links, mail, telephone and relative addresses work; `//host` is https."""
    assert safe_url(url) == kept


DANGEROUS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "java\x00script:alert(1)",
    "java\u200bscript:alert(1)",
    "javascript\t:alert(1)",
    "javascript :alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript&colon;alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "javascript%3Aalert(1)",
    "%6aavascript:alert(1)",
    "javascript://example.com/%0aalert(1)",
    "javascript:https://example.com",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "DATA:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://example.com/1",
    "file:///etc/passwd",
    "filesystem:https://example.com/x",
    "view-source:https://example.com",
    "about:blank",
    "ftp://example.com",
    "ms-msdt:/id",
    "intent://x#Intent;end",
    "httpsx://example.com",
    "https:example.com",
    "https:/example.com",
    "https:///example.com",
    "https:\\\\example.com",
    "https://",
    "https://\\evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/&sol;evil.example",
    "//\\evil.example",
    "https://example.com/\x00x",
    "https://example.com/\ud800",
    "feed:javascript:alert(1)",
    "jar:javascript:alert(1)!/",
    "a:b",
]


@pytest.mark.parametrize("url", DANGEROUS)
def test_a_dangerous_address_is_refused(url: str) -> None:
    """No spelling of a script, a foreign scheme or a hidden host becomes a link."""
    assert safe_url(url) is None


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_what_is_kept_is_kept_as_it_is(url: str) -> None:
    """An accepted address is stable: passing it through the gate again changes nothing."""
    kept = safe_url(url)

    assert kept is None or safe_url(kept) == kept


class _TextOf(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag + "".join(name for name, _ in attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet=st.sampled_from("<>&\"'/ =;#xscript!-[]\u00e9"), max_size=60))
@settings(max_examples=300, deadline=None)
def test_text_reads_back_as_it_was_written(text: str) -> None:
    """Whatever an editor types is shown, letter for letter, and never becomes markup."""
    page = _TextOf()
    page.feed(to_html([Paragraph((Text(text),))]))
    page.close()

    assert page.tags == ["p"]
    assert page.text.replace("\u00a0", " ") == text


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


def test_plain_text_keeps_its_paragraphs_and_lines() -> None:
    """A description typed into a plain field keeps blank lines and single line ends."""
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
    ],
)
def test_an_empty_document_counts_as_missing(document: RichText, blank: bool) -> None:
    """A document in which a shopper sees nothing lets another source or language win."""
    assert document.is_blank is blank


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


def _best_of_three(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("nested", [_quotes, _lists, _marks])
def test_depth_costs_neither_the_stack_nor_more_than_its_share(
    nested: Callable[[int], tuple[Block, ...]],
) -> None:
    """A hostile document 20 000 deep is answered, at about ten times the price of 2 000."""
    shallow, deep = nested(2_000), nested(20_000)

    for function in (to_html, to_text, to_json):
        assert function(deep)
        once = _best_of_three(partial(function, shallow))
        assert _best_of_three(partial(function, deep)) < 40 * once + 0.05
