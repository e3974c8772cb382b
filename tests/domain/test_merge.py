from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.commerce import (
    CommerceProduct,
    CountryCode,
    Handle,
    Image,
    Pricing,
    ProductId,
    ProductText,
    RegionId,
)
from bff.domain.content import AddonReferences, ContentFields, ProductContent
from bff.domain.explain import Considered, Outcome, explain
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.merge import Halves, is_missing, merge_product
from bff.domain.merge_policy import (
    Field,
    MergeOrder,
    MergePlan,
    MergePolicy,
    Place,
    Reach,
    SourceRule,
    merge_plan,
)
from bff.domain.money import CurrencyCode
from bff.domain.richtext import Divider, Paragraph, RichText, Text, from_plain, to_html, to_text
from bff.domain.storefront import Localized, ShopperContext, StorefrontProduct

EN, DE, ES, ES_MX, FR = map(Locale, ("en", "de", "es", "es-MX", "fr"))
SHOP = Locales(default=EN, supported=(EN, DE, ES, ES_MX))
TEE_ID = ProductId("prod_tee")
PRICING = Pricing(RegionId("reg_eu"), CountryCode("DE"), CurrencyCode("EUR"))
FRONT, BACK, HERO = Image("front.jpg"), Image("back.jpg"), Image("hero.jpg", alt="Worn")

Documents = Mapping[str, Mapping[Locale | None, ContentFields] | None]


def rich(text: str) -> RichText:
    blocks = from_plain(text)
    return RichText(blocks, to_html(blocks), to_text(blocks))


TEE = ProductText(
    id=TEE_ID,
    handle=Handle("tee"),
    title="Tee",
    subtitle="Plain",
    description=rich("Soft."),
    thumbnail=None,
    images=(FRONT, BACK),
    variants=(),
    collection=None,
    categories=(),
    tags=(),
    attributes={"weight": 180},
)
BARE = replace(TEE, subtitle=None, description=None, images=(), attributes={})


def policy(*sources: SourceRule | str, order: MergeOrder = MergeOrder.SOURCE) -> MergePolicy:
    """Ask the same sources for every field; Medusa's text is English."""
    rules = tuple(rule if isinstance(rule, SourceRule) else SourceRule(rule) for rule in sources)
    return MergePolicy(dict.fromkeys(Field, rules), EN, order)


CMS_FIRST = policy("sanity", "medusa")
BY_LANGUAGE = policy("contentful", "sanity", "medusa", order=MergeOrder.LANGUAGE)
SYNCED_TITLE = policy(SourceRule("sanity", Reach.TRANSLATED), "medusa")


def plan_for(
    tag: str, rules: MergePolicy = CMS_FIRST, *, shop: Locales = SHOP, translates: bool = False
) -> MergePlan:
    context = ShopperContext(language_for(Locale(tag), shop), PRICING)
    return merge_plan(rules, context, commerce_translates=translates)


def halves(documents: Documents, text: ProductText = TEE) -> Halves:
    contents = {
        source: None if fields is None else ProductContent(TEE_ID, "doc", fields)
        for source, fields in documents.items()
    }
    return Halves(CommerceProduct(text, None), text, contents)


def merged(documents: Documents, plan: MergePlan, text: ProductText = TEE) -> StorefrontProduct:
    return merge_product(halves(documents, text), plan)


def titles(**by_language: str) -> Mapping[Locale | None, ContentFields]:
    """Write titles by language; `neutral` belongs to none, `es_MX` is Mexican Spanish."""
    return {
        None if tag == "neutral" else Locale(tag.replace("_", "-")): ContentFields(title=title)
        for tag, title in by_language.items()
    }


# --- the order of sources and languages -------------------------------------------------------


def test_content_in_another_language_beats_medusas_text() -> None:
    """A German shopper reads the editor's English description, not Medusa's, and is told so."""
    page = merged({"sanity": {EN: ContentFields(description=rich("Loved."))}}, plan_for("de"))

    assert page.description == Localized(rich("Loved."), "sanity", EN, True)


