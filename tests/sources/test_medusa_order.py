"""The same data in the same order, however Medusa lists it."""

import random
from itertools import permutations
from typing import Any

import pytest

from bff.sources.medusa.order import option_ids, ranked_variants
from bff.sources.medusa.wire import TextProduct

NOON = "2026-11-20T12:00:00.000Z"
LATER = "2026-11-20T12:00:00.001Z"


def product(variants: list[dict[str, Any]], options: tuple[str, ...] = ()) -> TextProduct:
    return TextProduct.model_validate(
        {
            "id": "prod_1",
            "handle": "tee",
            "title": "Tee",
            "subtitle": None,
            "description": None,
            "thumbnail": None,
            "variants": variants,
            "options": [{"id": option, "title": option} for option in options],
        }
    )


def variant(
    name: str, *, sku: str | None = None, rank: int | None = 0, created_at: str | None = NOON
) -> dict[str, Any]:
    fields = {"id": name, "title": name, "options": []}
    return {**fields, "sku": sku, "variant_rank": rank, "created_at": created_at}


def titled(title: str, **values: str) -> dict[str, Any]:
    chosen = [{"value": value, "option": {"id": option}} for option, value in values.items()]
    return {**variant(title), "options": chosen}


def options_of(wire: TextProduct) -> list[str]:
    return option_ids(wire, ranked_variants(wire))


@pytest.mark.parametrize(
    "variants",
    [
        [variant("c", rank=0), variant("b", rank=1), variant("a", rank=2)],
        [variant("c", sku="9", rank=0), variant("a", sku="1", rank=None)],
        [variant("b", sku="9"), variant("a", sku="1", created_at=LATER)],
        [variant("c", sku="TEE-S"), variant("b", sku="TEE-M"), variant("a", sku="TEE-L")],
        [variant("z", sku="TEE-XS"), variant("y", sku="tee-xl"), variant("x", sku="TEE-2XL")],
        [variant("z", sku="SOCK-9"), variant("y", sku="SOCK-10"), variant("x", sku="SOCK-36")],
        [variant("z", sku="RED-9"), variant("y", sku="RED-S"), variant("x", sku="RED-blue")],
        [variant("z", sku="A1"), variant("y", sku="A2"), variant("x", sku="A2-S")],
        [
            variant("z", sku="OCT-S-WHT"),
            variant("y", sku="OCT-M-WHT"),
            variant("x", sku="OCT-L-BLK"),
        ],
        [variant("a"), variant("b"), variant("c", sku="1")],
        [variant("b", sku="A-007"), variant("a", sku="A-10"), variant("c", sku="A-" + "9" * 5000)],
        [variant("b", created_at=None), variant("a")],
    ],
    ids=[
        *("rank", "no-rank-last", "older-first", "sizes", "more-sizes", "numbers", "mixed"),
        *("prefixes", "lab", "no-sku-by-id", "long", "no-time-first"),
    ],
)
def test_variants(variants: list[dict[str, Any]]) -> None:
    """Rank decides, then age, then the SKU as people read it: S before M before L."""
    expected = [wire["id"] for wire in variants]

    for shuffled in permutations(variants):
        assert [v.id for v in ranked_variants(product(list(shuffled)))] == expected


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ([titled("Small / White", color="White", size="Small")], ["size", "color"]),
        ([titled("White / Small", color="White", size="Small")], ["color", "size"]),
        ([titled("Klein / Weiß", color="Weiß", size="Small")], ["size", "color"]),
        ([titled("klein/WEISS", color="Weiß", size="Klein")], ["size", "color"]),
        ([titled("The big one", color="White", size="Large")], ["color", "size"]),
        ([titled("A / B", color="White", size="Large")], ["color", "size"]),
        ([titled("A / B / C", color="A", size="B")], ["color", "size"]),
        ([titled("9 / 9", color="9", size="9")], ["color", "size"]),
        (
            [titled("9 / 9", color="9", size="9"), titled("M / Red", color="Red", size="M")],
            ["size", "color"],
        ),
        ([titled("Small", size="Small")], ["color", "size"]),
        ([], ["color", "size"]),
    ],
)
def test_options(variants: list[dict[str, Any]], expected: list[str]) -> None:
    """Options go as the variants' titles name them, else by id."""
    for options in permutations(("color", "size")):
        assert options_of(product(variants, options)) == expected


def test_an_option_value_without_an_option_is_passed_over() -> None:
    """A damaged import does not cost the product."""
    orphan = {**variant("v"), "title": "Small", "options": [{"value": "Red", "option": None}]}

    assert options_of(product([orphan], ("size",))) == ["size"]


def test_an_answer_in_any_order_gives_the_same_text() -> None:
    """36 socks, shuffled: nothing moves."""
    socks = [
        titled(f"{size} / {color}", s=str(size), c=color) | {"sku": f"RS-{size}-{color}"}
        for size in range(5, 14)
        for color in ("Blue", "Green", "Red", "Violet")
    ]
    expected = [wire["id"] for wire in socks]

    for seed in range(20):
        shuffled = random.Random(seed).sample(socks, len(socks))
        assert [v.id for v in ranked_variants(product(shuffled, ("c", "s")))] == expected
        assert options_of(product(shuffled, ("c", "s"))) == ["s", "c"]
