"""Which field of a content system feeds which of ours is for the operator to say, in part too."""

from typing import get_args

import pytest
from pydantic import BaseModel

from bff.mapping import SourceSettings
from bff.settings import settings_rows
from bff.settings.content import KINDS, ContentSettings

MAPPINGS = [
    (kind, name)
    for kind, settings in KINDS.items()
    for name in ("product", "collection", "category", "page", "navigation")
    if name in settings.model_fields
]


def usual(kind: str, name: str) -> BaseModel:
    mapping = KINDS[kind].model_fields[name].get_default(call_default_factory=True)
    assert isinstance(mapping, BaseModel)
    return mapping


@pytest.mark.parametrize(("kind", "name"), MAPPINGS)
def test_one_mapped_field_leaves_the_others_as_usual(kind: str, name: str) -> None:
    """Whoever says where one field is need not repeat where the rest is."""
    before = usual(kind, name)
    field = "label" if name == "navigation" else "subtitle"
    annotation = KINDS[kind].model_fields[name].annotation
    assert isinstance(annotation, type)
    assert issubclass(annotation, BaseModel)

    after = annotation.model_validate({field: ["claim"]})

    assert after == before.model_copy(update={field: ("claim",)})


def test_all_kinds_are_known() -> None:
    """Told apart by `kind`; each has what all have."""
    union, _ = get_args(ContentSettings)

    assert set(KINDS.values()) == set(get_args(union))
    assert all(issubclass(settings, SourceSettings) for settings in KINDS.values())
    assert all(settings.model_fields["kind"].default == kind for kind, settings in KINDS.items())


@pytest.mark.parametrize("kind", KINDS)
def test_what_all_have_is_explained_once(kind: str) -> None:
    """The README's table does not repeat the common settings for each kind."""
    names = [row.variable for row in settings_rows()]

    assert "BFF_CONTENT[any].serves" in names
    assert f"BFF_CONTENT[{kind}].serves" not in names
    assert f"BFF_CONTENT[{kind}].kind" in names
