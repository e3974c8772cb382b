"""What nodes of Contentful's rich text lead to: files, entries and addresses.

Targets are looked up one step deep and never read themselves, so entries that embed each other
end.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from bff.domain import document as documents
from bff.domain.locale import Locale
from bff.domain.richtext import Block, Embed, Image, Link, Paragraph, Text
from bff.domain.richtext_html import safe_url
from bff.domain.text import is_blank, one_line

Node: TypeAlias = Mapping[str, object]

AssetOf: TypeAlias = Callable[[Node], documents.Asset | None]
"""Finds the file that `data.target` means: a link `{sys: {type: "Link", linkType, id}}`."""
EntryOf: TypeAlias = Callable[[Node], documents.Link | None]
"""Finds the entry that `data.target` means; `None` for what is missing or unpublished."""
HrefOf: TypeAlias = Callable[[documents.Link], str | None]
"""Returns the address of an entry's page in the shop, `None` for entries that have none."""


def no_address(_link: documents.Link) -> str | None:
    """Say that no entry has a page of its own."""
    return None


_TITLES = ("title", "name", "label", "headline")


@dataclass(frozen=True, slots=True)
class Targets:
    """Looks targets up, in one language; `data` is a node's own."""

    asset: AssetOf
    entry: EntryOf
    href: HrefOf
    locale: Locale | None

    def address(self, kind: str, data: Node) -> str | None:
        """Return where a link of a kind leads, if shoppers may follow it."""
        match kind:
            case "hyperlink":
                found = data.get("uri")
                address = found if isinstance(found, str) else None
            case "asset-hyperlink":
                file = self.asset(member(data, "target"))
                address = file.url if file else None
            case "entry-hyperlink":
                link = self.entry(member(data, "target"))
                address = self.href(link) if link else None
            case _:
                address = None
        return None if address is None else safe_url(address)

    def file(self, data: Node) -> Iterator[Block]:
        """Return an embedded file: a picture, or a link to it."""
        file = self.asset(member(data, "target"))
        if file is None:
            return
        words = one_line(file.alts.get(self.locale) or file.alts.get(None) or "")
        if (file.media_type or "image/").startswith("image/"):
            yield Image(file.url, words, file.width, file.height)
        elif (address := safe_url(file.url)) is not None:
            yield Paragraph((Link(address, (Text(words or _file_name(file.url)),)),))

    def embed(self, data: Node, *, inline: bool) -> Iterator[Embed]:
        """Return an embedded entry, unless nobody can see it."""
        link = self.entry(member(data, "target"))
        if link is None:
            return
        target = link.target
        address = self.href(link)
        yield Embed(
            kind=one_line(target.type) if target else "",
            id=one_line(link.document_id),
            title=self._title(target.fields) if target else "",
            href=None if address is None else safe_url(address),
            inline=inline,
        )

    def _title(self, fields: Mapping[str, documents.Value]) -> str:
        for name in _TITLES:
            value = fields.get(name)
            if isinstance(value, documents.ByLocale):
                value = value.values.get(self.locale) or value.values.get(None)
            if isinstance(value, str) and not is_blank(value):
                return one_line(value)
        return ""


def member(node: Node, name: str) -> Node:
    """Return an object within an object, an empty one if there is none."""
    inside = node.get(name)
    return inside if isinstance(inside, dict) else {}


def _file_name(url: str) -> str:
    return one_line(unquote(urlsplit(url).path.rpartition("/")[2])) or url
