"""A product document of Sanity's, however untidy, to what the shop knows of it. Pure.

The shape is trusted nowhere: at every level a wrong type counts as missing. Nothing here raises.
"""

import re
from collections.abc import Mapping

from bff.domain.attributes import by_name
from bff.domain.commerce import ProductId
from bff.domain.content import (
    ContentFields,
    Picture,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.locale import Locale, lenient_locale
from bff.domain.richtext import RichText
from bff.richtext import from_portable_text, render
from bff.sources.sanity.assets import Assets
from bff.sources.sanity.values import attributes, line

_NOTHING = ContentFields()
_MAPPED = frozenset(
    {
        *("title", "subtitle", "content", "description", "seo", "metaTitle", "metaDescription"),
        *("mainImage", "image", "images", "specs", "addons"),
    }
)
_PUBLISHED_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,128}")
_UNPUBLISHED_PREFIX = re.compile(r"^(?:drafts\.|versions\.[^.]+\.)")


def is_published_id(text: object) -> bool:
    """Tell whether a document of this id can be a published product.

    A dot marks drafts, releases and documents that are not public. Source: Sanity, document ids.
    """
    return isinstance(text, str) and _PUBLISHED_ID.fullmatch(text) is not None


def to_content(document: Mapping[str, object], assets: Assets) -> ProductContent:
    """Translate a document whose `_id` is Medusa's product id."""
    document_id = str(document.get("_id"))
    own = by_name(document)
    neutral = _to_fields({**own, "title": None}, assets)  # the title is Medusa's, synced back
    fields: dict[Locale | None, ContentFields] = {None: neutral}
    specs = own.get("specs")
    for spec in specs if isinstance(specs, list) else ():
        language = lenient_locale(spec.get("lang")) if isinstance(spec, dict) else None
        if language:
            found = _to_fields(by_name(spec), assets)
            first = fields.get(language)
            fields[language] = _merged(first, found) if first else found
    return ProductContent(
        product=ProductRef(ProductId(document_id)),
        document_id=document_id,
        fields={language: found for language, found in fields.items() if found != _NOTHING},
        addons=_to_addons(own.get("addons")),
    )


def _to_fields(named: Mapping[str, object], assets: Assets) -> ContentFields:
    seo = named.get("seo")
    meta = by_name(seo) if isinstance(seo, dict) else {}
    return ContentFields(
        title=line(named.get("title")),
        subtitle=line(named.get("subtitle")),
        description=_to_rich_text(named.get("content"), assets)
        or _to_rich_text(named.get("description"), assets),
        seo_title=line(meta.get("title"))
        or line(meta.get("metaTitle"))
        or line(named.get("metaTitle")),
        seo_description=line(meta.get("description"))
        or line(meta.get("metaDescription"))
        or line(named.get("metaDescription")),
        images=tuple(
            Picture(one.url, {None: one.alt} if one.alt else {}, one.width, one.height)
            for one in assets.images(
                named.get("mainImage"), named.get("image"), named.get("images")
            )
        ),
        attributes=attributes(named, _MAPPED),
    )


def _to_rich_text(value: object, assets: Assets) -> RichText | None:
    """Read a text, a Portable Text document or one block of it; `None` when it shows nothing."""
    if value is None:
        return None
    blocks = from_portable_text(value, image_url=assets.source)
    text = render(blocks) if blocks else None
    return None if text is None or text.is_blank else text


def _merged(first: ContentFields, second: ContentFields) -> ContentFields:
    """Fill the gaps of one language's first entry from a later one."""
    return ContentFields(
        title=first.title or second.title,
        subtitle=first.subtitle or second.subtitle,
        description=first.description or second.description,
        seo_title=first.seo_title or second.seo_title,
        seo_description=first.seo_description or second.seo_description,
        images=first.images or second.images,
        attributes={**second.attributes, **first.attributes},
    )


def _to_addons(value: object) -> tuple[ProductReferences, ...]:
    """Read one group, a list of groups, or a plain list of references, which has no title."""
    items = value if isinstance(value, list) else [value]
    loose = _group({}, _to_references(items))
    groups = [
        _group(_to_titles(item.get("title")), _to_references(item.get("products")))
        for item in items
        if isinstance(item, dict) and "_ref" not in item
    ]
    return tuple(group for group in (loose, *groups) if group.lists)


def _group(
    titles: Mapping[Locale | None, str], products: tuple[ProductId, ...]
) -> ProductReferences:
    return ProductReferences({None: tuple(map(ProductRef, products))} if products else {}, titles)


def _to_references(value: object) -> tuple[ProductId, ...]:
    found = (_to_reference(item) for item in value) if isinstance(value, list) else ()
    return tuple(target for target in found if target)


def _to_reference(item: object) -> ProductId | None:
    """Return the product that a reference means; one to a draft means the product itself."""
    target = item.get("_ref") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(target, str) or "_dataset" in item:
        return None  # a `_dataset` is somebody else's
    published = _UNPUBLISHED_PREFIX.sub("", target)
    return ProductId(published) if _REFERENCE.fullmatch(published) else None


def _to_titles(value: object) -> Mapping[Locale | None, str]:
    """Read a group's title: one text for all, an object by language, or an array of languages.

    Source: sanity-plugin-internationalized-array, which since version 5 has the language in
    `language`, before in `_key`.
    """
    entries: list[tuple[object, object]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                entries.append((item.get("language") or item.get("_key"), item.get("value")))
    titles: dict[Locale | None, str] = {}
    neutral = line(value)
    if neutral:
        titles[None] = neutral
    for tag, text in entries:
        language, title = lenient_locale(tag), line(text)
        if language and title:
            titles.setdefault(language, title)
    return titles
