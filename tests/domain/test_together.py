"""Fields that move together are read in one language."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.commerce import Image
from bff.domain.content import ContentFields, Picture
from bff.domain.explain import Outcome, explain
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import Field, MergeOrder, MergePlan, MergePolicy, Place
from bff.domain.storefront import Localized
from bff.domain.walk import is_missing
from tests.domain.merging import (
    BARE,
    DE,
    EN,
    ES,
    ES_MX,
    FR,
    HALVES,
    HERO,
    HERO_PICTURE,
    PLANS,
    SYNCED,
    TEE,
    Documents,
    halves,
    merged,
    plan_for,
    policy,
    rich,
)

TITLE_AND_DESCRIPTION = (Field.TITLE, Field.DESCRIPTION)


def moving(*groups: tuple[Field, ...], rules: MergePolicy | None = None) -> MergePolicy:
    """Return a policy under which the fields of each group move together."""
    return replace(rules or policy("sanity", "medusa"), together=groups)


TOGETHER = moving(TITLE_AND_DESCRIPTION)


def texts(title: str | None = None, description: str = "") -> ContentFields:
    return ContentFields(title=title, description=rich(description))


def test_a_page_is_not_in_two_languages() -> None:
    """Only the title is German: a German reads title and description in English, as a fallback."""
    documents: Documents = {"sanity": {DE: texts("Hemd"), EN: texts("Shirt", "Loved.")}}

    page = merged(documents, plan_for("de", TOGETHER))

    assert page.title == Localized("Shirt", "sanity", EN, True)
    assert page.description == Localized(rich("Loved."), "sanity", EN, True)
    assert merged(documents, plan_for("de")).title.value == "Hemd"


def test_a_complete_language_is_taken_as_it_is() -> None:
    """Where German is complete nothing is borrowed."""
    documents: Documents = {"sanity": {DE: texts("Hemd", "Weich."), EN: texts("Shirt", "Loved.")}}

    page = merged(documents, plan_for("de", TOGETHER))

    assert page.title == Localized("Hemd", "sanity", DE, False)
    assert page.description == Localized(rich("Weich."), "sanity", DE, False)


def test_what_belongs_to_no_language_counts_in_each() -> None:
    """A brand name for all languages does not keep the description from being German."""
    documents: Documents = {"sanity": {None: texts("T-1000"), DE: texts(None, "Weich.")}}

    page = merged(documents, plan_for("de", TOGETHER))

    assert page.title == Localized("T-1000", "sanity", None, False)
    assert page.description == Localized(rich("Weich."), "sanity", DE, False)


def test_of_languages_with_as_many_fields_the_earlier_is_taken() -> None:
    """A Mexican reads the Mexican title; the description in other Spanish is left out."""
    documents: Documents = {"sanity": {ES_MX: texts("Playera"), ES: texts(None, "Suave.")}}

    page = merged(documents, plan_for("es-MX", TOGETHER), BARE)

    assert page.title == Localized("Playera", "sanity", ES_MX, False)
    assert page.description is None


def test_a_blank_is_no_field_of_a_language() -> None:
    """An editor who clears the German description turns the page English, not half German."""
    documents: Documents = {"sanity": {DE: texts("Hemd", " "), EN: texts("Shirt", "Loved.")}}

    assert merged(documents, plan_for("de", TOGETHER)).title.value == "Shirt"


def test_medusas_text_speaks_for_its_base_language() -> None:
    """Medusa's English title makes English complete, where only the description is written."""
    documents: Documents = {"sanity": {DE: texts("Hemd"), EN: texts(None, "Loved.")}}

    page = merged(documents, plan_for("de", TOGETHER), BARE)

    assert page.title == Localized("Tee", "medusa", EN, True)
    assert page.description == Localized(rich("Loved."), "sanity", EN, True)


