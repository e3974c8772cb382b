"""Content of products and of their groups."""

from collections.abc import Iterator, Mapping

from bff.domain.content import (
    GroupContent,
    ProductContent,
    ProductRef,
    ProductReferences,
    Texts,
)
from bff.domain.document import ByLocale, Document, Link, Value
from bff.mapping import values
from bff.mapping.paths import items_of, values_at
from bff.mapping.settings import GroupMapping, ProductMapping, ReferencesMapping, VariantMapping
from bff.mapping.texts import head, to_texts


def to_product(document: Document, mapping: ProductMapping) -> ProductContent:
    """Return a product's content."""
    fields = document.fields
    return ProductContent(
        product=ProductRef(document.product, document.handle, document.id),
        document_id=document.id,
        fields=to_texts(fields, mapping, _taken(mapping)),
        addons=tuple(group for one in mapping.addons for group in _references(fields, one)),
        variants=_to_variants(fields, mapping.variants),
        made_of=document.made_of,
    )


def to_group(document: Document, mapping: GroupMapping) -> GroupContent:
    """Return what is written about a collection or a category."""
    fields = to_texts(document.fields, mapping, set())
    return GroupContent(document.id, fields, document.made_of)


def _taken(mapping: ProductMapping) -> set[str]:
    taken = {head(mapping.variants.items)}
    for one in mapping.addons:
        taken |= {head(one.groups)} if one.groups else {head(one.title), head(one.products)}
    return taken - {""}


def _references(
    fields: Mapping[str, Value], mapping: ReferencesMapping
) -> Iterator[ProductReferences]:
    """Return one group per object at `groups`; the n-th of each language belong together."""
    if not mapping.groups:
        yield from _group(dict(fields), mapping)
        return
    found = values_at(fields, mapping.groups)
    by_place: dict[int, dict[object, Value]] = {}
    for locale, value in found.items():
        for place, item in enumerate(items_of(value)):
            by_place.setdefault(place, {})[locale] = item
    for _, by_locale in sorted(by_place.items()):
        values_by_locale = {locale: by_locale[locale] for locale in found if locale in by_locale}
        yield from _group({"it": ByLocale(values_by_locale)}, mapping, within="it.")


def _group(
    fields: Mapping[str, Value], mapping: ReferencesMapping, within: str = ""
) -> Iterator[ProductReferences]:
    titles = values.lines(values_at(fields, within + mapping.title)) if mapping.title else {}
    lists = {
        locale: refs
        for locale, value in values_at(fields, within + mapping.products).items()
        if (refs := values.product_refs(value))
    }
    if lists:
        yield ProductReferences(lists, titles)


def _to_variants(fields: Mapping[str, Value], mapping: VariantMapping) -> Mapping[str, Texts]:
    variants: dict[str, Texts] = {}
    for value in values_at(fields, mapping.items).values():
        for item in items_of(value):
            inside = dict(item.target.fields) if isinstance(item, Link) and item.target else item
            if not isinstance(inside, dict):
                continue
            found = (values.lines(values_at(inside, path)).get(None) for path in mapping.key)
            keys = [key for key in found if key]
            texts = to_texts(inside, mapping.texts, set(map(head, mapping.key)))
            for key in keys[:1] if texts else ():
                variants.setdefault(key, texts)
    return variants
