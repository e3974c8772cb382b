"""What is found, field by field, and shown."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.commerce import Image, ProductText
from bff.domain.content import ContentFields, Film, Picture
from bff.domain.locale import Locale
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import Field, MergeOrder, MergePlan, MergePolicy, Place
from bff.domain.richtext import Divider, Paragraph, RichText, Text
from bff.domain.storefront import Localized, Video
from bff.domain.walk import is_missing
from tests.domain.merging import (
    BACK,
    BARE,
    BY_LANGUAGE,
    CMS_FIRST,
    DE,
    EN,
    ES,
    ES_MX,
    FR,
    FRONT,
    FRONT_PICTURE,
    HALVES,
    HERO,
    HERO_PICTURE,
    PLANS,
    REQUESTS,
    SYNCED_FIRST,
    TEE,
    TEXTS,
    Documents,
    Written,
    halves,
    merged,
    plan_for,
    policy,
    rich,
    titles,
)

# --- sources and languages --------------------------------------------------------------------


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


def test_by_language_medusas_text_in_a_language_nobody_asked_for_comes_last() -> None:
    """Medusa's French text is no match for an English one, even where Medusa is listed first."""
    rules = replace(
        policy("medusa", "sanity", order=MergeOrder.LANGUAGE),
        base_language=FR,
    )

    assert merged({"sanity": titles(en="Jersey")}, plan_for("de", rules)).title.value == "Jersey"
    assert merged({}, plan_for("de", rules)).title == Localized("Tee", "medusa", FR, True)


def test_a_source_that_did_not_answer_is_passed_over() -> None:
    """Content from a system that is down, or has no document, is looked for in the next one."""
    documents = {"sanity": None, "strapi": titles(de="Hemd")}

    page = merged(documents, plan_for("de", policy("contentful", "sanity", "strapi", "medusa")))

    assert page.title == Localized("Hemd", "strapi", DE, False)


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
    order: MergeOrder, written: Written, expected: Localized[str]
) -> None:
    """A Mexican sees Spanish first, then what belongs to no language, and only then English."""
    plan = plan_for("es-MX", policy("sanity", "medusa", order=order))

    assert merged({"sanity": written}, plan).title == expected


def test_a_neutral_value_is_no_fallback_in_a_language_the_shop_lacks() -> None:
    """A brand name is the same in Italian, although the shop speaks none."""
    page = merged({"sanity": titles(neutral="T-1000")}, plan_for("it"))

    assert page.title == Localized("T-1000", "sanity", None, False)


@pytest.mark.parametrize(
    ("requested", "written", "expected"),
    [
        ("en", titles(en="Copy"), Localized("Tee", "medusa", EN, False)),
        ("en-GB", titles(en="Copy"), Localized("Tee", "medusa", EN, True)),
        ("de", titles(de="Hemd", en="Copy"), Localized("Hemd", "sanity", DE, False)),
        ("de-AT", titles(de="Hemd", en="Copy"), Localized("Hemd", "sanity", DE, True)),
        ("de", titles(de=" ", en="Copy"), Localized("Tee", "medusa", EN, True)),
        ("de", titles(es="Camisa", neutral="T"), Localized("Tee", "medusa", EN, True)),
        ("es-MX", titles(es_MX="Polo", es="Camisa"), Localized("Polo", "sanity", ES_MX, False)),
        ("it", titles(en="Copy"), Localized("Tee", "medusa", EN, True)),
    ],
)
def test_a_synced_title_counts_in_its_own_translations_only(
    requested: str, written: Written, expected: Localized[str]
) -> None:
    """Sanity's German title is German, its English one is Medusa's, perhaps an old one."""
    assert merged({"sanity": written}, plan_for(requested, SYNCED_FIRST)).title == expected


# --- what counts as missing -------------------------------------------------------------------