def test_medusas_base_language_comes_after_the_shoppers() -> None:
    """A French shop's German reads what little is German, and else Medusa's French whole."""
    french = moving(TITLE_AND_DESCRIPTION, rules=replace(policy("sanity", "medusa")))
    plan = plan_for("de", replace(french, base_language=FR))
    tied: Documents = {"sanity": {DE: texts("Hemd")}}

    assert merged({}, plan).description == Localized(TEE.description, "medusa", FR, True)
    assert merged(tied, plan).title.value == "Tee"
    assert merged(tied, plan, BARE).title.value == "Hemd"


def test_a_product_is_never_nameless() -> None:
    """The title that the chosen language lacks is Medusa's, not the editor's in a third one."""
    group = (Field.TITLE, Field.SUBTITLE, Field.DESCRIPTION)
    written = replace(texts(None, "Weich."), subtitle="Bio")
    documents: Documents = {"sanity": {DE: written, EN: texts("Shirt")}}

    page = merged(documents, plan_for("de", moving(group)), BARE)

    assert page.title == Localized("Tee", "medusa", EN, True)
    assert page.subtitle == Localized("Bio", "sanity", DE, False)
    assert page.description == Localized(rich("Weich."), "sanity", DE, False)


def test_a_title_that_is_blank_everywhere_stays_blank() -> None:
    """Moving together makes up no name either."""
    page = merged({}, plan_for("de", TOGETHER), replace(BARE, title=" "))

    assert page.title == Localized(" ", "medusa", None, False)


def test_medusas_translation_counts_as_what_it_was_asked_for() -> None:
    """With Medusa's translations on its text stands beside German, though nobody can be sure."""
    documents: Documents = {"sanity": {DE: texts(None, "Weich."), EN: texts("Shirt", "Loved.")}}

    page = merged(documents, plan_for("de", TOGETHER, translates=True))

    assert page.title == Localized("Tee", "medusa", None, None)
    assert page.description == Localized(rich("Weich."), "sanity", DE, False)


def test_medusas_translation_is_not_shown_beside_another_language() -> None:
    """Where most is English, the SEO title that Medusa was asked for in German is left out."""
    group = (Field.TITLE, Field.SUBTITLE, Field.DESCRIPTION, Field.SEO_TITLE)
    documents: Documents = {"sanity": {EN: replace(texts("Shirt", "Loved."), subtitle="Organic")}}

    page = merged(documents, plan_for("de", moving(group), translates=True), BARE)

    assert page.title == Localized("Shirt", "sanity", EN, True)
    assert page.seo_title is None


@pytest.mark.parametrize("order", MergeOrder)
def test_each_field_keeps_the_order_of_its_sources(order: MergeOrder) -> None:
    """The language is chosen over all sources; in it the first source that has a text wins."""
    rules = moving(
        TITLE_AND_DESCRIPTION, rules=policy("contentful", "sanity", "medusa", order=order)
    )
    documents: Documents = {
        "contentful": {EN: texts("Shirt", "Loved."), DE: texts("Leibchen")},
        "sanity": {DE: texts("Hemd", "Weich.")},
    }

    page = merged(documents, plan_for("de", rules))

    assert page.title == Localized("Leibchen", "contentful", DE, False)
    assert page.description == Localized(rich("Weich."), "sanity", DE, False)


def test_a_copy_that_is_not_asked_for_makes_no_language_complete() -> None:
    """Sanity's English title is a copy of Medusa's: it counts neither alone nor in a group."""
    rules = moving(TITLE_AND_DESCRIPTION, rules=policy(SYNCED))
    documents: Documents = {"sanity": {DE: texts("Hemd"), EN: texts("Copy", "Loved.")}}

    page = merged(documents, plan_for("de", rules))

    assert page.title == Localized("Hemd", "sanity", DE, False)
    assert page.description is None


def test_other_fields_go_their_own_way() -> None:
    """A field outside the group is borrowed as ever; each group chooses for itself."""
    rules = moving(TITLE_AND_DESCRIPTION, (Field.SEO_TITLE, Field.SEO_DESCRIPTION))
    german = replace(texts("Hemd"), subtitle="Bio", seo_title="Kauf", seo_description="Hier")
    documents: Documents = {"sanity": {DE: german, EN: texts("Shirt", "Loved.")}}

    page = merged(documents, plan_for("de", rules))

    assert page.title == Localized("Shirt", "sanity", EN, True)
    assert page.subtitle == Localized("Bio", "sanity", DE, False)
    assert page.seo_title == Localized("Kauf", "sanity", DE, False)
    assert page.seo_description == Localized("Hier", "sanity", DE, False)


