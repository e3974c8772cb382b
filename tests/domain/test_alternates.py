"""In which other languages a product or a page can be read."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.alternates import alternates_of, page_alternates
from bff.domain.commerce import Handle, ProductText
from bff.domain.content import ContentFields, PageContent, ProductReferences
from bff.domain.locale import Locale, Locales
from bff.domain.merge import Halves
from bff.domain.merge_policy import Field, MergePolicy, SourceRule
from bff.domain.storefront import Alternate
from bff.domain.urls import UrlKind, UrlTemplates
from tests.domain.merging import (
    BARE,
    CMS_FIRST,
    DE,
    EN,
    ES,
    ES_MX,
    FR,
    HALVES,
    HERO_PICTURE,
    SHOP,
    SYNCED_FIRST,
    TEXTS,
    Documents,
    Written,
    halves,
    policy,
    rich,
    titles,
)

URLS = UrlTemplates(
    {
        UrlKind.PRODUCT: {None: "/{locale}/p/{handle}", DE: "/produkt/{handle}"},
        UrlKind.PAGE: {None: "/{locale}/{slug}"},
    }
)


def languages(
    documents: Documents, rules: MergePolicy = CMS_FIRST, shop: Locales = SHOP
) -> list[str]:
    """Return the languages that the tee is said to be there in."""
    return [one.locale for one in alternates_of(halves(documents, BARE), rules, shop, URLS)]


# --- products ---------------------------------------------------------------------------------


def test_each_language_has_the_address_of_its_template() -> None:
    """What `hreflang` says: the language, the handle and where it is."""
    documents = {"sanity": titles(de="Hemd", es="Camisa")}

    assert alternates_of(halves(documents), CMS_FIRST, SHOP, URLS) == (
        Alternate(EN, "tee", "/en/p/tee"),
        Alternate(DE, "tee", "/produkt/tee"),
        Alternate(ES, "tee", "/es/p/tee"),
    )


def test_without_templates_the_languages_are_still_said() -> None:
    """A storefront that makes its own addresses learns the languages and the handle."""
    found = alternates_of(halves({"sanity": titles(de="Hemd")}), CMS_FIRST, SHOP, UrlTemplates())

    assert found == (Alternate(EN, "tee", None), Alternate(DE, "tee", None))


@pytest.mark.parametrize(
    ("written", "also"),
    [
        (titles(de="Hemd"), ["de"]),
        ({DE: ContentFields(description=rich("Weich."))}, ["de"]),
        (titles(es_MX="Playera"), ["es-MX"]),
        (titles(de=" "), []),
        ({DE: ContentFields(title="\u200b", description=rich(" "))}, []),
        (titles(neutral="T-1000"), []),
        ({DE: ContentFields(subtitle="Bio", images=(HERO_PICTURE,), seo_title="Kauf")}, []),
        ({DE: ContentFields(attributes={"care": "Kalt"})}, []),
        (titles(fr="Chemise"), []),
        (titles(en="Shirt"), []),
        ({}, []),
        (None, []),
    ],
)
def test_only_a_text_of_its_own_makes_a_language(written: Written | None, also: list[str]) -> None:
    """Borrowed texts, pictures, blanks and languages that the shop lacks make none."""
    assert languages({"sanity": written}) == ["en", *also]


def test_medusas_base_language_is_always_there() -> None:
    """Medusa sells nothing without a title; its translations prove nothing."""
    german = replace(CMS_FIRST, base_language=DE)

    assert languages({}, german) == ["de"]
    assert languages({"sanity": titles(en="Shirt")}, german) == ["en", "de"]


def test_a_base_language_that_the_shop_does_not_speak_is_not_there() -> None:
    """A shop with a Chinese Medusa and no Chinese pages has no Chinese alternate."""
    chinese = replace(CMS_FIRST, base_language=Locale("zh"))

    assert languages({"sanity": titles(de="Hemd")}, chinese) == ["de"]


def test_a_source_that_is_not_asked_for_a_text_makes_no_language() -> None:
    """French titles of a system that only lists addons are never shown, so they do not count."""
    rules = MergePolicy(
        {Field.TITLE: (SourceRule("sanity"),), Field.SUBTITLE: (SourceRule("strapi"),)}, EN
    )
    written: Written = {DE: ContentFields(title="Hemd", description=rich("Weich."))}
    only_text: Written = {DE: ContentFields(description=rich("Weich."))}

    assert languages({"sanity": written}, rules) == ["en", "de"]
    assert languages({"strapi": written}, rules) == ["en"]
    assert languages({"sanity": only_text}, rules) == ["en"]


def test_a_translated_title_makes_a_language_a_copy_does_not() -> None:
    """Sanity's German title is German; its copy of Medusa's title is the base language's."""
    assert languages({"sanity": titles(de="Hemd", en="Copy")}, SYNCED_FIRST) == ["en", "de"]
    other = replace(SYNCED_FIRST, base_language=DE)
    assert languages({"sanity": titles(de="Copy")}, other) == ["de"]


