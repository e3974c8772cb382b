"""Medusa's `fields` parameter: which columns and relations of an entity are answered.

`title` names a column, `+title` adds one to the defaults, `-title` takes one away, `*variants`
(or `variants.*`) means all columns of a relation. One item without a sign replaces the defaults.
What a route does not know is dropped without a word. Measured against Medusa 2.21.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Names = frozenset[str]
"""Selected columns by path, `variants.sku`; `variants.*` is all columns of the variants."""

_PRODUCT = frozenset(
    {
        *("id", "title", "subtitle", "description", "handle", "is_giftcard", "discountable"),
        *("thumbnail", "collection_id", "type_id", "weight", "length", "height", "width"),
        *("hs_code", "origin_country", "mid_code", "material", "created_at", "updated_at"),
    }
)
_PRODUCT_RELATIONS = frozenset(
    {
        *("type.*", "collection.*", "options.*", "options.values.*", "tags.*", "images.*"),
        *("variants.*", "variants.options.*"),
    }
)
# Only whole paths count: `variants.variant_rank` and `categories.handle` are not to be had.
_PRODUCT_EXTRAS = frozenset(
    {
        *("metadata", "categories.*", "variants.images.*"),
        *("variants.options.option", "variants.options.option.*"),
        *("variants.id", "variants.title", "variants.sku", "variants.barcode", "variants.ean"),
        *("variants.upc", "variants.hs_code", "variants.origin_country", "variants.mid_code"),
        *("variants.material", "variants.weight", "variants.length", "variants.height"),
        *("variants.width", "variants.thumbnail", "variants.created_at", "variants.updated_at"),
        *("variants.deleted_at", "variants.manage_inventory", "variants.allow_backorder"),
        *("variants.calculated_price", "variants.inventory_quantity"),
        *("variants.options.id", "variants.options.value"),
        *("options.id", "options.title", "options.is_exclusive"),
        *("options.values.id", "options.values.value"),
        *("images.id", "images.url", "images.rank"),
        *("type.id", "type.value", "tags.id", "tags.value"),
        *("collection.id", "collection.title", "collection.handle", "collection.metadata"),
    }
)
_REGION = frozenset(
    {"id", "name", "currency_code", "created_at", "updated_at", "deleted_at", "metadata"}
)
_REGION_EXTRAS = frozenset(
    {
        *("countries.iso_2", "countries.iso_3", "countries.num_code"),
        *("countries.name", "countries.display_name"),
    }
)
_COLLECTION = frozenset({"id", "title", "handle", "external_id", "created_at", "updated_at"})
_CATEGORY = frozenset(
    {
        *("id", "name", "description", "handle", "rank", "external_id", "parent_category_id"),
        *("created_at", "updated_at", "metadata", "category_children.*", "parent_category.*"),
    }
)
_RELATIONS = frozenset(
    {
        *(
            "categories",
            "category_children",
            "collection",
            "countries",
            "images",
            "option",
            "options",
        ),
        *("parent_category", "tags", "type", "values", "variants"),
    }
)
# Not columns of the table: `*variants` leaves them out, they have to be named.
_COMPUTED = frozenset({"variants.calculated_price", "variants.inventory_quantity"})
_ALWAYS = frozenset(
    {"id", "variants.id", "variants.options.option.id", "categories.parent_category.id"}
)
# Relations to one entity: the star of what they hang on brings their id along.
_TO_ONE = frozenset({"variants.options.option", "categories.parent_category"})


@dataclass(frozen=True, slots=True)
class Fields:
    """What a route answers by default, and what it may be asked for."""

    defaults: Names
    allowed: Names


PRODUCTS = Fields(_PRODUCT | _PRODUCT_RELATIONS, _PRODUCT | _PRODUCT_RELATIONS | _PRODUCT_EXTRAS)
COLLECTIONS = Fields(_COLLECTION, _COLLECTION | {"metadata"})
CATEGORIES = Fields(_CATEGORY, _CATEGORY)
REGIONS = Fields(_REGION | {"countries.*"}, _REGION | {"countries.*"} | _REGION_EXTRAS)


def selected(text: str | None, route: Fields) -> Names:
    """Return what a `fields` parameter selects; `None` is a parameter that was not sent."""
    items = [item.strip() for item in (text or "").split(",") if item.strip()]
    keeps_defaults = text is None or (items and all(item[0] in "+-*" for item in items))
    names = set(route.defaults) if keeps_defaults else {"id"}
    for item in items:
        if item.startswith("-"):
            gone = f"{item[1:]}."
            names = {name for name in names if not f"{name}.".startswith(gone)}
        else:
            names.add(_path(item, route))
    return _with_loaded_options(names & route.allowed)


def picked(entity: Mapping[str, object], names: Names) -> dict[str, object]:
    """Return the selected part of an entity."""
    return _pick(entity, names, "")


def _path(item: str, route: Fields) -> str:
    path = item.removeprefix("+")
    if path.startswith("*"):
        path = f"{path[1:]}.*"
    column = path.removesuffix(".*")
    # A column that holds an object may be named with or without the star.
    return column if column in _COMPUTED and column in route.allowed else path


def _with_loaded_options(names: set[str]) -> Names:
    """Add what a variant's options tell because the product's own options were asked for.

    The server loads an option once, so that its title shows up in both places.
    """
    shown: set[str] = set()
    if any(name.startswith("variants.options.") for name in names):
        loaded = {name for name in names if name in {"options.*", "options.title"}}
        shown = {name.replace("options.", "variants.options.option.") for name in loaded}
    return frozenset(names | shown)


def _pick(entity: Mapping[str, object], names: Names, path: str) -> dict[str, object]:
    return {
        key: _related(value, names, f"{path}{key}.") if key in _RELATIONS else value
        for key, value in entity.items()
        if _is_wanted(key, names, path)
    }


def _is_wanted(key: str, names: Names, path: str) -> bool:
    name = path + key
    if name in names or name in _ALWAYS:
        return True
    if key in _RELATIONS:
        by_star = name in _TO_ONE and f"{path}*" in names
        return by_star or any(other.startswith(f"{name}.") for other in names)
    return f"{path}*" in names and name not in _COMPUTED


def _related(value: object, names: Names, path: str) -> object:
    if isinstance(value, Mapping):
        return _pick(value, names, path)
    if isinstance(value, Sequence):
        return [_pick(one, names, path) for one in value]
    return value
