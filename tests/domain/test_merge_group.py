"""Collections and categories with the words that an editor gave them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bff.domain.commerce import Category, Collection, CommerceProduct, Image
from bff.domain.content import ContentFields, GroupContent, Picture
from bff.domain.locale import Locale
from bff.domain.merge import Halves, merge_product, with_groups
from bff.domain.merge_group import category_tree, merge_group
from bff.domain.merge_policy import Field
from bff.domain.storefront import Localized, StorefrontGroup
from tests.domain.merging import BARE, DE, EN, FR, plan_for, policy, rich

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