def test_every_field_falls_back_on_its_own() -> None:
    """What the German document lacks is borrowed: subtitle in English, the rest from Medusa."""
    documents: Documents = {
        "sanity": {DE: ContentFields(title="Hemd"), EN: ContentFields(subtitle="Organic")}
    }

    page = merged(documents, plan_for("de"))

    assert page.title == Localized("Hemd", "sanity", DE, False)
    assert page.subtitle == Localized("Organic", "sanity", EN, True)
    assert page.description == Localized(TEE.description, "medusa", EN, True)


def test_the_first_source_in_the_policy_wins() -> None:
    """Who speaks first is configuration, not chance."""
    documents = {"sanity": titles(de="Hemd"), "contentful": titles(de="Leibchen")}

    one = merged(documents, plan_for("de", policy("sanity", "contentful", "medusa")))
    other = merged(documents, plan_for("de", policy("contentful", "sanity", "medusa")))
    own = merged(documents, plan_for("de", policy("medusa", "contentful", "sanity")))

    assert [page.title.value for page in (one, other, own)] == ["Hemd", "Leibchen", "Tee"]


@pytest.mark.parametrize(
    ("order", "title"),
    [
        (MergeOrder.SOURCE, Localized("Shirt", "contentful", EN, True)),
        (MergeOrder.LANGUAGE, Localized("Hemd", "sanity", DE, False)),
    ],
)
def test_the_order_is_by_source_or_by_language(order: MergeOrder, title: Localized[str]) -> None:
    """A shop may prefer the right language of a lesser source over the best source's English."""
    documents = {"contentful": titles(en="Shirt"), "sanity": titles(de="Hemd")}
    rules = policy("contentful", "sanity", "medusa", order=order)

    assert merged(documents, plan_for("de", rules)).title == title


def test_within_one_language_the_sources_keep_their_order() -> None:
    """Of two English titles, and Medusa's own, a German shopper gets the first source's."""
    documents = {"sanity": titles(en="Jersey"), "contentful": titles(en="Shirt")}

    page = merged(documents, plan_for("de", BY_LANGUAGE))

    assert page.title == Localized("Shirt", "contentful", EN, True)


def test_by_language_medusas_text_counts_as_its_base_language() -> None:
    """Medusa's German text beats the editor's English one for a German shopper."""
    rules = replace(BY_LANGUAGE, base_language=DE)

    page = merged({"sanity": titles(en="Jersey")}, plan_for("de", rules))

    assert page.title == Localized("Tee", "medusa", DE, False)


def test_by_language_medusas_text_in_a_language_nobody_asked_for_comes_last() -> None:
    """Medusa's French text is no match for an English one, even where Medusa is listed first."""
    rules = replace(
        policy("medusa", "sanity", order=MergeOrder.LANGUAGE),
        base_language=FR,
    )

    assert merged({"sanity": titles(en="Jersey")}, plan_for("de", rules)).title.value == "Jersey"
    assert merged({}, plan_for("de", rules)).title == Localized("Tee", "medusa", FR, True)


@pytest.mark.parametrize("order", MergeOrder)
def test_languages_are_walked_in_the_order_of_the_chain(order: MergeOrder) -> None:
    """Hong Kong's second language is English, though the default is another Chinese."""
    hong_kong, simplified = Locale("zh-Hant-HK"), Locale("zh-Hans")
    shop = Locales(simplified, (hong_kong, EN, simplified), {hong_kong: EN})
    documents: Documents = {
        "sanity": {EN: ContentFields(title="Tee"), simplified: ContentFields(title="T")}
    }

    plan = plan_for("zh-Hant-HK", policy("sanity", order=order), shop=shop)

    walked = [place.locale for place in plan.places[Field.TITLE]]
    assert walked == [hong_kong, None, EN, simplified]
    assert merged(documents, plan).title == Localized("Tee", "sanity", EN, True)


# --- what counts as missing -------------------------------------------------------------------


