"""Variants with the words that an editor gave them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bff.domain.commerce import (
    CommerceProduct,
    OptionValue,
    VariantId,
    VariantText,
)
from bff.domain.content import ContentFields, ProductContent, Texts
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import Field, MergeOrder, MergePlan
from bff.domain.storefront import Localized, StorefrontVariant
from tests.domain.merging import (
    BARE,
    DE,
    EN,
    FRONT,
    HERO,
    HERO_PICTURE,
    SYNCED_FIRST,
    Written,
    content,
    plan_for,
    policy,
    rich,
    titles,
)

SMALL = VariantText(
    VariantId("variant_s"), "S", "TEE-S", (OptionValue("Size", "S"),), images=(FRONT,)
)
LARGE = VariantText(VariantId("variant_l"), "L", None, (OptionValue("Size", "L"),))
SIZED = replace(BARE, variants=(SMALL, LARGE))


def document(fields: Written | None = None, **variants: Texts) -> ProductContent:
    """Return a document about the tee; `variant_s` is an id, `TEE_S` an SKU."""
    by_key = {key.replace("TEE_", "TEE-"): written for key, written in variants.items()}
    return replace(content(fields or {}), variants=by_key)


def variants_of(
    plan: MergePlan, **contents: ProductContent | None
) -> tuple[StorefrontVariant, ...]:
    product = merge_product(Halves(CommerceProduct(SIZED, None), SIZED, contents), plan)
    return product.variants


# --- variants ---------------------------------------------------------------------------------


@pytest.mark.parametrize("contents", [{}, {"sanity": None}, {"sanity": content({})}])
def test_variants_that_nobody_writes_about_are_medusas(
    contents: Mapping[str, ProductContent | None],
) -> None:
    """Merging them would cost every list of products time and say nothing new."""
    assert variants_of(plan_for("de"), **contents) == ()


@pytest.mark.parametrize("key", ["variant_s", "TEE_S"])
def test_a_variant_is_found_by_its_id_or_its_sku(key: str) -> None:
    """Editors write either; the other variants keep Medusa's words, in Medusa's order."""
    written = document(**{key: titles(de="Klein", en="Small")})

    small, large = variants_of(plan_for("de"), sanity=written)

    assert small.text is SMALL
    assert small.title == Localized("Klein", "sanity", DE, False)
    assert large.text is LARGE
    assert large.title == Localized("L", "medusa", EN, True)


def test_what_is_written_under_the_id_goes_before_the_sku() -> None:
    """Two entries about one variant are no reason to guess: the id is exact."""
    written = document(TEE_S=titles(de="Winzig"), variant_s=titles(de="Klein"))

    small, _ = variants_of(plan_for("de"), sanity=written)

    assert small.title.value == "Klein"


def test_an_empty_key_is_nobodys_variant() -> None:
    """A variant without an SKU is not matched to an entry whose key is blank."""
    written = replace(content({}), variants={"": titles(de="Alle")})

    _, large = variants_of(plan_for("de"), sanity=written)

    assert large.title.value == "L"


def test_pictures_of_a_variant_are_the_editors_or_medusas() -> None:
    """An editor's pictures replace Medusa's of that variant, and of no other."""
    written = document(variant_l={None: ContentFields(images=(HERO_PICTURE,))})

    small, large = variants_of(plan_for("de"), sanity=written)

    assert small.images == Localized((FRONT,), "medusa", None, False)
    assert large.images == Localized((HERO,), "sanity", None, False)
    _, without = variants_of(plan_for("de"), sanity=document(variant_s=titles(de="Klein")))
    assert without.images is None


@pytest.mark.parametrize(
    ("order", "title"), [(MergeOrder.SOURCE, "Small"), (MergeOrder.LANGUAGE, "Klein")]
)
def test_variants_follow_the_policy_of_products(order: MergeOrder, title: str) -> None:
    """Sources and languages are walked for a variant's title as for a product's."""
    rules = policy("contentful", "sanity", "medusa", order=order)
    contents = {
        "contentful": document(variant_s=titles(en="Small")),
        "sanity": document(variant_s=titles(de="Klein")),
    }

    small, _ = variants_of(plan_for("de", rules), **contents)

    assert small.title.value == title


def test_a_synced_title_of_a_variant_counts_in_translations_only() -> None:
    """A copy of Medusa's variant title is as old as one of the product's."""
    written = document(variant_s=titles(de="Klein", en="Copy"))

    german, _ = variants_of(plan_for("de", SYNCED_FIRST), sanity=written)
    english, _ = variants_of(plan_for("en", SYNCED_FIRST), sanity=written)

    assert german.title == Localized("Klein", "sanity", DE, False)
    assert english.title == Localized("S", "medusa", EN, False)


def test_variants_are_called_in_the_language_of_the_page() -> None:
    """Where title and description move together to English, no size is called in German."""
    rules = replace(policy("sanity", "medusa"), together=((Field.TITLE, Field.DESCRIPTION),))
    fields: Written = {
        DE: ContentFields(title="Hemd"),
        EN: ContentFields(title="Shirt", description=rich("Loved.")),
    }
    written = document(fields, variant_s=titles(de="Klein", en="Small"), TEE_L=titles(de="Groß"))

    small, large = variants_of(plan_for("de", rules), sanity=written)

    assert small.title == Localized("Small", "sanity", EN, True)
    assert large.title == Localized("L", "medusa", EN, True)


def test_a_variant_is_never_nameless() -> None:
    """A blank title in Medusa is shown as it is, for want of any other."""
    blank = replace(SIZED, variants=(replace(SMALL, title=" "),))
    written = document(variant_s={None: ContentFields(images=(HERO_PICTURE,))})
    known = Halves(CommerceProduct(blank, None), blank, {"sanity": written})

    (small,) = merge_product(known, plan_for("de")).variants

    assert small.title == Localized(" ", "medusa", EN, True)
