"""Medusa tells of an edit: what is believed, and what is read again for it."""

from typing import Any

import pytest

from bff.domain import tags
from bff.domain.changes import Change, touched
from bff.domain.commerce import ProductId, VariantId
from bff.errors import BadInput, WebhookRejected
from bff.sources.medusa import MedusaWebhooks
from tests.sources.webhook_deliveries import NOW, SECRET, by_medusa, delivered, recorded

STEPS: dict[str, list[dict[str, Any]]] = {
    step["step"]: step["events"] for step in recorded("medusa_events")["steps"]
}
PRODUCT, OFFER = tags.product_tag(ProductId("prod_1")), tags.offer_tag(ProductId("prod_1"))
SOLD = {tags.HANDLES, tags.LISTINGS}
# What the forwarder finds the products of.
RESOLVED = {
    *("product.created", "product.updated", "product.deleted", "product.product.updated"),
    *("product-variant.created", "product-variant.updated", "product-variant.deleted"),
    *("inventory-item.updated", "reservation-item.created"),
    *("inventory-level.created", "inventory-level.updated", "inventory-level.deleted"),
    *("pricing.price.created", "pricing.price.updated", "pricing.price.deleted"),
}


def event(name: str, entity: str = "x_1", *products: str) -> dict[str, Any]:
    found = [{"id": one, "handle": "tee"} for one in products]
    return {"name": name, "data": {"id": entity}, "metadata": {}, "products": found}


def read(body: object) -> list[Change]:
    return [*MedusaWebhooks(SECRET).read(by_medusa(body), NOW)]


def marked(body: object) -> set[str]:
    return {one.tag for one in touched(read(body))}


def by_step(step: str) -> set[str]:
    """Return what the recorded events of one write mark, all of them about one product."""
    found: set[str] = set()
    for sent in STEPS[step]:
        products = [{"id": "prod_1"}] if sent["name"] in RESOLVED else []
        told = {"id": "prod_1"} if sent["data"]["id"].startswith("prod_") else sent["data"]
        found |= marked({**sent, "data": told, "products": products})
    return {tag.partition("_")[0] if tag not in {OFFER, PRODUCT} else tag for tag in found}


@pytest.mark.parametrize(
    ("step", "tags_marked"),
    [
        ("product title", {PRODUCT, *SOLD}),
        ("variant title", {PRODUCT, "variant:variant"}),
        ("variant price", {PRODUCT, OFFER, "variant:variant"}),
        ("inventory level", {OFFER}),
        ("price list add price", {OFFER}),
        ("price list update status", set[str]()),
        ("collection title", {"collection:pcol", tags.GROUPS}),
        ("category name", {"category:pcat", tags.GROUPS}),
        ("category add product", set[str]()),
        ("region name", {"region:reg", tags.MARKETS}),
        ("tag create", set[str]()),
        ("tag delete", {tags.TEXTS}),
        ("sales channel remove product", {tags.TEXTS, tags.OFFERS, *SOLD}),
        ("sales channel add product", SOLD),
        ("translation batch", {tags.TEXTS, tags.GROUPS}),
    ],
)
def test_what_an_editor_does_in_medusa_marks_what_shows_it(
    step: str, tags_marked: set[str]
) -> None:
    """An empty set is what Medusa tells nobody: it is seen when the copy has grown old."""
    assert by_step(step) == tags_marked


@pytest.mark.parametrize("name", ["product.updated", "product.product.updated", "product.created"])
def test_both_of_an_edits_events_mark_the_product(name: str) -> None:
    assert marked(event(name, "prod_1", "prod_1")) == {PRODUCT, *SOLD}


@pytest.mark.parametrize("name", ["product.deleted", "product.product.deleted"])
def test_a_deleted_product_is_gone(name: str) -> None:
    gone = {one.tag for one in touched(read(event(name, "prod_1"))) if one.is_gone}

    assert gone == {PRODUCT}


def test_a_price_or_stock_marks_the_offers_of_its_products_only() -> None:
    """Their texts stay, and so does everybody else's price."""
    for name in ("pricing.price.updated", "inventory-level.updated", "reservation-item.created"):
        assert marked(event(name, "x_1", "prod_1")) == {OFFER}


@pytest.mark.parametrize(
    "name",
    ["pricing.price.deleted", "inventory-level.updated", "reservation-item.deleted"],
)
def test_a_price_of_nobody_knows_what_marks_all_prices(name: str) -> None:
    assert marked(event(name)) == {tags.OFFERS}


@pytest.mark.parametrize(
    "name",
    ["inventory.inventory-level.updated", "inventory.reservation-item.created"],
)
def test_an_order_does_not_condemn_all_prices(name: str) -> None:
    """The workflow's event, with the product, tells of the same stock."""
    assert marked(event(name)) == set()