@pytest.mark.parametrize(
    "nothing",
    [
        *(None, "", " ", "\n\t ", "\u00a0", "\u3000"),
        *((), [], {}),
        rich(""),
        RichText((Paragraph((Text("  "),)),), "<p>  </p>", "  "),
        RichText((Divider(),), "<hr/>", ""),
    ],
    ids=repr,
)
def test_blanks_and_empty_lists_are_missing(nothing: object) -> None:
    """Nobody is shown an empty heading because an editor pressed the space bar."""
    assert is_missing(nothing)


@pytest.mark.parametrize(
    "something", [0, 0.0, False, "0", ".", [0], (FRONT,), {"a": 1}, rich("x")], ids=repr
)
def test_zero_and_false_are_values(something: object) -> None:
    """A fabric weight of zero and "not washable" are said by somebody."""
    assert not is_missing(something)


@pytest.mark.parametrize("blank", [None, "", "  "])
@pytest.mark.parametrize("field", ["title", "subtitle", "seo_title", "seo_description"])
def test_a_blank_text_falls_through_to_the_next_place(field: str, blank: str | None) -> None:
    """A blank German text lets the English one through, a blank one there lets Medusa's."""
    german, english = ContentFields(**{field: blank}), ContentFields(**{field: "Written"})  # type: ignore[arg-type] # a text field's name

    borrowed = merged({"sanity": {DE: german, EN: english}}, plan_for("de"))
    own = merged({"sanity": {DE: german, EN: german}}, plan_for("de"))

    assert getattr(borrowed, field) == Localized("Written", "sanity", EN, True)
    assert getattr(own, field).source == "medusa"


def test_an_empty_document_falls_through_to_the_next_place() -> None:
    """An editor who clears the description brings Medusa's back."""
    blank = RichText((Paragraph(()),), "<p></p>", "")

    page = merged({"sanity": {DE: ContentFields(description=blank)}}, plan_for("de"))

    assert page.description == Localized(TEE.description, "medusa", EN, True)


def test_what_nobody_wrote_is_nothing() -> None:
    """Fields that no source has are absent, not empty."""
    page = merged({"sanity": {DE: ContentFields()}}, plan_for("de"), BARE)

    assert (page.subtitle, page.description, page.seo_description) == (None, None, None)
    assert (page.images, page.thumbnail, page.attributes) == (None, None, {})


def test_a_blank_description_in_medusa_is_nothing() -> None:
    """A description of spaces in Medusa is neither shown nor offered to search engines."""
    page = merged({}, plan_for("de"), replace(TEE, description=rich(" ")))

    assert (page.description, page.seo_description) == (None, None)


# --- values without a language ----------------------------------------------------------------


@pytest.mark.parametrize("order", MergeOrder)
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (titles(neutral="T"), Localized("T", "sanity", None, False)),
        (titles(neutral="T", en="Shirt"), Localized("T", "sanity", None, False)),
        (titles(neutral="T", de="Hemd"), Localized("T", "sanity", None, False)),
        (titles(neutral="T", es="Camisa"), Localized("Camisa", "sanity", ES, True)),
        (titles(neutral="T", es_MX="Playera"), Localized("Playera", "sanity", ES_MX, False)),
        (titles(neutral=" ", en="Shirt"), Localized("Shirt", "sanity", EN, True)),
    ],
)
def test_neutral_values_stand_before_foreign_languages_and_are_no_fallback(
    order: MergeOrder, written: Mapping[Locale | None, ContentFields], expected: Localized[str]
) -> None:
    """A Mexican sees Spanish first, then what belongs to no language, and only then English."""
    plan = plan_for("es-MX", policy("sanity", "medusa", order=order))

    assert merged({"sanity": written}, plan).title == expected


def test_a_neutral_value_is_no_fallback_in_a_language_the_shop_lacks() -> None:
    """A brand name is the same in Italian, although the shop speaks none."""
    page = merged({"sanity": titles(neutral="T-1000")}, plan_for("it"))

    assert page.title == Localized("T-1000", "sanity", None, False)


# --- a title that is a copy of Medusa's -------------------------------------------------------


