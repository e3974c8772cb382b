"""What a request brings along can be read in one way only, and that is written down."""

import pytest

from bff.domain.locale import Locale
from bff.ports import Call, Trail
from bff.web.context import RequestContext
from bff.web.dimensions import Dimension, Dimensions
from tests.web.editors import Editors


def context_for(language: str, *, preview: bool = False) -> RequestContext:
    dimensions = Dimensions(language, Locale, is_preview=preview)
    return RequestContext(Editors().service().shop, Call(60, None, Trail()), dimensions)


def test_nothing_is_used_until_it_is_read() -> None:
    """An answer that looks at nothing is the same for everybody."""
    context = context_for("de")
    assert context.dimensions.used() == ()

    context.requested(Locale("en"))
    assert context.dimensions.used() == ()

    assert context.requested(None) == "de"
    assert context.dimensions.used() == (Dimension.LANGUAGE,)


def test_whoever_reads_the_catalog_depends_on_the_preview() -> None:
    """Public and draft data are behind the same door."""
    context = context_for("de")
    _ = context.catalog

    assert context.dimensions.used() == (Dimension.PREVIEW,)


def test_making_a_key_is_no_use() -> None:
    """Looking for a kept answer does not make it depend on everything."""
    dimensions = context_for("de", preview=True).dimensions

    assert dimensions.values(Dimension) == ("de", "drafts")
    assert dimensions.used() == ()


@pytest.mark.parametrize("name", sorted(set(dir(RequestContext)) | set(vars(context_for("de")))))
def test_a_resolver_has_no_other_way_to_the_request(name: str) -> None:
    """Whatever a resolver finds in its context is the shop's, or its reading is written down.

    Two requests that differ in everything look the same from inside, until a dimension is read.
    """
    if name.startswith("__") or callable(getattr(RequestContext, name, None)):
        return
    one, other = context_for("de"), context_for("fr", preview=True)
    seen = [repr_of(getattr(context, name)) for context in (one, other)]
    if name in {"dimensions", "call"}:  # a call has a deadline and a trace: see `bff.ports`
        return
    assert one.dimensions.used() or seen[0] == seen[1], name


def repr_of(value: object) -> str:
    """Return what can be seen of a value: its type, and its parts where it is plain."""
    plain = value is None or isinstance(value, str | int | float | dict | list | tuple)
    return repr(value) if plain else type(value).__name__