def test_a_variant_whose_product_is_not_told_is_found_by_its_own_id() -> None:
    """The module's event never has products."""
    variant = tags.variant_tag(VariantId("variant_1"))

    assert marked(event("product.product-variant.updated", "variant_1")) == {variant}


def test_a_new_variant_of_nobody_knows_what_marks_everything_sold() -> None:
    variant = tags.variant_tag(VariantId("variant_1"))

    assert marked(event("product-variant.created", "variant_1")) == {
        variant,
        tags.TEXTS,
        tags.OFFERS,
    }


@pytest.mark.parametrize(
    "name",
    ["cart.updated", "order.placed", "customer.created", "auth.x.y", "product", "", ".", "a..b"],
)
def test_events_that_no_shopper_sees_the_effect_of_change_nothing(name: str) -> None:
    assert marked(event(name, "prod_1", "prod_1")) == set()


def test_an_edit_says_when_it_was() -> None:
    sent = event("product.updated", "prod_1")
    sent["metadata"]["created_at"] = "2026-10-15T00:00:00.500Z"

    assert {one.changed_at for one in touched(read(sent))} == {NOW + 0.5}


def test_the_same_delivery_again_marks_the_same_again() -> None:
    """No instant is signed; all that a replay does is to let something be read once more."""
    sent = by_medusa(event("product.updated", "prod_1"))
    reader = MedusaWebhooks(SECRET)

    assert reader.read(sent, NOW) == reader.read(sent, NOW + 1e9)


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "0" * 64, "ä"])
def test_a_forged_delivery_is_refused(signature: str) -> None:
    with pytest.raises(WebhookRejected):
        MedusaWebhooks(SECRET).read(delivered(b"{}", {"x-medusa-signature": signature}), NOW)


def test_a_body_that_was_changed_on_the_way_is_refused() -> None:
    sent = by_medusa(event("product.updated", "prod_1"))
    with pytest.raises(WebhookRejected):
        MedusaWebhooks(SECRET).read(delivered(sent.body + b" ", sent.headers), NOW)
    with pytest.raises(WebhookRejected):
        MedusaWebhooks("another-secret").read(sent, NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", {"data": {"id": "prod_1"}}, {"name": 7}])
def test_nonsense_of_medusas_own_is_told_as_such(body: object) -> None:
    with pytest.raises(BadInput):
        read(body)


@pytest.mark.parametrize(
    "data",
    [{"ids": ["prod_1", "prod_2"]}, [{"id": "prod_1"}, {"id": "prod_2"}], ["prod_1", "prod_2"]],
)
def test_an_event_of_several_products_marks_each(data: object) -> None:
    """As a workflow of the shop's own may send it."""
    other = tags.product_tag(ProductId("prod_2"))

    assert marked({"name": "product.updated", "data": data}) == {PRODUCT, other, *SOLD}
    gone = read({"name": "product.deleted", "data": data})
    assert {one.tag for one in touched(gone) if one.is_gone} == {PRODUCT, other}


@pytest.mark.parametrize("data", [None, {}, {"handle": "tee"}, 7, [7], {"ids": "prod_1"}])
def test_products_that_the_forwarder_found_are_marked_without_an_id(data: object) -> None:
    found = [{"id": "prod_1"}]

    assert marked({"name": "product.updated", "data": data, "products": found}) == {PRODUCT, *SOLD}


@pytest.mark.parametrize(
    "body",
    [
        {"name": "product.updated"},
        {"name": "product.updated", "data": None, "products": None, "metadata": []},
        {"name": "product.updated", "data": {"id": "a b"}, "products": [7, {"id": 7}, {}]},
    ],
)
def test_an_edit_of_nobody_knows_which_product_marks_them_all(body: object) -> None:
    """It was signed, so it happened; an old price would be worse than a fetch."""
    assert marked(body) == {tags.TEXTS, tags.OFFERS, *SOLD}


def test_an_event_of_very_many_costs_no_more_than_it_names() -> None:
    """Each variant and each product is one change, whatever the forwarder found for which."""
    variants = [f"variant_{number}" for number in range(300)]
    products = [{"id": f"prod_{number}"} for number in range(200)]

    changes = read({"name": "product-variant.updated", "data": variants, "products": products})

    assert len(changes) == 300 + 200


@pytest.mark.parametrize(
    ("name", "all_of_them"),
    [
        ("product-variant.updated", {tags.TEXTS, tags.OFFERS}),
        ("product-collection.updated", {tags.GROUPS}),
        ("product-category.deleted", {tags.GROUPS}),
        ("region.updated", {tags.MARKETS, tags.OFFERS}),
    ],
)
def test_an_edit_of_nobody_knows_what_marks_all_of_its_kind(
    name: str, all_of_them: set[str]
) -> None:
    assert marked({"name": name}) == all_of_them
