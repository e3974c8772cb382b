"""Variants and groups with the words that an editor gave them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Image,
    OptionValue,
    VariantId,
    VariantText,
)
from bff.domain.content import ContentFields, GroupContent, Picture, ProductContent, Texts
from bff.domain.locale import Locale
from bff.domain.merge import Halves, merge_product, with_groups
from bff.domain.merge_group import category_tree, merge_group
from bff.domain.merge_policy import Field, MergeOrder, MergePlan
from bff.domain.storefront import Localized, StorefrontGroup, StorefrontVariant
from tests.domain.merging import (
    BARE,
    DE,
    EN,
    FR,
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


# --- collections and categories ---------------------------------------------------------------

SUMMER = Collection("pcol_1", "summer", "Summer")
SHIRTS = Category("pcat_1", "shirts", "Shirts", "All our <shirts>.\n\nSoft.")


def about(**written: ContentFields) -> GroupContent:
    return GroupContent("doc", {Locale(tag): fields for tag, fields in written.items()})


def test_a_collection_has_the_editors_words() -> None:
    """Title, text, SEO and pictures come from the CMS, each in its best language."""
    german = ContentFields(title="Sommer", seo_title="Kauf", images=(Picture("de.jpg"),))
    english = ContentFields(description=rich("Sun."), seo_description="Buy")

    shown = merge_group(SUMMER, {"sanity": about(de=german, en=english)}, plan_for("de"))

    assert shown == StorefrontGroup(
        id="pcol_1",
        handle=shown.handle,
        title=Localized("Sommer", "sanity", DE, False),
        description=Localized(rich("Sun."), "sanity", EN, True),
        seo_title=Localized("Kauf", "sanity", DE, False),
        seo_description=Localized("Buy", "sanity", EN, True),
        images=Localized((Image("de.jpg"),), "sanity", DE, False),
    )
    assert shown.handle == "summer"


@pytest.mark.parametrize("contents", [{}, {"sanity": None}])
def test_without_content_a_group_is_what_medusa_says(
    contents: Mapping[str, GroupContent | None],
) -> None:
    """A category's plain text becomes a description, escaped; a collection has none."""
    category = merge_group(SHIRTS, contents, plan_for("de"))
    collection = merge_group(SUMMER, contents, plan_for("de"))

    assert category.title == Localized("Shirts", "medusa", EN, True)
    assert category.description
    assert category.description.value.html == "<p>All our &lt;shirts&gt;.</p><p>Soft.</p>"
    assert category.description.value.text == "All our <shirts>.\n\nSoft."
    assert category.seo_title == category.title
    assert category.seo_description == Localized(
        category.description.value.text, "medusa", EN, True
    )
    assert collection.title == Localized("Summer", "medusa", EN, True)
    assert (collection.description, collection.images) == (None, None)


@pytest.mark.parametrize("description", [None, "", " \n"])
def test_a_blank_description_of_a_category_is_none(description: str | None) -> None:
    """Nobody is shown an empty text below a category's name."""
    shown = merge_group(replace(SHIRTS, description=description), {}, plan_for("de"))

    assert (shown.description, shown.seo_description) == (None, None)


def test_groups_follow_the_policy_of_products() -> None:
    """The first source wins, a silent one is passed over, and blanks fall through."""
    rules = policy("contentful", "sanity", "medusa")
    contents = {
        "contentful": about(de=ContentFields(title=" ", description=rich("Sonne."))),
        "sanity": about(de=ContentFields(title="Sommer", description=rich("Heiß."))),
    }

    shown = merge_group(SUMMER, contents, plan_for("de", rules))

    assert shown.title.source == "sanity"
    assert shown.description == Localized(rich("Sonne."), "contentful", DE, False)


def test_a_group_is_not_in_two_languages_either() -> None:
    """What moves together on a product's page does so on a category's."""
    rules = replace(policy("sanity", "medusa"), together=((Field.TITLE, Field.DESCRIPTION),))
    contents = {"sanity": about(de=ContentFields(title="Hemden"))}

    shown = merge_group(SHIRTS, contents, plan_for("de", rules))

    assert shown.title == Localized("Shirts", "medusa", EN, True)


def test_a_group_is_never_nameless() -> None:
    """A blank name in Medusa is shown as it is, in Medusa's base language."""
    rules = replace(policy("sanity"), base_language=FR)

    shown = merge_group(replace(SUMMER, title=" "), {}, plan_for("de", rules))

    assert shown.title == Localized(" ", "medusa", FR, True)
    assert shown.seo_title is None


def test_a_product_shows_its_groups_as_their_own_pages_do() -> None:
    """The same words everywhere; a group that was not merged is shown with Medusa's."""
    text = replace(BARE, collection=SUMMER, categories=(SHIRTS, Category("pcat_2", "tees", "T")))
    plan = plan_for("de")
    product = merge_product(Halves(CommerceProduct(text, None), text), plan)
    shirts = merge_group(SHIRTS, {"sanity": about(de=ContentFields(title="Hemden"))}, plan)

    shown = with_groups(product, {"pcat_1": shirts}, plan)

    assert shown.collection == merge_group(SUMMER, {}, plan)
    assert [one.title.value for one in shown.categories] == ["Hemden", "T"]
    assert shown.categories[0] is shirts
    assert product.categories == ()


def test_a_product_without_groups_has_none() -> None:
    """No collection is made up."""
    product = merge_product(Halves(CommerceProduct(BARE, None), BARE), plan_for("de"))

    shown = with_groups(product, {}, plan_for("de"))

    assert (shown.collection, shown.categories) == (None, ())


# --- the tree of categories -------------------------------------------------------------------


def tree(*pairs: tuple[str, str | None], without: str = "") -> list[object]:
    """Return the tree of categories, given as (id, parent), as nested lists of ids."""
    categories = [Category(own, own, own, parent_id=parent) for own, parent in pairs]
    merged = {one.id: merge_group(one, {}, plan_for("de")) for one in categories}
    merged.pop(without, None)

    def shape(groups: tuple[StorefrontGroup, ...]) -> list[object]:
        return [[one.id, shape(one.children)] if one.children else one.id for one in groups]

    return shape(category_tree(categories, merged))


def test_categories_stand_below_their_parents() -> None:
    """A menu of categories has Medusa's order on every level, wherever a parent is listed."""
    assert tree(("c", "b"), ("b", None), ("a", "b"), ("d", None), ("e", "a")) == [
        ["b", ["c", ["a", ["e"]]]],
        "d",
    ]


def test_a_category_below_one_that_is_not_shown_is_a_root() -> None:
    """A hidden parent does not hide a category that the merchant shows."""
    assert tree(("a", "hidden"), ("b", "a")) == [["a", ["b"]]]


def test_a_category_that_was_not_merged_is_left_out_with_those_below() -> None:
    """What is not there cannot have children."""
    assert tree(("a", None), ("b", "a"), ("c", None), without="a") == ["c"]


def test_parents_in_a_circle_end() -> None:
    """Two categories that claim each other cost nobody an answer."""
    assert tree(("a", "b"), ("b", "a"), ("c", "c"), ("d", None)) == ["d"]