@pytest.mark.parametrize(
    "nothing",
    [
        *(None, "", " ", "\n\t ", "\u00a0", "\u3000", "\u200b", "\ufeff \u00ad"),
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


@pytest.mark.parametrize("blank", [None, "", "  ", "\u200b"])
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


# --- Medusa's part ----------------------------------------------------------------------------


@pytest.mark.parametrize(("requested", "is_fallback"), [("en", False), ("de", True), ("it", True)])
def test_medusas_text_is_in_its_base_language(requested: str, is_fallback: bool) -> None:
    """Without content an English reader has what they asked for, all others a fallback."""
    assert merged({}, plan_for(requested)).title == Localized("Tee", "medusa", EN, is_fallback)


@pytest.mark.parametrize("requested", ["en", "de", "it"])
def test_where_medusa_translates_nobody_knows_into_what(requested: str) -> None:
    """Provenance claims no language, and no fallback, for a text whose source does not tell."""
    page = merged({}, plan_for(requested, translates=True))

    texts = (page.title, page.subtitle, page.description, page.seo_title, page.seo_description)
    for text in texts:
        assert text == Localized(text and text.value, "medusa", None, None)
    assert page.title.value == "Tee"


@pytest.mark.parametrize("translates", [False, True])
@pytest.mark.parametrize("requested", ["en", "de", "it"])
def test_medusas_pictures_and_metadata_belong_to_no_language(
    requested: str, translates: bool
) -> None:
    """No shopper is told that a picture or a weight is only a fallback."""
    page = merged(
        {}, plan_for(requested, translates=translates), replace(TEE, thumbnail="thumb.jpg")
    )

    assert page.images == Localized((FRONT, BACK), "medusa", None, False)
    assert page.thumbnail == Localized(Image("thumb.jpg"), "medusa", None, False)
    assert page.attributes == {"weight": Localized(180, "medusa", None, False)}


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


@given(TEXTS, REQUESTS, st.sampled_from((CMS_FIRST, BY_LANGUAGE, SYNCED_FIRST)))
def test_without_content_a_product_is_what_medusa_says(
    text: ProductText, requested: str, rules: MergePolicy
) -> None:
    """A product that no editor has touched is served whole, and every field says "medusa"."""
    page = merged({"sanity": None}, plan_for(requested, rules), text).provenance()

    shown = {name: won.value for name, won in page.items() if won and "seo." not in name}
    first_image = text.images[0] if text.images else None
    own_thumbnail = Image("hero.jpg") if text.thumbnail == "hero.jpg" else None
    written = {
        "title": text.title,
        "subtitle": text.subtitle,
        "description": text.description,
        "images": text.images,
        "thumbnail": own_thumbnail or first_image,
        **{f"attributes.{key}": value for key, value in text.attributes.items()},
    }
    assert shown == {name: value for name, value in written.items() if not is_missing(value)}
    assert {won.source for won in page.values() if won} == {"medusa"}


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


def test_a_title_that_is_blank_everywhere_stays_blank() -> None:
    """Nobody makes up a name: a blank title in Medusa is shown, and belongs to no language."""
    page = merged({"sanity": titles(de=" ")}, plan_for("de"), replace(TEE, title=" "))

    assert page.title == Localized(" ", "medusa", None, False)
    assert page.seo_title is None


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
        ("origin", Localized("PT", "medusa", None, False)),
        ("weight", Localized(0, "sanity", None, False)),
    ]


@pytest.mark.parametrize(
    ("images", "shown"),
    [
        ((HERO_PICTURE,), Localized((HERO,), "sanity", None, False)),
        ((), Localized((FRONT, BACK), "medusa", None, False)),
    ],
)
def test_the_editors_images_replace_medusas(
    images: tuple[Picture, ...], shown: Localized[tuple[Image, ...]]
) -> None:
    """Where the CMS has any picture its gallery is shown, else Medusa's."""
    page = merged({"sanity": {None: ContentFields(images=images)}}, plan_for("de"))

    assert page.images == shown


@pytest.mark.parametrize(
    ("thumbnail", "images", "shown"),
    [
        ("thumb.jpg", (HERO_PICTURE,), Localized(Image("thumb.jpg"), "medusa", None, False)),
        ("hero.jpg", (HERO_PICTURE,), Localized(HERO, "medusa", None, False)),
        (None, (HERO_PICTURE,), Localized(HERO, "sanity", None, False)),
        ("", (HERO_PICTURE,), Localized(HERO, "sanity", None, False)),
        (" ", (HERO_PICTURE,), Localized(HERO, "sanity", None, False)),
        (None, (), Localized(FRONT, "medusa", None, False)),
    ],
)
def test_the_thumbnail_is_medusas_or_the_first_image(
    thumbnail: str | None, images: tuple[Picture, ...], shown: Localized[Image]
) -> None:
    """Lists show Medusa's thumbnail, with what is known of that picture, else the first image."""
    text = replace(TEE, thumbnail=thumbnail)

    page = merged({"sanity": {None: ContentFields(images=images)}}, plan_for("de"), text)

    assert page.thumbnail == shown


def test_the_thumbnail_keeps_medusas_own_description_of_the_picture() -> None:
    """A thumbnail that is one of Medusa's images has its size and text, in any gallery."""
    described = Image("front.jpg", alt="Front", width=800, height=600)
    text = replace(TEE, thumbnail="front.jpg", images=(BACK, described))
    gallery: Documents = {"sanity": {None: ContentFields(images=(HERO_PICTURE, FRONT_PICTURE))}}

    for documents in ({}, gallery):
        page = merged(documents, plan_for("en"), text)
        assert page.thumbnail == Localized(described, "medusa", None, False)


def test_a_thumbnail_without_any_gallery_is_shown() -> None:
    """A product whose only picture is its thumbnail still has that one."""
    page = merged({}, plan_for("en"), replace(BARE, thumbnail="thumb.jpg"))

    assert page.images is None
    assert page.thumbnail == Localized(Image("thumb.jpg"), "medusa", None, False)


def test_a_thumbnail_from_a_gallery_says_what_the_gallery_says() -> None:
    """The first picture of an English gallery is a fallback for a German, as its gallery is."""
    documents: Documents = {"sanity": {EN: ContentFields(images=(HERO_PICTURE, FRONT_PICTURE))}}

    page = merged(documents, plan_for("de"))

    assert page.images == Localized((HERO, FRONT), "sanity", EN, True)
    assert page.thumbnail == Localized(HERO, "sanity", EN, True)


def test_a_picture_is_described_in_the_language_that_is_read_first() -> None:
    """One picture for all languages still has its words in each; blank words are none."""
    alts: Mapping[Locale | None, str] = {DE: " ", EN: "Worn", ES: "Puesta"}
    gallery = Picture("hero.jpg", alts, 800, 600, "hero")
    documents: Documents = {"sanity": {None: ContentFields(images=(gallery,))}}

    for requested, alt in (("en", "Worn"), ("de", "Worn"), ("es-MX", "Puesta"), ("it", "Worn")):
        page = merged(documents, plan_for(requested))
        shown = Image("hero.jpg", alt, 800, 600, "hero")
        assert page.images == Localized((shown,), "sanity", None, False)


def test_words_for_all_languages_stand_before_foreign_ones() -> None:
    """A description in no language beats an English one for a German, as texts do."""
    gallery = Picture("hero.jpg", {EN: "Worn", None: "1985"})

    page = merged({"sanity": {None: ContentFields(images=(gallery,))}}, plan_for("de"))

    assert page.images
    assert page.images.value[0].alt == "1985"


def test_films_come_from_the_first_source_that_has_any() -> None:
    """Videos are merged like pictures, with their titles in the shopper's language."""
    film = Film("worn.mp4", {DE: "Getragen", EN: "Worn"}, "video/mp4")
    documents: Documents = {
        "contentful": {None: ContentFields()},
        "sanity": {EN: ContentFields(videos=(film,))},
    }

    page = merged(documents, plan_for("de", policy("medusa", "contentful", "sanity")))

    shown = Video("worn.mp4", "Getragen", "video/mp4")
    assert page.videos == Localized((shown,), "sanity", EN, True)
    assert merged({}, plan_for("de")).videos is None


# --- any product, under any policy ------------------------------------------------------------


_OF_NO_LANGUAGE = ("images", "videos", "thumbnail", "attributes.")


@given(HALVES, PLANS)
def test_no_merge_shows_a_blank(known: Halves, plan: MergePlan) -> None:
    """Whoever wins has something to say, and says truthfully whether it is a fallback."""
    translates = Place("medusa", None, is_known=False) in plan.places[Field.TITLE]
    for path, won in merge_product(known, plan).provenance().items():
        if won is None:
            continue
        is_neutral = path.startswith(_OF_NO_LANGUAGE)
        unknown = translates and won.source == "medusa" and not is_neutral
        assert not is_missing(won.value)
        assert won.is_fallback == (
            None if unknown else won.locale not in (None, plan.context.language.requested)
        )
