"""An operator reads place by place who won a field, and why the others did not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from bff.domain.addons import chosen_addons
from bff.domain.content import ContentFields, Film
from bff.domain.explain import Considered, Outcome, decided, explain
from bff.domain.locale import Locale
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import MergeOrder, MergePlan, Place
from bff.domain.walk import is_missing
from tests.domain.merging import (
    CAP_ID,
    DE,
    EN,
    HALVES,
    HERO_PICTURE,
    PLANS,
    SYNCED,
    SYNCED_FIRST,
    TEE,
    Documents,
    Written,
    content,
    halves,
    merged,
    plan_for,
    policy,
    titles,
)


def at(source: str, locale: Locale | None, outcome: Outcome) -> Considered:
    return Considered(Place(source, locale), outcome)


def test_the_winner_and_why_the_others_lost() -> None:
    """Silence, a missing document, a blank and a later turn are told apart."""
    documents = {"strapi": None, "sanity": titles(de=" ", neutral="T", en="Shirt")}
    plan = plan_for("de", policy("contentful", "strapi", "sanity", "medusa"))

    assert explain(halves(documents), plan)["title"] == (
        *(at("contentful", tag, Outcome.NO_ANSWER) for tag in (DE, None, EN)),
        *(at("strapi", tag, Outcome.NO_DOCUMENT) for tag in (DE, None, EN)),
        at("sanity", DE, Outcome.MISSING),
        at("sanity", None, Outcome.WON),
        at("sanity", EN, Outcome.LATER),
        at("medusa", EN, Outcome.LATER),
    )


def test_what_was_decided_says_of_what_and_for_whom() -> None:
    """A developer sees the product, in which language and market, and who won each field."""
    plan = plan_for("de", policy("sanity", "medusa"))
    both = halves({"sanity": titles(de="Hemd")})

    told = decided(both, plan)

    assert (told.product, told.handle) == (both.text.id, both.text.handle)
    assert told.context is plan.context
    assert told.fields == explain(both, plan)


def test_the_order_of_the_places_is_that_of_the_plan() -> None:
    """Where languages go before sources the explanation is read in that order too."""
    rules = policy("contentful", "sanity", order=MergeOrder.LANGUAGE)
    documents = {"contentful": titles(en="Shirt"), "sanity": titles(de="Hemd")}

    walk = explain(halves(documents), plan_for("de", rules))["title"]

    assert [one.place.source for one in walk] == [*["contentful", "sanity"] * 3, "medusa"]
    assert walk[1] == at("sanity", DE, Outcome.WON)
    assert walk[4] == at("contentful", EN, Outcome.LATER)


def test_no_field_is_decided_without_saying_why() -> None:
    """Every path of the provenance can be asked about, and the list of addons."""
    plan = plan_for("de")

    walks = explain(halves({}), plan)

    assert set(walks) == {*merged({}, plan).provenance(), "addons"}
    assert walks["subtitle"][-1] == at("medusa", EN, Outcome.WON)
    assert walks["attributes.weight"][-1] == at("medusa", None, Outcome.WON)


def test_where_medusa_translates_its_language_is_said_to_be_unknown() -> None:
    """An operator does not take a translated text for one that belongs to no language."""
    walks = explain(halves({}), plan_for("de", policy("medusa"), translates=True))

    unknown = Place("medusa", None, is_known=False)
    assert walks["title"] == (Considered(unknown, Outcome.WON),)
    assert walks["images"] == (at("medusa", None, Outcome.WON),)


def test_a_title_that_is_blank_everywhere_was_won_by_nobody() -> None:
    """What stands in for a name is not called a value."""
    plan = plan_for("de", policy("medusa"))

    walk = explain(halves({}, replace(TEE, title=" ")), plan)["title"]

    assert walk == (at("medusa", EN, Outcome.MISSING),)


def test_who_lists_addons() -> None:
    """The list of addons belongs to no language, and Medusa has none."""
    known = replace(halves({}), contents={"sanity": content({}, CAP_ID)})

    walk = explain(known, plan_for("de", policy("medusa", "sanity")))["addons"]

    assert walk == (
        at("medusa", None, Outcome.MISSING),
        at("sanity", DE, Outcome.MISSING),
        at("sanity", None, Outcome.WON),
        at("sanity", EN, Outcome.MISSING),
    )


def test_films_are_explained_like_pictures() -> None:
    """Who shows the videos, and who would have others."""
    film, other = Film("worn.mp4"), Film("other.mp4")
    documents: Documents = {
        "sanity": {None: ContentFields(videos=(film,)), EN: ContentFields(videos=(other,))}
    }

    assert explain(halves(documents), plan_for("de"))["videos"] == (
        at("sanity", DE, Outcome.MISSING),
        at("sanity", None, Outcome.WON),
        at("sanity", EN, Outcome.LATER),
        at("medusa", None, Outcome.MISSING),
    )


# --- attributes, one by one -------------------------------------------------------------------


def test_each_attribute_is_won_by_itself() -> None:
    """One attribute's winner says nothing about another's."""
    documents: Documents = {
        "sanity": {
            DE: ContentFields(attributes={"care": "Kalt waschen"}),
            EN: ContentFields(attributes={"care": "Wash cold", "fit": "Slim"}),
        }
    }
    text = replace(TEE, attributes={"fit": "Loose"})

    walks = explain(halves(documents, text), plan_for("de"))

    own = ("medusa", None)
    assert {path: walk for path, walk in walks.items() if path.startswith("attributes")} == {
        "attributes.care": (
            at("sanity", DE, Outcome.WON),
            at("sanity", None, Outcome.MISSING),
            at("sanity", EN, Outcome.LATER),
            at(*own, Outcome.MISSING),
        ),
        "attributes.fit": (
            at("sanity", DE, Outcome.MISSING),
            at("sanity", None, Outcome.MISSING),
            at("sanity", EN, Outcome.WON),
            at(*own, Outcome.LATER),
        ),
    }


def test_attributes_are_listed_in_the_order_of_the_page() -> None:
    """Operators find attributes where shoppers see them, alphabetically."""
    text = replace(TEE, attributes=dict.fromkeys(("wash", "fit", "care", "origin", "weight"), 1))
    plan = plan_for("de")

    paths = [path for path in explain(halves({}, text), plan) if path.startswith("attributes.")]

    assert paths == [f"attributes.{key}" for key in merged({}, plan, text).attributes]
    assert paths == sorted(paths)


def test_a_blank_attribute_does_not_win() -> None:
    """A blank is no value: another place's counts, and an attribute of blanks is not listed."""
    documents: Documents = {
        "sanity": {DE: ContentFields(attributes={"weight": " ", "wash": None, "organic": False})}
    }

    walks = explain(halves(documents), plan_for("de"))

    assert walks["attributes.weight"][0] == at("sanity", DE, Outcome.MISSING)
    assert walks["attributes.weight"][-1] == at("medusa", None, Outcome.WON)
    assert walks["attributes.organic"][0] == at("sanity", DE, Outcome.WON)
    assert "attributes.wash" not in walks