def test_pictures_and_attributes_may_move_with_texts() -> None:
    """Pictures with English lettering are not shown beside a German text."""
    group = (Field.DESCRIPTION, Field.IMAGES, Field.ATTRIBUTES)
    german = ContentFields(description=rich("Weich."), attributes={"care": "Kalt", "fit": " "})
    english = ContentFields(images=(Picture("size-en.jpg"),), attributes={"fit": "Slim"})
    documents: Documents = {"sanity": {DE: german, EN: english}}

    page = merged(documents, plan_for("de", moving(group)))

    assert page.images
    assert [image.url for image in page.images.value] == ["front.jpg", "back.jpg"]
    assert page.attributes == {
        "care": Localized("Kalt", "sanity", DE, False),
        "weight": Localized(180, "medusa", None, False),
    }
    english_page = merged(documents, plan_for("en", moving(group)))
    assert english_page.images == Localized((Image("size-en.jpg"),), "sanity", EN, False)


def test_a_group_that_nobody_wrote_is_missing() -> None:
    """Without any value there is no language to choose."""
    group = (Field.SUBTITLE, Field.VIDEOS)

    page = merged({}, plan_for("de", moving(group)), BARE)

    assert (page.subtitle, page.videos) == (None, None)


@pytest.mark.parametrize(
    ("together", "meant"),
    [
        ((), ()),
        (((Field.TITLE,),), ()),
        (((),), ()),
        ((TITLE_AND_DESCRIPTION,), (TITLE_AND_DESCRIPTION,)),
        (((Field.TITLE, Field.TITLE),), ()),
        (((Field.ADDONS, Field.TITLE),), ()),
        (((Field.TITLE, Field.ADDONS, Field.DESCRIPTION),), (TITLE_AND_DESCRIPTION,)),
        (
            (TITLE_AND_DESCRIPTION, (Field.TITLE, Field.SUBTITLE, Field.IMAGES)),
            (TITLE_AND_DESCRIPTION, (Field.SUBTITLE, Field.IMAGES)),
        ),
    ],
)
def test_a_group_is_of_two_fields_or_more_and_each_is_in_one(
    together: tuple[tuple[Field, ...], ...], meant: tuple[tuple[Field, ...], ...]
) -> None:
    """A slip in the configuration changes nothing for a field that has nothing to move with."""
    assert plan_for("de", moving(*together)).together == meant


# --- why --------------------------------------------------------------------------------------


def test_what_is_in_another_language_than_its_group_is_named() -> None:
    """Why is the German title not shown? Because title and description are read in English."""
    documents: Documents = {"sanity": {DE: texts("Hemd"), EN: texts("Shirt", "Loved.")}}

    walk = explain(halves(documents), plan_for("de", TOGETHER))["title"]

    assert [(one.place, one.outcome) for one in walk] == [
        (Place("sanity", DE), Outcome.OTHER_LANGUAGE),
        (Place("sanity", None), Outcome.MISSING),
        (Place("sanity", EN), Outcome.WON),
        (Place("medusa", EN), Outcome.LATER),
    ]


def test_a_field_that_its_group_leaves_out_says_why() -> None:
    """Why is there no description? There is one, in Spanish of another country."""
    documents: Documents = {"sanity": {ES_MX: texts("Playera"), ES: texts(None, "Suave.")}}

    walk = explain(halves(documents, BARE), plan_for("es-MX", TOGETHER))["description"]

    assert [(one.place.locale, one.outcome) for one in walk if one.place.source == "sanity"] == [
        (ES_MX, Outcome.MISSING),
        (ES, Outcome.OTHER_LANGUAGE),
        (None, Outcome.MISSING),
        (EN, Outcome.MISSING),
    ]


