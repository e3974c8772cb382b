"""The catalogue as Medusa's entities, in full; routes answer a selection of them."""

from collections.abc import Mapping
from datetime import datetime

from bff.demo.catalogue import (
    OPENED,
    Catalogue,
    Entity,
    MarketEntry,
    ProductEntry,
    VariantEntry,
    entity_id,
    made_at,
    product_id,
    sold_products,
    variant_id,
)

_CUSTOMS = ("hs_code", "origin_country", "mid_code")
_MEASURES = ("weight", "length", "height", "width")
_CODES = ("barcode", "ean", "upc")
_NO_OPTION = "Default option"


def markets_by_region(catalogue: Catalogue) -> Mapping[str, MarketEntry]:
    """Return the markets by region id, in the order of the ids."""
    regions = {entity_id("reg", market["name"]): market for market in catalogue["markets"]}
    return dict(sorted(regions.items()))


def regions(catalogue: Catalogue) -> list[Entity]:
    """Return the regions, by id."""
    return [
        {
            "id": region,
            "name": market["name"],
            "currency_code": market["currency"],
            **_history(),
            "metadata": None,
            "countries": [
                {
                    "iso_2": country["code"],
                    "iso_3": country["iso3"],
                    "num_code": country["number"],
                    "name": country["name"].upper(),
                    "display_name": country["name"],
                    "region_id": region,
                    "metadata": None,
                    **_history(),
                }
                for country in market["countries"]
            ],
        }
        for region, market in markets_by_region(catalogue).items()
    ]


def collections(catalogue: Catalogue) -> list[Entity]:
    """Return the collections, by id."""
    found = [_collection(catalogue, entry["handle"]) for entry in catalogue["collections"]]
    return sorted(found, key=lambda collection: str(collection["id"]))


def categories(catalogue: Catalogue) -> list[Entity]:
    """Return the categories that are active, by id, each with its parent and its children."""
    active = [entry for entry in catalogue["categories"] if entry.get("active", True)]
    rows = {entry["handle"]: _category(catalogue, entry["handle"]) for entry in active}
    hidden = ("parent_category", "is_active", "is_internal", "mpath")
    related = {
        handle: {name: value for name, value in row.items() if name != "parent_category"}
        for handle, row in rows.items()
    }
    found: list[Entity] = []
    for entry in active:
        row = rows[entry["handle"]]
        children = [one["handle"] for one in active if one.get("parent") == entry["handle"]]
        found.append(
            {
                **{name: value for name, value in row.items() if name not in hidden},
                "parent_category": related.get(entry.get("parent", "")),
                "category_children": [related[handle] for handle in children],
            }
        )
    return sorted(found, key=lambda category: str(category["id"]))


def products(catalogue: Catalogue) -> list[Entity]:
    """Return the products on sale, by id as the real server has them."""
    found = [_product(catalogue, product) for product in sold_products(catalogue)]
    return sorted(found, key=lambda product: str(product["id"]))


def _product(catalogue: Catalogue, product: ProductEntry) -> Entity:
    handle = product["handle"]
    own_id = product_id(catalogue, handle)
    collection = product.get("collection")
    names = product.get("options", [_NO_OPTION])
    numbers = range(1, product.get("images", 1) + 1)
    images = [_image(own_id, handle, number) for number in numbers]
    history = _history(made_at(catalogue, handle))
    del history["deleted_at"]  # a column of the others, but of products only on request
    return {
        "id": own_id,
        "title": product["title"],
        "subtitle": product.get("subtitle"),
        "description": product["description"],
        "handle": handle,
        "is_giftcard": product.get("giftCard", False),
        "discountable": True,
        "thumbnail": images[0]["url"] if images else None,
        "collection_id": collection and entity_id("pcol", collection),
        "type_id": entity_id("ptyp", product["type"]),
        **dict.fromkeys(_MEASURES + _CUSTOMS),
        "material": product.get("material"),
        **history,
        "metadata": None,
        "variants": [
            {**_variant(product, rank, variant), "product_id": own_id, "images": images}
            for rank, variant in enumerate(product["variants"])
        ],
        "type": _named("ptyp", product["type"], value=product["type"]),
        "collection": collection and _collection(catalogue, collection),
        # The other way round than they were entered: Medusa keeps no order of options.
        "options": [_option_with_values(product, name) for name in reversed(names)],
        "tags": [_named("ptag", tag, value=tag) for tag in product.get("tags", [])],
        "images": images,
        "categories": [_category(catalogue, name) for name in product.get("categories", [])],
    }