# --- the thumbnail ----------------------------------------------------------------------------

GALLERY: Documents = {"sanity": {None: ContentFields(images=(HERO_PICTURE,))}}


def test_medusas_thumbnail_beats_every_gallery() -> None:
    """Pictures that the page shows below are said to come later, not to have won."""
    walk = explain(halves(GALLERY, replace(TEE, thumbnail="thumb.jpg")), plan_for("de"))

    assert walk["thumbnail"] == (
        at("medusa", None, Outcome.WON),
        at("sanity", DE, Outcome.MISSING),
        at("sanity", None, Outcome.LATER),
        at("sanity", EN, Outcome.MISSING),
        at("medusa", None, Outcome.LATER),
    )
    assert walk["images"][1] == at("sanity", None, Outcome.WON)


@pytest.mark.parametrize("thumbnail", [None, "", " "])
def test_without_a_thumbnail_the_gallery_gives_one(thumbnail: str | None) -> None:
    """Medusa has none; then it is as for the images."""
    walk = explain(halves(GALLERY, replace(TEE, thumbnail=thumbnail)), plan_for("de"))

    assert walk["thumbnail"] == (at("medusa", None, Outcome.MISSING), *walk["images"])
    assert walk["images"][1] == at("sanity", None, Outcome.WON)


# --- what the policy leaves out ---------------------------------------------------------------


def test_a_copy_that_is_not_asked_for_is_named() -> None:
    """Why is Sanity's English title not shown? Because it is asked for translations only."""
    documents = {"sanity": titles(de=" ", en="Copy")}

    walk = explain(halves(documents), plan_for("de", SYNCED_FIRST))["title"]

    assert walk == (
        at("sanity", DE, Outcome.MISSING),
        at("medusa", EN, Outcome.WON),
        at("sanity", EN, Outcome.NOT_ASKED),
    )