@pytest.mark.parametrize(
    ("requested", "written", "expected"),
    [
        ("en", titles(en="Copy"), Localized("Tee", "medusa", EN, False)),
        ("en", titles(de="Hemd"), Localized("Tee", "medusa", EN, False)),
        ("en-GB", titles(en="Copy"), Localized("Tee", "medusa", EN, True)),
        ("de", titles(de="Hemd", en="Copy"), Localized("Hemd", "sanity", DE, False)),
        ("de-AT", titles(de="Hemd", en="Copy"), Localized("Hemd", "sanity", DE, True)),
        ("de", titles(en="Copy"), Localized("Tee", "medusa", EN, True)),
        ("de", titles(de=" ", en="Copy"), Localized("Tee", "medusa", EN, True)),
        ("de", titles(es="Camisa"), Localized("Tee", "medusa", EN, True)),
        ("de", titles(neutral="T"), Localized("Tee", "medusa", EN, True)),
        ("es-MX", titles(es_MX="Polo", es="Camisa"), Localized("Polo", "sanity", ES_MX, False)),
        ("es-MX", titles(es="Camisa", en="Copy"), Localized("Camisa", "sanity", ES, True)),
        ("es-MX", titles(en="Copy"), Localized("Tee", "medusa", EN, True)),
        ("it", titles(en="Copy"), Localized("Tee", "medusa", EN, True)),
    ],
)
def test_a_synced_title_counts_in_its_own_translations_only(
    requested: str, written: Mapping[Locale | None, ContentFields], expected: Localized[str]
) -> None:
    """Sanity's German title is German, its English one is Medusa's, perhaps an old one."""
    assert merged({"sanity": written}, plan_for(requested, SYNCED_TITLE)).title == expected


def test_a_regional_title_counts_beside_the_shops_own_language() -> None:
    """British shoppers of an American shop get the British title, others Medusa's."""
    british = Locale("en-GB")
    shop = Locales(EN, (EN, british))
    documents = {"sanity": titles(en_GB="Jumper", en="Copy")}

    assert merged(documents, plan_for("en-GB", SYNCED_TITLE, shop=shop)).title.value == "Jumper"
    assert merged(documents, plan_for("en", SYNCED_TITLE, shop=shop)).title.value == "Tee"


def test_a_synced_title_is_not_borrowed_from_another_language() -> None:
    """German shoppers whose German falls back to French still do not get the French title."""
    shop = Locales(EN, (EN, DE, FR), {DE: FR})
    documents = {"sanity": titles(fr="Maillot")}

    assert merged(documents, plan_for("de", shop=shop)).title.value == "Maillot"
    assert merged(documents, plan_for("de", SYNCED_TITLE, shop=shop)).title.value == "Tee"


def test_beyond_the_shops_own_language_a_synced_title_counts_no_more() -> None:
    """A Spanish shop's Mexican gets Medusa's Spanish title before a Latin American one."""
    shop = Locales(ES, (ES, ES_MX, Locale("es-419")), {ES_MX: Locale("es-419")})
    rules = replace(SYNCED_TITLE, base_language=ES)
    documents = {"sanity": titles(es="Copy", es_419="Remera")}

    page = merged(documents, plan_for("es-MX", rules, shop=shop))

    assert page.title == Localized("Tee", "medusa", ES, True)


# --- Medusa's text ----------------------------------------------------------------------------


@pytest.mark.parametrize(("requested", "is_fallback"), [("en", False), ("de", True), ("it", True)])
def test_medusas_text_is_in_its_base_language(requested: str, is_fallback: bool) -> None:
    """Without content an English reader has what they asked for, all others a fallback."""
    assert merged({}, plan_for(requested)).title == Localized("Tee", "medusa", EN, is_fallback)


@pytest.mark.parametrize("requested", ["en", "de", "it"])
def test_where_medusa_translates_nobody_knows_into_what(requested: str) -> None:
    """Provenance claims no language for a text whose source does not tell."""
    page = merged({}, plan_for(requested, translates=True))

    assert page.title == Localized("Tee", "medusa", None, None)
    assert page.attributes["weight"] == Localized(180, "medusa", None, None)


