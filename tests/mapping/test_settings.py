"""What an operator may say about a content system, and what is refused before it misleads."""

import pytest
from pydantic import ValidationError

from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, Reach
from bff.mapping import ProductMapping, SourceSettings
from bff.ports import MatchBy


def source(**more: object) -> SourceSettings:
    return SourceSettings.model_validate({"kind": "sanity", **more})


def test_a_source_goes_by_its_kind_or_by_its_name() -> None:
    """Two systems of one kind are told apart in provenance."""
    assert source().source_name == "sanity"
    assert source(name="old-site").source_name == "old-site"


@pytest.mark.parametrize("name", ["", "Old", "a b", "1a", "x" * 33])
def test_a_name_is_no_riddle(name: str) -> None:
    """Names stand in logs and merge rules; that two are not the same the settings see to."""
    with pytest.raises(ValidationError):
        source(name=name)


def test_products_are_matched_by_id_unless_told_otherwise() -> None:
    """The handle is for systems that never heard of Medusa's ids."""
    assert source().matches_by is MatchBy.ID
    assert source(match="handle").matches_by is MatchBy.HANDLE
    assert source().usual_reach(Field.TITLE) is Reach.CHAIN


def test_languages_may_have_other_tags_there() -> None:
    """`de` is `de-DE` in some systems; how an operator writes ours does not matter."""
    tags = source(locales={" DE ": "de-DE"}).locale_tags()

    assert tags.theirs(Locale("de")) == "de-DE"
    with pytest.raises(ValidationError, match="BCP 47"):
        source(locales={"deutsch!": "de"})


def test_a_mapping_is_configuration() -> None:
    """Any field of a product may be fed from anywhere, by settings alone."""
    product = {
        "description": ["rich_description"],
        "markdown": ["rich_description"],
        "images": {"hero": ["cover.picture"]},
        "addons": [{"groups": "sets", "title": "label", "products": "items"}],
        "not_attributes": ["internal_note"],
    }
    found = source(product=product).product

    assert found.description == ("rich_description",)
    assert found.markdown == ("rich_description",)
    assert dict(found.images) == {"hero": ("cover.picture",)}
    assert found.addons[0].groups == "sets"
    assert found.title == ProductMapping().title


@pytest.mark.parametrize(
    "product", [{"titel": ["x"]}, {"title": [""]}, {"title": "x"}, {"images": {"hero": "x"}}]
)
def test_a_slip_in_a_mapping_is_told_at_the_start(product: dict[str, object]) -> None:
    """A misspelt field is an error, and not a product without a title."""
    with pytest.raises(ValidationError):
        source(product=product)
