"""Documents as sources build them, in few words."""

from collections.abc import Mapping

from bff.domain.commerce import Handle, ProductId
from bff.domain.document import Asset, ByLocale, Document, Link, Prose, Value
from bff.domain.locale import Locale
from bff.domain.richtext import Paragraph, Text

EN, DE, FR = Locale("en"), Locale("de"), Locale("fr")


def document(**fields: Value) -> Document:
    return Document(
        "doc-1", "product", fields, ProductId("prod_1"), Handle("tee"), {"doc-1": None}
    )


def by(en: Value = None, de: Value = None, **more: Value) -> ByLocale:
    """Return a value per language; `neutral` is what belongs to none."""
    values: dict[Locale | None, Value] = {EN: en, DE: de}
    values |= {None if name == "neutral" else Locale(name): one for name, one in more.items()}
    return ByLocale({locale: one for locale, one in values.items() if one is not None})


def prose(text: str) -> Prose:
    return Prose((Paragraph((Text(text),)),))


def picture(name: str, alts: Mapping[Locale | None, str] | None = None) -> Asset:
    return Asset(f"https://cdn.example/{name}.jpg", alts or {}, 20, 10, "image/jpeg")


def film(name: str) -> Asset:
    return Asset(f"https://cdn.example/{name}.mp4", {None: name}, media_type="video/mp4")


def link(name: str, target: Document | None = None) -> Link:
    """Return a reference to another product, of which the id is known."""
    return Link(f"doc-{name}", target, product=ProductId(f"prod_{name}"))


def to(kind: str, **fields: Value) -> Link:
    """Return a reference to a document that is no product."""
    return Link(f"{kind}-1", Document(f"{kind}-1", kind, fields))