def test_any_of_several_systems_makes_a_language() -> None:
    """A migration that is half done has the languages of both systems."""
    documents = {"contentful": titles(de="Hemd"), "sanity": titles(es="Camisa"), "strapi": None}

    found = languages(documents, policy("contentful", "sanity", "strapi", "medusa"))

    assert found == ["en", "de", "es"]


def test_the_default_is_there_even_when_it_is_not_listed() -> None:
    """A shop that lists only its other languages has its default among the alternates."""
    assert languages({"sanity": titles(de="Hemd")}, shop=Locales(EN, (DE,))) == ["de", "en"]


@given(HALVES, TEXTS, st.sampled_from((CMS_FIRST, SYNCED_FIRST, policy("contentful"))))
def test_every_language_names_the_same_languages(
    known: Halves, translated: ProductText, rules: MergePolicy
) -> None:
    """Medusa's text may differ from request to request; the alternates never do."""
    elsewhere = replace(known, text=translated)

    found = alternates_of(known, rules, SHOP, URLS)

    assert found == alternates_of(elsewhere, rules, SHOP, URLS)
    assert len({one.locale for one in found}) == len(found)
    assert {one.locale for one in found} <= {*SHOP.supported}


# --- pages ------------------------------------------------------------------------------------


def page(slugs: Mapping[Locale | None, str], written: Written) -> PageContent:
    return PageContent("doc", slugs, written, ProductReferences({}))


def test_a_page_has_the_slug_of_each_language() -> None:
    """The German page is under its German name; where one is missing the default's serves."""
    about = page(
        {EN: "about", DE: "über-uns"},
        {
            EN: ContentFields(title="About"),
            DE: ContentFields(description=rich("Wir.")),
            ES: ContentFields(title="Sobre"),
            ES_MX: ContentFields(title=" ", subtitle="Hola"),
            FR: ContentFields(title="Nous"),
            None: ContentFields(title="A"),
        },
    )

    assert page_alternates(about, SHOP, URLS) == (
        Alternate(EN, "about", "/en/about"),
        Alternate(DE, "über-uns", "/de/%C3%BCber-uns"),
        Alternate(ES, "about", "/es/about"),
    )


@pytest.mark.parametrize(
    ("slugs", "slug"),
    [
        ({None: "about", EN: "us"}, "about"),
        ({None: "about", DE: "uns"}, "uns"),
        ({EN: "us", DE: " "}, "us"),
        ({FR: "nous"}, "nous"),
    ],
)
def test_a_page_without_a_slug_of_a_language_is_under_the_nearest(
    slugs: Mapping[Locale | None, str], slug: str
) -> None:
    """A slug for all languages goes before the default's, a blank one is none."""
    (german,) = page_alternates(page(slugs, {DE: ContentFields(title="Wir")}), SHOP, URLS)

    assert german.name == slug


@pytest.mark.parametrize("slugs", [{}, {DE: " "}, {None: ""}])
def test_a_page_without_any_slug_has_no_address(slugs: Mapping[Locale | None, str]) -> None:
    """What cannot be asked for is not offered."""
    assert page_alternates(page(slugs, {DE: ContentFields(title="Wir")}), SHOP, URLS) == ()


def test_handles_are_the_same_in_every_language() -> None:
    """Medusa does not translate handles."""
    known = halves({"sanity": titles(de="Hemd")}, replace(BARE, handle=Handle("t-shirt")))

    assert {one.name for one in alternates_of(known, CMS_FIRST, SHOP, URLS)} == {"t-shirt"}
