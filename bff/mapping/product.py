"""Content of products and of their groups."""

from collections.abc import Iterator, Mapping

from bff.domain.content import (
    ContentFields,
    GroupContent,
    ProductContent,
    ProductRef,
    ProductReferences,
    Texts,
)
from bff.domain.document import Document, Link, Value
from bff.domain.locale import Locale
from bff.domain.richtext_html import safe_url
from bff.mapping import values
from bff.mapping.paths import Found, by_place, items_of, values_at, values_in
from bff.mapping.settings import GroupMapping, ProductMapping, ReferencesMapping, VariantMapping
from bff.mapping.texts import head, to_texts
from bff.richtext import AddressOf


def to_product(
    document: Document, mapping: ProductMapping, image_url: AddressOf = safe_url
) -> ProductContent:
    """Return a product's content; `image_url` is as for `to_texts`."""
    fields = document.fields
    return ProductContent(
        product=ProductRef(document.product, document.handle, document.id),
        document_id=document.id,
        fields=to_texts(fields, mapping, _taken(mapping), image_url),
        addons=tuple(group for one in mapping.addons for group in _references(document, one)),
        variants=_to_variants(fields, mapping.variants, image_url),
        made_of=document.made_of,
    )


def to_group(
    document: Document, mapping: GroupMapping, image_url: AddressOf = safe_url
) -> GroupContent:
    """Return what is written about a collection or a category; see `to_texts`."""
    fields = to_texts(document.fields, mapping, set(), image_url)
    return GroupContent(document.id, fields, document.made_of)


def _taken(mapping: ProductMapping) -> set[str]:
    taken = {head(mapping.variants.items)}
    for one in mapping.addons:
        taken |= {head(one.groups)} if one.groups else {head(one.title), head(one.products)}
    return taken - {""}


def _references(document: Document, mapping: ReferencesMapping) -> Iterator[ProductReferences]:
    """Return one group per object at `groups`, of which the n-th of each language are one."""
    fields = document.fields
    if not mapping.groups:
        titles, products = values_at(fields, mapping.title), values_at(fields, mapping.products)
        yield from _group(document, titles, products)
        return
    for item in by_place(values_at(fields, mapping.groups)):
        titles, products = values_in(item, mapping.title), values_in(item, mapping.products)
        yield from _group(document, titles, products)


def _group(document: Document, titles: Found, products: Found) -> Iterator[ProductReferences]:
    lists = {
        locale: refs
        for locale, value in products.items()
        if (refs := tuple(_products(document, value)))
    }
    if lists:
        yield ProductReferences(lists, values.lines(titles))


def _products(document: Document, value: Value) -> Iterator[ProductRef]:
    """Return the products in a list, in which documents of another kind may be, such as groups."""
    for item in items_of(value):
        if isinstance(item, Link):
            ref = values.product_ref(item)
            is_known = ref.id is not None or ref.handle is not None
            if is_known or item.target is None or item.target.type == document.type:
                yield ref


def _to_variants(
    fields: Mapping[str, Value], mapping: VariantMapping, image_url: AddressOf
) -> Mapping[str, Texts]:
    """Return the texts of variants by every key that an item has; of two for one the first."""
    variants: dict[str, dict[Locale | None, ContentFields]] = {}
    for outer, value in values_at(fields, mapping.items).items():
        for item in items_of(value):
            inside = values.fields_of(item)
            if inside is None:
                continue
            texts = to_texts(inside, mapping.texts, set(map(head, mapping.key)), image_url)
            for key in _keys(inside, mapping):
                known = variants.setdefault(key, {})
                for locale, text in texts.items():
                    known.setdefault(locale or outer, text)
    return {key: texts for key, texts in variants.items() if texts}


def _keys(fields: Mapping[str, Value], mapping: VariantMapping) -> Iterator[str]:
    for path in mapping.key:
        written = map(values.key, values_at(fields, path).values())
        yield from (key for key in written if key)