def test_what_belongs_to_no_language_is_named_when_it_is_not_asked_for() -> None:
    """A neutral title of a synced source is passed over too, and an operator is told."""
    walk = explain(halves({"sanity": titles(neutral="T")}), plan_for("de", SYNCED_FIRST))["title"]

    assert walk[-1] == at("sanity", None, Outcome.NOT_ASKED)


def test_an_attribute_that_is_only_left_out_is_named() -> None:
    """Why does a product lack its fit? Somebody wrote one, in a language not asked for."""
    documents: Documents = {"sanity": {EN: ContentFields(attributes={"fit": "Slim"})}}
    plan = plan_for("de", SYNCED_FIRST)

    walk = explain(halves(documents), plan)["attributes.fit"]

    assert "fit" not in merged(documents, plan).attributes
    assert walk == (
        at("sanity", DE, Outcome.MISSING),
        at("medusa", None, Outcome.MISSING),
        at("sanity", EN, Outcome.NOT_ASKED),
    )


def test_a_source_with_two_turns_is_not_said_to_be_left_out() -> None:
    """Translations first and the copy at the end: one place has one outcome."""
    documents: Documents = {"sanity": {EN: ContentFields(subtitle="Organic")}}
    plan = plan_for("de", policy(SYNCED, "sanity", "medusa"))

    assert explain(halves(documents), plan)["subtitle"] == (
        at("sanity", DE, Outcome.MISSING),
        at("sanity", None, Outcome.MISSING),
        at("sanity", EN, Outcome.WON),
        at("medusa", EN, Outcome.LATER),
    )


@pytest.mark.parametrize("written", [titles(en=" "), titles(de="Hemd"), {}, None])
def test_what_is_not_there_is_not_said_to_be_left_out(written: Written | None) -> None:
    """Only a value that somebody wrote can be missed."""
    walk = explain(halves({"sanity": written}), plan_for("de", SYNCED_FIRST))["title"]

    assert [one.place for one in walk] == [Place("sanity", DE), Place("medusa", EN)]


def test_one_attribute_left_out_says_nothing_of_another() -> None:
    """A language that lists the fit alone is not said to have a weight."""
    documents: Documents = {"sanity": {EN: ContentFields(attributes={"fit": "Slim"})}}

    walk = explain(halves(documents), plan_for("de", SYNCED_FIRST))["attributes.weight"]

    assert walk == (at("sanity", DE, Outcome.MISSING), at("medusa", None, Outcome.WON))


def test_a_silent_source_is_said_to_be_silent_once() -> None:
    """A system that is down is named where it was asked, not where it would not have been."""
    walk = explain(halves({}), plan_for("de", SYNCED_FIRST))["title"]

    assert walk == (at("sanity", DE, Outcome.NO_ANSWER), at("medusa", EN, Outcome.WON))


# --- any product, under any policy ------------------------------------------------------------


def won(walk: Sequence[Considered]) -> Sequence[Place]:
    return [one.place for one in walk if one.outcome is Outcome.WON]


@given(HALVES, PLANS)
def test_what_is_said_to_have_won_is_what_is_shown(known: Halves, plan: MergePlan) -> None:
    """For every path, and under every policy, the explanation names the shown value's place."""
    page = merge_product(known, plan).provenance()
    walks = explain(known, plan)

    for path in {*page, *walks} - {"addons"}:
        shown = page.get(path)
        places = (
            []
            if shown is None or is_missing(shown.value)
            else [Place(shown.source, shown.locale, is_known=shown.is_fallback is not None)]
        )
        assert won(walks[path]) == places


@given(HALVES, PLANS)
def test_every_place_has_one_outcome(known: Halves, plan: MergePlan) -> None:
    """No place is read about twice; Medusa's thumbnail and gallery alone stand side by side."""
    for path, walk in explain(known, plan).items():
        places = [one.place for one in (walk[1:] if path == "thumbnail" else walk)]
        assert len(set(places)) == len(places)


@given(HALVES, PLANS)
def test_who_is_said_to_list_addons_is_who_does(known: Halves, plan: MergePlan) -> None:
    """The explanation names the content system whose addons are offered."""
    chosen = chosen_addons(known.contents, plan)

    assert won(explain(known, plan)["addons"]) == ([Place(chosen[0], None)] if chosen else [])