def test_where_medusa_translates_content_still_says_its_language() -> None:
    """The editor's English text is a fallback for a German, whatever Medusa can do."""
    documents = {"sanity": {**titles(en="Shirt"), None: ContentFields(subtitle="1985")}}

    page = merged(documents, plan_for("de", translates=True))

    assert page.title == Localized("Shirt", "sanity", EN, True)
    assert page.subtitle == Localized("1985", "sanity", None, False)


def test_search_engines_get_medusas_title_and_description() -> None:
    """Without SEO texts the title and the words of the description stand in."""
    page = merged({}, plan_for("en"))

    assert page.seo_title == Localized("Tee", "medusa", EN, False)
    assert page.seo_description == Localized("Soft.", "medusa", EN, False)


WORDS = st.text("ab ", max_size=4)
OWN_TEXTS = st.builds(
    lambda subtitle, description, images, attributes: replace(
        TEE, subtitle=subtitle, description=description, images=images, attributes=attributes
    ),
    st.none() | WORDS,
    st.none() | WORDS.map(rich),
    st.lists(st.sampled_from((FRONT, BACK)), unique=True).map(tuple),
    st.dictionaries(st.sampled_from(("fit", "wash")), WORDS | st.integers()),
)
REQUESTS = st.sampled_from(("en", "de", "es-MX", "it"))


@given(OWN_TEXTS, REQUESTS, st.sampled_from((CMS_FIRST, BY_LANGUAGE, SYNCED_TITLE)))
def test_without_content_a_product_is_what_medusa_says(
    text: ProductText, requested: str, rules: MergePolicy
) -> None:
    """A product that no editor has touched is served whole, and every field says "medusa"."""
    page = merged({"sanity": None}, plan_for(requested, rules), text)

    shown = {
        name: None if won is None else won.value
        for name, won in page.provenance().items()
        if not name.startswith("seo.")
    }
    written = {
        "title": text.title,
        "subtitle": text.subtitle,
        "description": text.description,
        "images": text.images,
        "thumbnail": text.images[0] if text.images else None,
        **{f"attributes.{key}": value for key, value in text.attributes.items()},
    }
    assert {name: value for name, value in shown.items() if value is not None} == {
        name: value for name, value in written.items() if not is_missing(value)
    }
    assert {won.source for won in page.provenance().values() if won} == {"medusa"}


def test_a_product_keeps_all_that_medusa_said_of_it() -> None:
    """Prices, variants and the shopper's context pass through the merge untouched."""
    plan = plan_for("de")
    known = halves({"sanity": titles(de="Hemd")})

    page = merge_product(known, plan)

    assert page.commerce is known.commerce
    assert page.text is known.text
    assert page.context is plan.context
    assert page.addons == ()


def test_a_product_is_never_nameless() -> None:
    """A policy that lets only the CMS name products still shows Medusa's title for want of one."""
    plan = plan_for("de", policy("sanity"))

    assert merged({"sanity": titles(de="Hemd")}, plan).title.value == "Hemd"
    assert merged({}, plan).title == Localized("Tee", "medusa", EN, True)


def test_a_field_without_a_rule_is_asked_of_nobody() -> None:
    """A shop that configures no source for subtitles has none, though Medusa does."""
    page = merged({}, plan_for("en", MergePolicy({}, EN)))

    assert page.subtitle is None


# --- attributes, pictures ---------------------------------------------------------------------


def test_attributes_are_merged_one_by_one() -> None:
    """Each attribute has its own best source and language; blanks do not hide what others say."""
    documents = {
        "sanity": {
            DE: ContentFields(attributes={"care": "Kalt waschen", "fit": " ", "note": ""}),
            None: ContentFields(attributes={"organic": False, "care": "30", "weight": 0}),
            EN: ContentFields(attributes={"care": "Wash cold", "fit": "Slim", "origin": []}),
        }
    }
    text = replace(TEE, attributes={"weight": 180, "origin": "PT", "fit": "Loose"})

    page = merged(documents, plan_for("de"), text)

    assert list(page.attributes.items()) == [
        ("care", Localized("Kalt waschen", "sanity", DE, False)),
        ("fit", Localized("Slim", "sanity", EN, True)),
        ("organic", Localized(False, "sanity", None, False)),
        ("origin", Localized("PT", "medusa", EN, True)),
        ("weight", Localized(0, "sanity", None, False)),
    ]


