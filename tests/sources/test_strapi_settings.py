"""What an operator can say about Strapi, and what is refused before anything is asked."""

import pytest
from pydantic import ValidationError

from bff.domain.locale import Locale
from bff.ports import MatchBy
from bff.sources.strapi import StrapiSettings


def settings(**values: object) -> StrapiSettings:
    return StrapiSettings.model_validate({"url": "http://strapi:1337/", **values})


def test_an_address_is_enough() -> None:
    """Everything else has a default for the usual model."""
    usual = settings()
    assert (usual.kind, usual.source_name, usual.version) == ("strapi", "strapi", "detect")
    assert usual.matches_by is MatchBy.ID
    assert (usual.products, usual.pages, usual.navigations) == ("products", "pages", "navigations")
    assert usual.collections is None
    assert usual.base_url() == usual.base_url(preview=True) == "http://strapi:1337"
    assert usual.media_url() == "http://strapi:1337"
    assert usual.headers() == {}
    assert not usual.has_preview
    assert usual.product.description == ("rich_description", "long_description", "description")


@pytest.mark.parametrize(
    ("written", "meant"), [(5, 5), ("5", 5), ("v4", 4), (" V5 ", 5), ("detect", "detect")]
)
def test_versions_are_understood(written: object, meant: object) -> None:
    """The environment has text only."""
    assert settings(version=written).version == meant


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 3},
        {"version": "latest"},
        {"url": "cms"},
        {"token": "two words"},
        {"token": "a", "identifier": "b", "password": "c"},
        {"identifier": "b"},
        {"password": "c"},
        {"products": "a/b"},
        {"products": ".."},
        {"id_field": "a][b"},
        {"dynamic_zones": {"sections": {"hero": []}}},
        {"populate": ["*"]},
        {"page_size": 0},
        {"status": "draft"},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    """No setting opens the way to drafts of all kinds, other paths or everything at once."""
    with pytest.raises(ValidationError) as refused:
        settings(**wrong)
    assert "two words" not in str(refused.value)


def test_credentials_are_hidden_and_sent() -> None:
    """A token is in the headers, an account is not: its token comes with each question."""
    by_token = settings(token=" abc ", preview_token="  ")
    assert "abc" not in repr(by_token)
    assert by_token.headers() == {"Authorization": "Bearer abc"}
    assert by_token.account() is None

    account = settings(identifier="shop", password="pass word", token="")
    assert "pass word" not in repr(account)
    assert account.headers() == {}
    found = account.account()
    assert found
    assert (found[0], found[1].get_secret_value()) == ("shop", "pass word")


def test_drafts_need_a_word_of_the_operators() -> None:
    """Any token can read Strapi's drafts, so that having one is not enough."""
    assert not settings(token="abc").has_preview
    own = settings(token="abc", preview_token="xyz")
    assert own.has_preview
    assert own.headers(preview=True) == {"Authorization": "Bearer xyz"}
    assert own.headers() == {"Authorization": "Bearer abc"}
    same = settings(token="abc", preview=True)
    assert same.has_preview
    assert same.headers(preview=True) == {"Authorization": "Bearer abc"}
    account = settings(identifier="a", password="b", preview_token="xyz")
    assert account.account(preview=True) is None
    assert account.account() is not None


def test_one_changed_field_leaves_the_others() -> None:
    """A shop that calls one thing differently does not write down its whole model."""
    product = settings(product={"title": ["name"]}).product
    assert product.title == ("name",)
    assert product.seo_title == ("seo.meta_title",)
    assert product.images == {"hero": ("thumbnail",), "gallery": ("images",)}


def test_languages_have_tags_of_strapis_own() -> None:
    """`de` of the shop may be `de-DE` there."""
    tags = settings(locales={"de": "de-DE"}).locale_tags()
    assert tags.theirs(Locale("de")) == "de-DE"
    assert tags.ours("de-DE") == "de"
