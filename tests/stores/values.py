"""Any value that the catalog keeps, made of the domain's own annotations."""

import dataclasses
import enum
import types
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from bff.domain.commerce import (
    Category,
    Collection,
    Listing,
    Market,
    ProductId,
    ProductOffer,
    ProductText,
)
from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent
from bff.domain.freshness import Policy
from bff.ports import Entry

TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
"""Half characters included: JSON may hold them as escapes."""
INTEGERS = st.integers() | st.integers(-(2**200), 2**200) | st.just(2**64) | st.just(-(2**63) - 1)
FLOATS = st.floats()
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | TEXTS | st.decimals(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXTS | st.none(), inner, max_size=3)
    ),
    max_leaves=8,
)
_SIMPLE: Mapping[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: INTEGERS,
    float: st.floats(0, 1e10),
    bool: st.booleans(),
    types.NoneType: st.none(),
    Decimal: st.decimals(),
    object: JSON,
}


@cache
def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return all that an annotation allows."""
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        # Put off, for it may hold itself.
        return st.deferred(
            lambda: st.builds(
                hint, **{name: any_of(each) for name, each in get_type_hints(hint).items()}
            )
        )
    return _of_generic(get_origin(hint), get_args(hint))


def _of_generic(origin: Any, inner: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in {Union, types.UnionType}:
        return st.one_of(*map(any_of, inner))
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(any_of(inner[0]), max_size=2).map(tuple)
    if origin is Sequence:
        return st.lists(any_of(inner[0]), max_size=2).flatmap(
            lambda items: st.sampled_from((items, tuple(items)))
        )
    if origin is Mapping:
        return st.dictionaries(any_of(inner[0]), any_of(inner[1]), max_size=2)
    msg = f"nobody has said what {origin} may be"
    raise TypeError(msg)


def _several(kind: type) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(any_of(kind), max_size=2).map(tuple)


VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": any_of(ProductText),
    "offer": any_of(ProductOffer),
    "id": any_of(ProductId),
    "listing": any_of(Listing),
    "markets": _several(Market),
    "categories": _several(Category),
    "collections": _several(Collection),
    "content": any_of(ProductContent),
    "group": any_of(GroupContent),
    "pages": _several(PageContent),
    "menu": any_of(MenuContent),
    "nothing": st.none(),
    "plain": JSON,
}
"""By what the catalog keeps them for."""


def entries(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Entry]:
    """Return entries with such values."""
    return st.builds(
        Entry,
        value=values,
        policy=any_of(Policy),
        started_at=st.floats(0, 1e10),
        took=st.floats(0, 100),
        stamp=st.integers(0, 2**63 - 1),
        tags=st.frozensets(TEXTS, max_size=4),
    )