@pytest.mark.parametrize(
    ("images", "shown"),
    [
        ((HERO,), Localized((HERO,), "sanity", None, False)),
        ((), Localized((FRONT, BACK), "medusa", EN, True)),
    ],
)
def test_the_editors_images_replace_medusas(
    images: tuple[Image, ...], shown: Localized[tuple[Image, ...]]
) -> None:
    """Where the CMS has any picture its gallery is shown, else Medusa's."""
    page = merged({"sanity": {None: ContentFields(images=images)}}, plan_for("de"))

    assert page.images == shown


@pytest.mark.parametrize(
    ("thumbnail", "images", "shown"),
    [
        ("thumb.jpg", (HERO,), Localized(Image("thumb.jpg"), "medusa", EN, True)),
        ("hero.jpg", (HERO,), Localized(HERO, "medusa", EN, True)),
        (None, (HERO,), Localized(HERO, "sanity", None, False)),
        ("", (HERO,), Localized(HERO, "sanity", None, False)),
        (" ", (HERO,), Localized(HERO, "sanity", None, False)),
        (None, (), Localized(FRONT, "medusa", EN, True)),
    ],
)
def test_the_thumbnail_is_medusas_or_the_first_image(
    thumbnail: str | None, images: tuple[Image, ...], shown: Localized[Image]
) -> None:
    """Lists show Medusa's thumbnail, with what is known of that picture, else the first image."""
    text = replace(TEE, thumbnail=thumbnail)

    page = merged({"sanity": {None: ContentFields(images=images)}}, plan_for("de"), text)

    assert page.thumbnail == shown


def test_the_thumbnail_keeps_medusas_own_description_of_the_picture() -> None:
    """A thumbnail that is one of Medusa's images has that image's size and text."""
    described = Image("front.jpg", alt="Front", width=800, height=600)
    text = replace(TEE, thumbnail="front.jpg", images=(BACK, described))

    assert merged({}, plan_for("en"), text).thumbnail == Localized(described, "medusa", EN, False)


def test_a_thumbnail_without_any_gallery_is_shown() -> None:
    """A product whose only picture is its thumbnail still has that one."""
    page = merged({}, plan_for("en"), replace(BARE, thumbnail="thumb.jpg"))

    assert page.images is None
    assert page.thumbnail == Localized(Image("thumb.jpg"), "medusa", EN, False)


# --- explain ----------------------------------------------------------------------------------


def test_explain_names_the_winner_and_why_the_others_lost() -> None:
    """An operator reads place by place who won a title and what was wrong with the rest."""
    documents = {"strapi": None, "sanity": titles(de=" ", neutral="T", en="Shirt")}
    plan = plan_for("de", policy("contentful", "strapi", "sanity", "medusa"))

    walk = explain(halves(documents), plan)[Field.TITLE]

    assert walk == (
        *(Considered(Place("contentful", tag), Outcome.NO_ANSWER) for tag in (DE, None, EN)),
        *(Considered(Place("strapi", tag), Outcome.NO_DOCUMENT) for tag in (DE, None, EN)),
        Considered(Place("sanity", DE), Outcome.MISSING),
        Considered(Place("sanity", None), Outcome.WON),
        Considered(Place("sanity", EN), Outcome.LATER),
        Considered(Place("medusa", EN), Outcome.LATER),
    )


def test_explain_covers_every_field() -> None:
    """No field is decided without an operator being able to ask why."""
    walks = explain(halves({}), plan_for("de"))

    assert set(walks) == set(Field)
    assert walks[Field.SUBTITLE][-1] == Considered(Place("medusa", EN), Outcome.WON)