def _variant(product: ProductEntry, rank: int, variant: VariantEntry) -> Entity:
    names = product.get("options", [_NO_OPTION])
    values = _values(variant)
    tracked = product.get("tracked", True)
    # What is not tracked lacks the key altogether, it is not null.
    stock: Entity = {"inventory_quantity": variant.get("stock", 0)} if tracked else {}
    return {
        "id": variant_id(product, rank),
        "title": " / ".join(values),
        "sku": "-".join([product["handle"], *variant.get("values", [])]).upper().replace(" ", ""),
        **dict.fromkeys(_CODES + _CUSTOMS + _MEASURES),
        "allow_backorder": product.get("backorder", False),
        "manage_inventory": tracked,
        "material": None,
        "metadata": None,
        "variant_rank": rank,
        "thumbnail": None,
        **_history(),
        "options": [
            {**_value(product, name, value), "option": _option(product, name)}
            for name, value in zip(names, values, strict=True)
        ],
        **stock,
    }


def _option_with_values(product: ProductEntry, name: str) -> Entity:
    index = product.get("options", [_NO_OPTION]).index(name)
    values = dict.fromkeys(_values(variant)[index] for variant in product["variants"])
    return {**_option(product, name), "values": [_value(product, name, v) for v in values]}


def _values(variant: VariantEntry) -> list[str]:
    return variant.get("values", ["Default option value"])


def _option(product: ProductEntry, name: str) -> Entity:
    return {
        "id": entity_id("opt", f"{product['handle']}-{name}"),
        "title": name,
        "is_exclusive": True,
        "metadata": None,
        **_history(),
    }


def _value(product: ProductEntry, name: str, value: str) -> Entity:
    return {
        "id": entity_id("optval", f"{product['handle']}-{name}-{value}"),
        "value": value,
        "rank": None,
        "metadata": None,
        "option_id": entity_id("opt", f"{product['handle']}-{name}"),
        **_history(),
    }


def _image(product: str, handle: str, number: int) -> Entity:
    return {
        "id": entity_id("img", f"{handle}-{number}"),
        "url": f"https://images.example.com/{handle}-{number}.jpg",
        "metadata": None,
        "rank": number - 1,
        "product_id": product,
        **_history(),
    }


def _collection(catalogue: Catalogue, handle: str) -> Entity:
    entry = next(c for c in catalogue["collections"] if c["handle"] == handle)
    return _named("pcol", handle, title=entry["title"], handle=handle)


def _category(catalogue: Catalogue, handle: str) -> Entity:
    entry = next(c for c in catalogue["categories"] if c["handle"] == handle)
    own, parent = entity_id("pcat", handle), entry.get("parent")
    siblings = [c["handle"] for c in catalogue["categories"] if c.get("parent") == parent]
    parent_id = parent and entity_id("pcat", parent)
    return {
        **_named("pcat", handle, name=entry["name"], description="", handle=handle),
        "mpath": f"{parent_id}.{own}" if parent_id else own,
        # Inactive ones are answered too: hiding them is the reader's work.
        "is_active": entry.get("active", True),
        "is_internal": False,
        "rank": siblings.index(handle),
        "parent_category_id": parent_id,
        "parent_category": {"id": parent_id} if parent_id else None,
    }


def _named(kind: str, key: str, **columns: object) -> Entity:
    return {
        "id": entity_id(kind, key),
        **columns,
        "external_id": None,
        "metadata": None,
        **_history(),
    }


def _history(made: datetime = OPENED) -> Entity:
    moment = made.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"created_at": moment, "updated_at": moment, "deleted_at": None}
