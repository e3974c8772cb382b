"""Rich text as a page shows it: elements, escaping, addresses."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.domain.richtext import Embed, Image, Link, Marked, Paragraph, Text
from bff.domain.richtext_html import safe_url, to_html
from tests.domain.documents import EVERYTHING


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
        '<table><tbody><tr><th colspan="2"><p>Size</p></th></tr>'
        '<tr><td rowspan="3">M</td>'
        '<td><p>52</p><img src="/m.png" alt="" loading="lazy"/></td></tr>'
        "</tbody></table>"
        '<p><a href="/p/cap">Cap</a></p>'
        '<p>H<sub>2</sub><sup><img src="/o.png" alt="O" loading="lazy"/></sup>Tee</p>'
    )


@pytest.mark.parametrize(
    ("embed", "html"),
    [
        (Embed("page", "p", "A <b>", "/a?b&c"), '<p><a href="/a?b&amp;c">A &lt;b&gt;</a></p>'),
        (Embed("page", "p", "A", "javascript:1"), "<p>A</p>"),
        (Embed("page", "p", "", "/a"), ""),
        (Embed("page", "p", "A"), ""),
    ],
)
def test_an_embedded_document_is_a_link_to_its_page(embed: Embed, html: str) -> None:
    """A storefront that cannot show it itself links to it, or shows nothing."""
    assert to_html([embed]) == html


def test_an_embedded_document_within_a_sentence_is_its_title() -> None:
    """The sentence stays whole, with or without a page to link to."""
    sentence = (Text("See "), Embed("p", "1", "a<b", "/a", inline=True), Text(" and "))

    assert to_html([Paragraph((*sentence, Embed("p", "2", "c", inline=True)))]) == (
        '<p>See <a href="/a">a&lt;b</a> and c</p>'
    )


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
