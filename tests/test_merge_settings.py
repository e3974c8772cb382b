"""Who speaks for which field, as the operator set it or as is usual."""

import pytest

from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergeOrder, Reach, SourceRule
from bff.settings import MergeSettings, Settings, group_policy, merge_policy, source_order
from bff.sources.medusa import MedusaSettings
from bff.sources.sanity import SanitySettings

MEDUSA, SANITY = SourceRule("medusa"), SourceRule("sanity")
TRANSLATED = SourceRule("sanity", Reach.TRANSLATED)


def settings(*content: SanitySettings, **merge: object) -> Settings:
    return Settings(
        medusa=MedusaSettings.model_validate(
            {"url": "http://shop.example:9000", "publishable_key": "pk_1"}
        ),
        content=content,
        locales=("en", "de", "fr"),
        default_locale="de",
        default_country="DE",
        merge=MergeSettings.model_validate(merge),
    )


def test_medusa_speaks_alone_without_content_systems() -> None:
    """A shop that has no content system shows what Medusa says."""
    assert merge_policy(settings()).rules == dict.fromkeys(Field, (MEDUSA,))


@pytest.mark.parametrize("field", Field)
def test_sanity_speaks_before_medusa(field: Field) -> None:
    """Its title counts in translations only: in the shop's own language it is a mere copy."""
    rules = merge_policy(settings(SanitySettings(project_id="demo1234"))).rules

    assert rules[field] == (TRANSLATED if field is Field.TITLE else SANITY, MEDUSA)


def test_the_operator_decides_field_by_field() -> None:
    """What is set replaces the usual order of that field and of no other."""
    chosen = {"title": ["sanity"], "subtitle": ["medusa", "sanity:translated"]}
    sanity = SanitySettings(project_id="demo1234")

    policy = merge_policy(settings(sanity, fields=chosen, order="language"))

    assert policy.rules[Field.TITLE] == (SANITY,)
    assert policy.rules[Field.SUBTITLE] == (MEDUSA, TRANSLATED)
    assert policy.rules[Field.DESCRIPTION] == (SANITY, MEDUSA)
    assert policy.order is MergeOrder.LANGUAGE


def sanity(name: str, *serves: str) -> SanitySettings:
    return SanitySettings.model_validate(
        {"project_id": "demo1234", "name": name, "serves": serves or ("products",)}
    )


def test_sources_are_told_apart_by_name() -> None:
    """During a migration a shop has two of one kind: the first one speaks first."""
    rules = merge_policy(settings(sanity("new"), sanity("old"))).rules

    assert rules[Field.DESCRIPTION] == (SourceRule("new"), SourceRule("old"), MEDUSA)


def test_only_what_serves_products_speaks_for_them() -> None:
    """A source of pages is never asked for a description."""
    rules = merge_policy(settings(sanity("shop"), sanity("blog", "pages"))).rules

    assert rules[Field.DESCRIPTION] == (SourceRule("shop"), MEDUSA)


def test_pages_and_menus_come_from_all_that_serve_them() -> None:
    """In the order of the sources, unless the operator chose another."""
    sources = (sanity("shop"), sanity("blog", "pages"), sanity("new", "pages", "navigation"))

    usual = settings(*sources)
    chosen = settings(*sources, pages=["new"])

    assert source_order(usual, "pages") == ("blog", "new")
    assert source_order(usual, "navigation") == ("new",)
    assert source_order(chosen, "pages") == ("new",)
    assert source_order(chosen, "navigation") == ("new",)


def test_whose_list_of_addons_counts() -> None:
    """The shop's own language's, else the next that has one; or each shopper's own."""
    own = (Locale("de"), None, Locale("en"), Locale("fr"))

    assert merge_policy(settings()).lists == own
    assert merge_policy(settings(lists="chain")).lists is None


def test_fields_that_move_together() -> None:
    """As the operator grouped them; by default each goes its own way."""
    policy = merge_policy(settings(together=[["title", "description"], ["seo.title", "images"]]))

    assert merge_policy(settings()).together == ()
    assert policy.together == (
        (Field.TITLE, Field.DESCRIPTION),
        (Field.SEO_TITLE, Field.IMAGES),
    )


def test_words_of_categories_come_from_what_serves_them() -> None:
    """Their sources may be others than those of products."""
    sources = (
        sanity("shop"),
        sanity("all", "products", "categories"),
        sanity("tree", "categories"),
    )
    own = SourceRule("medusa")

    products, groups = merge_policy(settings(*sources)), group_policy(settings(*sources))

    assert products.rules[Field.DESCRIPTION] == (SourceRule("shop"), SourceRule("all"), own)
    assert groups.rules[Field.DESCRIPTION] == (SourceRule("all"), SourceRule("tree"), own)


def test_what_is_chosen_for_products_holds_for_categories() -> None:
    """As far as it can: who serves no products cannot be named, and speaks before Medusa."""
    sources = (
        sanity("shop"),
        sanity("all", "products", "categories"),
        sanity("tree", "categories"),
    )
    chosen = {"description": ["shop", "all", "medusa"], "seo.title": ["medusa", "all"]}

    rules = group_policy(settings(*sources, fields=chosen)).rules

    assert [rule.source for rule in rules[Field.DESCRIPTION]] == ["all", "tree", "medusa"]
    assert [rule.source for rule in rules[Field.SEO_TITLE]] == ["tree", "medusa", "all"]
