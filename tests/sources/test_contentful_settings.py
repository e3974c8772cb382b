"""What an operator may write about a Contentful space."""

import pytest
from pydantic import ValidationError

from bff.domain.locale import Locale
from bff.ports import MatchBy
from bff.sources.contentful import ContentfulSettings


def settings(**values: object) -> ContentfulSettings:
    return ContentfulSettings.model_validate({"space_id": "abc123", "token": "s3cret", **values})


@pytest.mark.parametrize(
    ("chosen", "public", "preview"),
    [
        ({}, "https://cdn.contentful.com", "https://preview.contentful.com"),
        (
            {"region": "eu"},
            "https://cdn.eu.contentful.com",
            "https://preview.eu.contentful.com",
        ),
        (
            {"url": "http://proxy.example/c/", "preview_url": "http://drafts.example"},
            "http://proxy.example/c",
            "http://drafts.example",
        ),
        (
            {"url": "", "region": "us"},
            "https://cdn.contentful.com",
            "https://preview.contentful.com",
        ),
    ],
)
def test_where_it_is_read(chosen: dict[str, object], public: str, preview: str) -> None:
    """Contentful's own hosts by region, or an address of the operator's."""
    found = settings(**chosen)

    assert found.base_url() == public
    assert found.base_url(preview=True) == preview


def test_each_api_has_its_own_token() -> None:
    """Contentful's are not interchangeable."""
    found = settings(token=" s3cret ", preview_token="dr4ft")

    assert found.headers() == {"Authorization": "Bearer s3cret"}
    assert found.headers(preview=True) == {"Authorization": "Bearer dr4ft"}
    assert found.has_preview


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_without_a_token_for_it_there_is_no_preview(blank: str | None) -> None:
    """The public token is never used in its place."""
    found = settings(preview_token=blank)

    assert not found.has_preview
    assert found.headers(preview=True) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""},
        {"token": "two words"},
        {"token": "line\nend"},
        {"space_id": "../other"},
        {"space_id": ""},
        {"environment": "a/b"},
        {"environment": ".."},
        {"region": "asia"},
        {"include": 11},
        {"include": -1},
        {"navigation_include": 11},
        {"id_field": "fields.medusaId"},
        {"id_field": "medusaId[in]"},
        {"product_type": "a,b"},
        {"url": "https://preview.contentful.com"},
        {"url": "https://preview.eu.contentful.com/x"},
        {"unknown": 1},
    ],
)
def test_what_cannot_be_right_is_refused(wrong: dict[str, object]) -> None:
    """Before anything is asked, and without showing a token."""
    with pytest.raises(ValidationError) as refused:
        settings(**wrong)

    assert "s3cret" not in str(refused.value)


def test_the_token_does_not_show() -> None:
    """Neither in logs nor in a stack trace."""
    found = settings(preview_token="dr4ft")

    assert "s3cret" not in repr(found)
    assert "dr4ft" not in repr(found)


def test_the_usual_model_needs_no_mapping() -> None:
    """Space, token and languages are all there is to say."""
    found = settings(locales={"en": "en-US"})

    assert found.source_name == "contentful"
    assert found.matches_by is MatchBy.ID
    assert found.locale_tags().theirs(Locale("en")) == "en-US"
    (addons,) = found.product.addons
    assert (addons.groups, addons.title, addons.products) == ("", "addons_title", "addons")


def test_mapping_one_field_leaves_the_others_as_they_are() -> None:
    """Whoever names the subtitle keeps Contentful's addons."""
    found = settings(product={"subtitle": ["tagline"]})

    assert found.product.subtitle == ("tagline",)
    assert found.product.addons == settings().product.addons
