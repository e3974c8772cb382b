"""Content of pages."""

from collections.abc import Iterable

from bff.domain.content import PageContent, PageRef, ProductReferences
from bff.domain.document import Document
from bff.domain.richtext_html import safe_url
from bff.mapping import values
from bff.mapping.paths import in_each, values_at
from bff.mapping.settings import PageMapping
from bff.mapping.texts import head, to_texts
from bff.richtext import AddressOf


def to_page(
    document: Document, mapping: PageMapping, image_url: AddressOf = safe_url
) -> PageContent:
    """Return a page's content; of several fields with products, one comes after the other.

    `image_url` is as for `to_texts`.
    """
    found = in_each([values_at(document.fields, path) for path in mapping.items])
    items = {locale: values.product_refs(value) for locale, value in found.items()}
    taken = {head(mapping.slug), *map(head, mapping.items)}
    return PageContent(
        document_id=document.id,
        slugs=page_ref(document, mapping.slug).slugs,
        fields=to_texts(document.fields, mapping, taken, image_url),
        items=ProductReferences({locale: refs for locale, refs in items.items() if refs}),
        made_of=document.made_of,
    )


def pages_by_slug(
    slugs: Iterable[str], pages: Iterable[PageContent]
) -> dict[str, tuple[PageContent, ...]]:
    """Return for each slug all pages that have it in any language, in the order of `pages`."""
    found: dict[str, tuple[PageContent, ...]] = dict.fromkeys(slugs, ())
    for page in pages:
        for slug in dict.fromkeys(page.slugs.values()):
            if slug in found:
                found[slug] = (*found[slug], page)
    return found


def page_ref(document: Document, slug: str) -> PageRef:
    """Return what identifies a page to a storefront."""
    return PageRef(document.id, values.lines(values_at(document.fields, slug)))
