"""Where is looked for a field, and in which order."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bff.domain.locale import Locale, Locales
from bff.domain.merge_policy import (
    Field,
    MergeOrder,
    MergePlan,
    MergePolicy,
    Place,
    SourceRule,
    stand_ins,
)
from tests.domain.merging import (
    BY_LANGUAGE,
    CMS_FIRST,
    DE,
    EN,
    ES,
    ES_MX,
    FR,
    SHOP,
    SYNCED,
    SYNCED_FIRST,
    plan_for,
    policy,
)

NEUTRAL = [Field.IMAGES, Field.VIDEOS, Field.ATTRIBUTES, Field.ADDONS]
TEXTS = [name for name in Field if name not in NEUTRAL]


def asked(plan: MergePlan, name: Field = Field.TITLE) -> Sequence[tuple[str, Locale | None]]:
    return [(place.source, place.locale) for place in plan.places[name]]


# --- the order of sources and languages -------------------------------------------------------


def test_every_source_walks_all_languages_before_the_next_is_asked() -> None:
    """A German reads Contentful's English rather than Sanity's German, Medusa's text last."""
    plan = plan_for("de", policy("contentful", "sanity", "medusa"))

    assert asked(plan) == [
        *(("contentful", tag) for tag in (DE, None, EN)),
        *(("sanity", tag) for tag in (DE, None, EN)),
        ("medusa", EN),
    ]


def test_languages_may_go_before_sources() -> None:
    """Every source is asked for German before any for English; within one the order stays."""
    assert asked(plan_for("de", BY_LANGUAGE)) == [
        *(("contentful", DE), ("sanity", DE)),
        *(("contentful", None), ("sanity", None)),
        *(("contentful", EN), ("sanity", EN), ("medusa", EN)),
    ]


def test_medusa_may_be_asked_first() -> None:
    """Who speaks first is configuration, for the title too."""
    rules = policy("medusa", "sanity")

    assert [source for source, _ in asked(plan_for("de", rules))] == ["medusa", *["sanity"] * 3]


@pytest.mark.parametrize("order", MergeOrder)
@pytest.mark.parametrize(
    ("requested", "walked"),
    [
        ("en", [EN, None]),
        ("de", [DE, None, EN]),
        ("de-AT", [DE, None, EN]),
        ("es-MX", [ES_MX, ES, None, EN]),
        ("it", [None, EN]),
    ],
)
def test_what_belongs_to_no_language_stands_before_foreign_ones(
    requested: str, walked: Sequence[Locale | None], order: MergeOrder
) -> None:
    """A Mexican sees any Spanish first, then what belongs to no language, only then English."""
    plan = plan_for(requested, policy("sanity", order=order))

    for name in set(Field) - {Field.TITLE}:
        assert asked(plan, name) == [("sanity", tag) for tag in walked]


@pytest.mark.parametrize("order", MergeOrder)
def test_languages_are_walked_in_the_order_of_the_chain(order: MergeOrder) -> None:
    """Hong Kong's second language is English, though the default is another Chinese."""
    hong_kong, simplified = Locale("zh-Hant-HK"), Locale("zh-Hans")
    shop = Locales(simplified, (hong_kong, EN, simplified), {hong_kong: EN})

    plan = plan_for("zh-Hant-HK", policy("sanity", order=order), shop=shop)

    walked = [tag for _, tag in asked(plan, Field.SUBTITLE)]
    assert walked == [hong_kong, None, EN, simplified]


def test_every_field_has_its_own_sources() -> None:
    """A field without a rule is asked of nobody; another's rule is not borrowed."""
    rules = MergePolicy({Field.SUBTITLE: (SourceRule("medusa"),)}, EN)

    plan = plan_for("en", rules)

    assert {name for name, places in plan.places.items() if places} == {
        Field.SUBTITLE,
        Field.TITLE,
    }
    assert set(plan.places) == set(Field)


# --- Medusa's places --------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("base", [EN, DE, FR])
def test_medusas_texts_are_in_its_base_language(name: Field, base: Locale) -> None:
    """What a merchant wrote in Medusa is in the language that the shop says it is."""
    rules = replace(policy("medusa"), base_language=base)

    assert plan_for("de", rules).places[name] == (Place("medusa", base),)


@pytest.mark.parametrize("name", TEXTS)
def test_where_medusa_translates_nobody_knows_into_what(name: Field) -> None:
    """A text whose source does not tell its language is in no language and not neutral either."""
    plan = plan_for("de", policy("medusa"), translates=True)

    assert plan.places[name] == (Place("medusa", None, is_known=False),)
    assert plan.places[name] != (Place("medusa", None),)