def test_the_title_that_stands_in_has_won() -> None:
    """Medusa's title is shown beside a German text, and the explanation says no less."""
    group = (Field.TITLE, Field.SUBTITLE, Field.DESCRIPTION)
    written = replace(texts(None, "Weich."), subtitle="Bio")
    documents: Documents = {"sanity": {DE: written, EN: texts("Shirt")}}

    walk = explain(halves(documents, BARE), plan_for("de", moving(group)))["title"]

    assert [(one.place.source, one.outcome) for one in walk if one.place.locale is EN] == [
        ("sanity", Outcome.OTHER_LANGUAGE),
        ("medusa", Outcome.WON),
    ]


# --- any product, under any policy ------------------------------------------------------------

_MOVABLE = [name for name in Field if name is not Field.ADDONS]
GROUPS = st.lists(
    st.lists(st.sampled_from(_MOVABLE), min_size=2, max_size=4, unique=True).map(tuple), max_size=3
).map(tuple)


def _shown(
    known: Halves, plan: MergePlan, group: tuple[Field, ...]
) -> dict[Field, list[Localized[object]]]:
    page = merge_product(known, plan)
    by_path = page.provenance()
    by_field: dict[Field, list[Localized[object]]] = {
        name: [won] if (won := by_path.get(name.value)) else []
        for name in group
        if name is not Field.ATTRIBUTES
    }
    if Field.ATTRIBUTES in group:
        by_field[Field.ATTRIBUTES] = list(page.attributes.values())
    return by_field


@given(HALVES, PLANS, GROUPS)
def test_a_group_is_never_in_two_languages(
    known: Halves, plan: MergePlan, groups: tuple[tuple[Field, ...], ...]
) -> None:
    """Whatever is written: one language, what belongs to none, and at most Medusa's title."""
    rules = moving(*groups, rules=MergePolicy({}, EN))
    together = plan_for(plan.context.language.requested, rules).together

    for group in together:
        by_field = _shown(known, replace(plan, together=together), group)
        if Field.TITLE in by_field:
            titles = by_field[Field.TITLE]
            by_field[Field.TITLE] = [one for one in titles if one.source != plan.commerce]
        languages = {
            won.locale or plan.context.language.applied
            for shown in by_field.values()
            for won in shown
            if won.locale is not None or won.is_fallback is None
        }
        assert len(languages) <= 1


@given(HALVES, PLANS, GROUPS)
def test_what_is_said_to_have_won_is_what_is_shown(
    known: Halves, plan: MergePlan, groups: tuple[tuple[Field, ...], ...]
) -> None:
    """The explanation of a group is as truthful as that of single fields."""
    moved = replace(plan, together=groups)
    walks = explain(known, moved)

    for path, shown in merge_product(known, moved).provenance().items():
        won = [one.place for one in walks[path] if one.outcome is Outcome.WON]
        if shown is None or is_missing(shown.value):
            assert won == []
        else:
            known_place = shown.is_fallback is not None
            assert won == [Place(shown.source, shown.locale, is_known=known_place)]


@given(HALVES, PLANS, GROUPS)
def test_moving_together_invents_nothing(
    known: Halves, plan: MergePlan, groups: tuple[tuple[Field, ...], ...]
) -> None:
    """What is shown in a group somebody wrote; a field that nobody wrote stays missing."""
    alone = merge_product(known, plan).provenance()
    moved = merge_product(known, replace(plan, together=groups)).provenance()

    assert {path for path, won in moved.items() if won} <= {
        path for path, won in alone.items() if won
    }


def test_the_first_picture_of_a_group_is_the_thumbnail() -> None:
    """What a card shows follows the gallery into its language."""
    documents: Documents = {
        "sanity": {
            DE: ContentFields(images=(Picture("de.jpg"),)),
            EN: ContentFields(subtitle="Organic", images=(HERO_PICTURE,)),
        }
    }
    rules = moving((Field.SUBTITLE, Field.IMAGES))

    page = merged(documents, plan_for("de", rules), BARE)

    assert page.thumbnail == Localized(HERO, "sanity", EN, True)
