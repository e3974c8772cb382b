"""Two content systems at once: the new one first, the old one for all that it lacks."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given

from bff.domain.addons import chosen_addons
from bff.domain.commerce import CommerceProduct, VariantId, VariantText
from bff.domain.content import ContentFields, Film, ProductContent
from bff.domain.explain import Outcome, explain
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import Field, MergeOrder, MergePolicy, SourceRule
from bff.domain.storefront import Localized, StorefrontProduct
from tests.domain.merging import (
    CAP_ID,
    DE,
    EN,
    HALVES,
    HERO_PICTURE,
    TEE,
    Written,
    content,
    plan_for,
    policy,
    rich,
    titles,
)

MIGRATING = policy("contentful", "sanity", "medusa")
BY_LANGUAGE = policy("contentful", "sanity", "medusa", order=MergeOrder.LANGUAGE)
SMALL = VariantText(VariantId("variant_s"), "S", "TEE-S", ())
SIZED = replace(TEE, variants=(SMALL,))

OLD = replace(
    content(
        {
            DE: ContentFields(
                title="Altes Hemd",
                subtitle="Alt",
                description=rich("Alt."),
                seo_title="Alt kaufen",
                seo_description="Alt hier",
                images=(HERO_PICTURE,),
                videos=(Film("old.mp4"),),
                attributes={"care": "Kalt", "fit": "Weit"},
            )
        },
        CAP_ID,
    ),
    variants={"TEE-S": titles(de="Klein")},
)


def shown(
    contents: Mapping[str, ProductContent | None], rules: MergePolicy = MIGRATING
) -> StorefrontProduct:
    return merge_product(_known(contents), plan_for("de", rules))


def _known(contents: Mapping[str, ProductContent | None]) -> Halves:
    return Halves(CommerceProduct(SIZED, None), SIZED, contents)


def sources(page: StorefrontProduct) -> dict[str, str]:
    return {path: won.source for path, won in page.provenance().items() if won}


ALL_OLD = {
    **dict.fromkeys(
        ("title", "subtitle", "description", "seo.title", "seo.description"), "sanity"
    ),
    **dict.fromkeys(("images", "videos", "thumbnail"), "sanity"),
    **dict.fromkeys(("attributes.care", "attributes.fit"), "sanity"),
    "attributes.weight": "medusa",
}
"""Who speaks for each field while the new system has nothing."""


@pytest.mark.parametrize("new", [{}, {"contentful": None}, {"contentful": content({})}])
def test_before_anything_is_moved_the_old_system_speaks(
    new: Mapping[str, ProductContent | None],
) -> None:
    """No document, an empty one, or a new system that is down: the page is as it was."""
    assert sources(shown({"sanity": OLD, **new})) == ALL_OLD


@pytest.mark.parametrize(
    ("moved", "path"),
    [
        (ContentFields(title="Neu"), "title"),
        (ContentFields(subtitle="Neu"), "subtitle"),
        (ContentFields(description=rich("Neu")), "description"),
        (ContentFields(seo_title="Neu"), "seo.title"),
        (ContentFields(seo_description="Neu"), "seo.description"),
        (ContentFields(videos=(Film("new.mp4"),)), "videos"),
        (ContentFields(attributes={"care": "Warm", "fit": " "}), "attributes.care"),
    ],
)
@pytest.mark.parametrize("rules", [MIGRATING, BY_LANGUAGE])
def test_a_field_that_was_moved_comes_from_the_new_system(
    moved: ContentFields, path: str, rules: MergePolicy
) -> None:
    """Exactly that field changes hands, attribute by attribute; the others stay."""
    page = shown({"sanity": OLD, "contentful": content({DE: moved})}, rules)

    assert sources(page) == {**ALL_OLD, path: "contentful"}


def test_moved_pictures_change_the_thumbnail_too() -> None:
    """The gallery is one field: the old pictures are gone, from cards as well."""
    moved = content({None: ContentFields(images=(HERO_PICTURE,))})

    changed = {"images": "contentful", "thumbnail": "contentful"}
    assert sources(shown({"sanity": OLD, "contentful": moved})) == {**ALL_OLD, **changed}


def test_a_new_attribute_is_shown_beside_the_old_ones() -> None:
    """A field that was added in the new system needs no code and hides nothing."""
    moved = content({None: ContentFields(attributes={"organic": True})})

    page = shown({"sanity": OLD, "contentful": moved})

    assert page.attributes["organic"] == Localized(True, "contentful", None, False)
    assert sources(page) == {**ALL_OLD, "attributes.organic": "contentful"}


def test_when_the_new_system_is_down_only_its_fields_fall_back() -> None:
    """The old copy of a moved field stands in; what was never moved is as ever."""
    moved = content({DE: ContentFields(title="Neues Hemd")})

    healthy, degraded = shown({"sanity": OLD, "contentful": moved}), shown({"sanity": OLD})

    assert healthy.title == Localized("Neues Hemd", "contentful", DE, False)
    assert degraded.title == Localized("Altes Hemd", "sanity", DE, False)
    assert degraded.description == healthy.description


def test_when_the_old_system_is_down_moved_fields_stay() -> None:
    """Only what the old system alone had is Medusa's, or missing."""
    moved = content({DE: ContentFields(title="Neues Hemd", attributes={"care": "Warm"})})

    page = shown({"contentful": moved})

    assert sources(page) == {
        "title": "contentful",
        "attributes.care": "contentful",
        "attributes.weight": "medusa",
        **dict.fromkeys(("subtitle", "description", "seo.title", "seo.description"), "medusa"),
        **dict.fromkeys(("images", "thumbnail"), "medusa"),
    }
    assert page.videos is None


