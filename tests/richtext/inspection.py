"""What a shop would not want on its page."""

from html.parser import HTMLParser

SCHEMES = {"http", "https", "mailto", "tel"}
ELEMENTS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "hr", "br"),
    *("pre", "code", "img", "a", "strong", "em", "del", "span"),
    *("sup", "sub", "table", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading"},
    "span": {"class", "style"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}


class _Inspector(HTMLParser):
    """Fails on the first element or attribute that a shop would not want on its page."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set())
            assert not name.startswith("on")
            if name in {"href", "src"}:
                self._check_address(value or "")

    def _check_address(self, url: str) -> None:
        # As a browser reads it: ends trimmed, tabs and line ends gone, "\" is "/".
        seen = url.strip("".join(map(chr, range(0x21)))).translate({9: None, 10: None, 13: None})
        head = seen.replace("\\", "/").split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
        assert ":" not in head or head.split(":", 1)[0].lower() in SCHEMES
        assert not seen.replace("\\", "/").startswith("//")


def inspect(html: str) -> None:
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