def test_explain_says_who_lists_addons() -> None:
    """The list of addons belongs to no language, and Medusa has none."""
    group = AddonReferences({DE: "Dazu"}, (ProductId("prod_cap"),))
    listing = replace(halves({}), contents={"sanity": ProductContent(TEE_ID, "doc", {}, (group,))})

    walk = explain(listing, plan_for("de", policy("medusa", "sanity")))[Field.ADDONS]

    assert walk == (
        Considered(Place("medusa", EN), Outcome.MISSING),
        Considered(Place("sanity", DE), Outcome.MISSING),
        Considered(Place("sanity", None), Outcome.WON),
        Considered(Place("sanity", EN), Outcome.MISSING),
    )


def test_explain_does_not_let_blank_attributes_win() -> None:
    """A document whose attributes are all blank has none to give."""
    documents: Documents = {"sanity": {DE: ContentFields(attributes={"care": " ", "wash": None})}}
    plan = plan_for("de")

    walk = explain(halves(documents), plan)[Field.ATTRIBUTES]

    assert merged(documents, plan).attributes == {"weight": Localized(180, "medusa", EN, True)}
    assert walk == (
        *(Considered(Place("sanity", tag), Outcome.MISSING) for tag in (DE, None, EN)),
        Considered(Place("medusa", EN), Outcome.WON),
    )


SOURCES = ("sanity", "contentful", "strapi")
FIELDS = st.builds(
    ContentFields,
    title=st.none() | WORDS,
    subtitle=st.none() | WORDS,
    description=st.none() | WORDS.map(rich),
    seo_title=st.none() | WORDS,
    seo_description=st.none() | WORDS,
    images=st.sampled_from(((), (HERO,))),
    attributes=st.dictionaries(st.sampled_from(("fit", "wash")), WORDS),
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(SOURCES),
    st.none() | st.dictionaries(st.sampled_from((None, EN, DE, ES, ES_MX)), FIELDS),
)
RULES = st.permutations(["medusa", *SOURCES]).flatmap(
    lambda names: st.tuples(
        *(st.builds(SourceRule, st.just(name), st.sampled_from(Reach)) for name in names)
    )
)
POLICIES = st.builds(
    MergePolicy,
    st.fixed_dictionaries(dict.fromkeys(Field, RULES)),
    st.sampled_from((EN, DE, FR)),
    st.sampled_from(MergeOrder),
)
PLANS = st.builds(
    lambda tag, rules, translates: plan_for(tag, rules, translates=translates),
    REQUESTS,
    POLICIES,
    st.booleans(),
)


@given(DOCUMENTS, OWN_TEXTS, PLANS)
def test_explain_agrees_with_the_merge(
    documents: Documents, text: ProductText, plan: MergePlan
) -> None:
    """What an operator is told won is what the shopper sees, for every field and policy."""
    known = halves(documents, text)
    page = merge_product(known, plan).provenance()
    walks = explain(known, plan)

    for name in set(Field) - {Field.ATTRIBUTES, Field.ADDONS}:
        won = page[name.value]
        shown = [] if won is None else [Place(won.source, won.locale)]
        assert [one.place for one in walks[name] if one.outcome is Outcome.WON] == shown

    attributes = {
        Place(won.source, won.locale) for key, won in page.items() if "attrib" in key and won
    }
    best = {one.place for one in walks[Field.ATTRIBUTES] if one.outcome is Outcome.WON}
    assert best <= attributes
    assert bool(best) is bool(attributes)


@given(DOCUMENTS, OWN_TEXTS, PLANS)
def test_no_merge_shows_a_blank(documents: Documents, text: ProductText, plan: MergePlan) -> None:
    """Whoever wins has something to say, and says truthfully whether it is a fallback."""
    for won in merged(documents, plan, text).provenance().values():
        if won is None:
            continue
        unknown = won.source == "medusa" and plan.commerce_locale is None
        assert not is_missing(won.value)
        assert won.is_fallback == (
            None if unknown else won.locale not in (None, plan.context.language.requested)
        )