@pytest.mark.parametrize("name", NEUTRAL)
@pytest.mark.parametrize("translates", [False, True])
@pytest.mark.parametrize("requested", ["en", "de", "it"])
def test_medusas_pictures_and_metadata_belong_to_no_language(
    name: Field, requested: str, translates: bool
) -> None:
    """A picture is right in every language, whatever Medusa does to its texts."""
    plan = plan_for(requested, policy("medusa"), translates=translates)

    assert plan.places[name] == (Place("medusa", None),)


def test_by_language_medusas_text_counts_as_its_base_language() -> None:
    """Medusa's German text beats the editor's neutral or English one for a German shopper."""
    plan = plan_for("de", replace(BY_LANGUAGE, base_language=DE))

    assert asked(plan)[:3] == [("contentful", DE), ("sanity", DE), ("medusa", DE)]


@pytest.mark.parametrize(
    ("base", "translates", "last"),
    [(FR, False, Place("medusa", FR)), (DE, True, Place("medusa", None, is_known=False))],
)
def test_by_language_a_foreign_or_unknown_language_is_the_last_resort(
    base: Locale, translates: bool, last: Place
) -> None:
    """Even listed first Medusa comes last, if its text is French or nobody knows what."""
    rules = replace(policy("medusa", "sanity", order=MergeOrder.LANGUAGE), base_language=base)

    plan = plan_for("de", rules, translates=translates)

    for name in TEXTS:
        assert plan.places[name] == (*(Place("sanity", tag) for tag in (DE, None, EN)), last)


@pytest.mark.parametrize("translates", [False, True])
@pytest.mark.parametrize("name", NEUTRAL)
def test_by_language_medusas_pictures_stand_with_what_belongs_to_no_language(
    name: Field, translates: bool
) -> None:
    """A German sees Medusa's pictures before those that the editor meant for the English."""
    plan = plan_for("de", BY_LANGUAGE, translates=translates)

    assert asked(plan, name) == [
        *(("contentful", DE), ("sanity", DE)),
        *(("contentful", None), ("sanity", None), ("medusa", None)),
        *(("contentful", EN), ("sanity", EN)),
    ]


@pytest.mark.parametrize("order", MergeOrder)
@pytest.mark.parametrize(
    ("translates", "last"),
    [(False, Place("medusa", DE)), (True, Place("medusa", None, is_known=False))],
)
def test_medusa_is_the_last_resort_for_the_title(
    order: MergeOrder, translates: bool, last: Place
) -> None:
    """A policy of content systems alone leaves no product nameless; other fields stay theirs."""
    rules = replace(policy("sanity", order=order), base_language=DE)

    plan = plan_for("de", rules, translates=translates)

    alone = tuple(Place("sanity", tag) for tag in (DE, None, EN))
    assert plan.places[Field.TITLE] == (*alone, last)
    assert all(plan.places[name] == alone for name in set(Field) - {Field.TITLE})


# --- a title that is a copy of Medusa's -------------------------------------------------------


@pytest.mark.parametrize(
    ("requested", "walked"),
    [
        ("en", []),
        ("en-GB", []),
        ("de", [DE]),
        ("de-AT", [DE]),
        ("es-MX", [ES_MX, ES]),
        ("it", []),
    ],
)
def test_a_synced_title_is_asked_for_in_the_shoppers_language_only(
    requested: str, walked: Sequence[Locale]
) -> None:
    """Sanity's German title is German; its English one is Medusa's, perhaps an old one."""
    plan = plan_for(requested, SYNCED_FIRST)

    assert asked(plan) == [*(("sanity", tag) for tag in walked), ("medusa", EN)]


def test_a_regional_title_counts_beside_the_shops_own_language() -> None:
    """British shoppers of an American shop get the British title, others Medusa's."""
    british = Locale("en-GB")
    shop = Locales(EN, (EN, british))

    assert asked(plan_for("en-GB", SYNCED_FIRST, shop=shop))[0] == ("sanity", british)
    assert asked(plan_for("en", SYNCED_FIRST, shop=shop)) == [("medusa", EN)]


def test_a_synced_title_is_not_borrowed_from_another_language() -> None:
    """German shoppers whose German falls back to French still do not get the French title."""
    shop = Locales(EN, (EN, DE, FR), {DE: FR})

    assert ("sanity", FR) in asked(plan_for("de", shop=shop))
    assert asked(plan_for("de", SYNCED_FIRST, shop=shop)) == [("sanity", DE), ("medusa", EN)]


def test_beyond_the_shops_own_language_a_synced_title_counts_no_more() -> None:
    """A Spanish shop's Mexican gets Medusa's Spanish title before a Latin American one."""
    shop = Locales(ES, (ES, ES_MX, Locale("es-419")), {ES_MX: Locale("es-419")})
    rules = replace(SYNCED_FIRST, base_language=ES)

    assert asked(plan_for("es-MX", rules, shop=shop)) == [("sanity", ES_MX), ("medusa", ES)]