def test_variants_are_moved_one_by_one() -> None:
    """A variant that only the old system describes keeps its old words."""
    moved = replace(content({}), variants={"variant_s": titles(de="Schmal")})

    (old,) = shown({"sanity": OLD, "contentful": content({})}).variants
    (new,) = shown({"sanity": OLD, "contentful": moved}).variants

    assert old.title == Localized("Klein", "sanity", DE, False)
    assert new.title == Localized("Schmal", "contentful", DE, False)


def test_addons_are_moved_as_a_whole() -> None:
    """An editor's list is one thing: half of it is not taken from each system."""
    plan = plan_for("de", MIGRATING)
    moved = content({}, TEE.id, CAP_ID)

    assert chosen_addons({"sanity": OLD, "contentful": content({})}, plan) == ("sanity", OLD)
    assert chosen_addons({"sanity": OLD, "contentful": moved}, plan) == ("contentful", moved)
    assert chosen_addons({"sanity": OLD}, plan) == ("sanity", OLD)


def test_a_half_moved_page_may_be_kept_in_one_language() -> None:
    """The new system has English only: the German page stays German until all of it is moved."""
    rules = replace(MIGRATING, together=((Field.TITLE, Field.DESCRIPTION),))
    english: Written = {EN: ContentFields(title="Shirt", description=rich("New."))}

    both = {"sanity": OLD, "contentful": content(english)}

    mixed, kept = shown(both), shown(both, rules)

    assert mixed.title == Localized("Shirt", "contentful", EN, True)
    assert kept.title == Localized("Altes Hemd", "sanity", DE, False)
    assert kept.description == Localized(rich("Alt."), "sanity", DE, False)


def test_each_field_may_have_a_system_of_its_own() -> None:
    """Copy from Sanity, SEO from Contentful, films from Strapi: none speaks for another's."""
    rules = MergePolicy(
        {
            Field.DESCRIPTION: (SourceRule("sanity"), SourceRule("medusa")),
            Field.SEO_TITLE: (SourceRule("contentful"), SourceRule("medusa")),
            Field.VIDEOS: (SourceRule("strapi"),),
        },
        EN,
    )
    everything = dict.fromkeys(("sanity", "contentful", "strapi"), OLD)

    assert sources(shown(everything, rules)) == {
        "title": "medusa",
        "description": "sanity",
        "seo.title": "contentful",
        "videos": "strapi",
    }
    del everything["contentful"]
    assert sources(shown(everything, rules)) == {
        "title": "medusa",
        "description": "sanity",
        "seo.title": "medusa",
        "videos": "strapi",
    }


def test_an_operator_sees_why_the_old_text_is_still_shown() -> None:
    """The new system is asked first: it had nothing, or did not answer."""
    plan = plan_for("de", MIGRATING)

    down = explain(_known({"sanity": OLD}), plan)["title"]
    empty = explain(_known({"sanity": OLD, "contentful": None}), plan)["title"]

    assert {one.outcome for one in down[:3]} == {Outcome.NO_ANSWER}
    assert {one.outcome for one in empty[:3]} == {Outcome.NO_DOCUMENT}
    assert down[3].outcome is empty[3].outcome is Outcome.WON


@given(HALVES)
def test_a_system_that_fails_costs_its_own_fields_only(known: Halves) -> None:
    """Whatever is written: what the others had won stays, word for word.

    Medusa's thumbnail alone borrows the words of a gallery, if one has the same picture.
    """
    plan = plan_for("de", MIGRATING)
    healthy = merge_product(known, plan).provenance()
    for failed in known.contents:
        answered = {name: one for name, one in known.contents.items() if name != failed}
        degraded = merge_product(replace(known, contents=answered), plan).provenance()
        for path, won in healthy.items():
            if won is None:
                assert degraded.get(path) is None
            elif won.source != failed and path != "thumbnail":
                assert degraded[path] == won