def test_a_synced_source_keeps_its_turn_by_language() -> None:
    """A German translation beats another system's neutral title, in either order of walking."""
    rules = policy("contentful", SYNCED, "medusa", order=MergeOrder.LANGUAGE)

    assert asked(plan_for("de", rules)) == [
        *(("contentful", DE), ("sanity", DE)),
        *(("contentful", None), ("contentful", EN), ("medusa", EN)),
    ]


# --- what a plan leaves out -------------------------------------------------------------------


def test_a_plan_tells_what_it_leaves_out() -> None:
    """What a synced source has of no language, or in foreign ones, is passed over."""
    plan = plan_for("es-MX", policy("contentful", SYNCED, "medusa"))

    for name in Field:
        assert plan.skipped[name] == (Place("sanity", None), Place("sanity", EN))


@pytest.mark.parametrize("order", MergeOrder)
def test_what_one_rule_leaves_out_another_may_ask_for(order: MergeOrder) -> None:
    """Translations, then Medusa, then the copy after all: each place is looked at once."""
    plan = plan_for("de", policy(SYNCED, "medusa", "sanity", order=order))

    for name in Field:
        assert len(plan.places[name]) == len(set(plan.places[name]))
        assert not plan.skipped[name]
    by_source = [("sanity", DE), ("medusa", EN), ("sanity", None), ("sanity", EN)]
    by_language = [("sanity", DE), ("sanity", None), ("medusa", EN), ("sanity", EN)]
    expected = by_source if order is MergeOrder.SOURCE else by_language
    assert asked(plan, Field.DESCRIPTION) == expected


def test_a_source_named_twice_counts_once() -> None:
    """A slip in the configuration lists no place a second time, asked or left out."""
    plan = plan_for("de", policy("medusa", SYNCED, "medusa", SYNCED))

    assert plan.places[Field.SUBTITLE] == (Place("medusa", EN), Place("sanity", DE))
    assert plan.skipped[Field.SUBTITLE] == (Place("sanity", None), Place("sanity", EN))


@pytest.mark.parametrize("order", MergeOrder)
def test_a_plan_that_asks_for_every_language_leaves_nothing_out(order: MergeOrder) -> None:
    """Where each source walks the whole chain nothing is passed over."""
    rules = replace(CMS_FIRST, order=order)

    assert not any(plan_for("es-MX", rules, shop=SHOP).skipped.values())


def test_a_plan_remembers_for_whom_it_is() -> None:
    """Whether a text is a fallback depends on the shopper, and Medusa may have another name."""
    rules = MergePolicy({Field.TITLE: (SourceRule("shop"),)}, EN, commerce="shop")

    plan = plan_for("de", rules)

    assert plan.context.language.requested == DE
    assert plan.commerce == "shop"
    assert plan.places[Field.TITLE] == (Place("shop", EN),)


@pytest.mark.parametrize(
    ("lists", "order"), [(None, (DE, None, EN)), ((EN, None), (EN, None)), ((), ())]
)
def test_lists_of_products_have_an_order_of_languages_of_their_own(
    lists: tuple[Locale | None, ...] | None, order: tuple[Locale | None, ...]
) -> None:
    """The shopper's chain, unless the shop has chosen; texts are read along the chain always."""
    plan = plan_for("de", replace(CMS_FIRST, lists=lists))

    assert plan.lists == order
    assert plan.reading == (DE, None, EN)


@pytest.mark.parametrize(
    ("requested", "base", "languages"),
    [
        ("de", EN, (DE, EN)),
        ("es-MX", DE, (ES_MX, ES, EN, DE)),
        ("it", FR, (EN, FR)),
    ],
)
def test_groups_choose_among_the_chain_and_medusas_language(
    requested: str, base: Locale, languages: tuple[Locale, ...]
) -> None:
    """A page may be in a language of the chain, or at last in Medusa's own."""
    plan = plan_for(requested, replace(CMS_FIRST, base_language=base))

    assert plan.languages == languages
    assert plan.own_text == Place("medusa", base)


@pytest.mark.parametrize(
    ("source", "answered", "served"),
    [
        ("contentful", {"sanity"}, ("sanity", "medusa")),
        ("contentful", set(), ("medusa",)),
        ("sanity", {"contentful"}, ("medusa",)),
        ("strapi", {"contentful", "sanity"}, ("medusa",)),
    ],
)
def test_who_stands_in_for_a_source_that_is_silent(
    source: str, answered: set[str], served: tuple[str, ...]
) -> None:
    """Those that come after it and have answered; one that comes before it has nothing to add."""
    plan = plan_for("en", policy("contentful", "sanity", "medusa"))

    assert stand_ins(plan, source, answered) == served
