"""What an operation may cost: calls to the sources, where nothing is cached.

It is worked out before anything is asked, from how the sources are asked:

- Medusa's markets, and whole lists of groups, are read once for an operation.
- Products asked for one by one are read together, for each language and market by itself; a
  question has room for so many keys.
- Each list of products, page and menu is a question of its own.
- What editors refer to is priced together, for each answer that refers: by id and by handle.
- Each content system is asked for itself; `ContentCalls` says how often.

How many things editors refer to nobody knows before, so that usual numbers stand for it. What is
cached costs less, and shoppers who ask the same at the same moment share it.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, TypeAlias
from urllib.parse import quote_plus

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    ValueNode,
    value_from_ast_untyped,
)

from bff.catalog.product_page import Wants
from bff.web.connection import DEFAULT_PAGE, MAX_PAGE
from bff.web.document_limits import Sizes
from bff.web.errors import QueryTooComplex
from bff.web.inputs import MAX_KEY, MAX_KEYS
from bff.web.selection import Selected, menu_wants, page_wants, product_wants, selected_in
from bff.web.surface import ContentCalls, DocumentLimits

ADDONS_OF_EACH: Final = 4
"""Addons that an editor usually gives a product, most of them others than the next one's."""
SHOWN_ON_A_PAGE: Final = 50
"""Products that a page or a menu usually shows at most."""
GROUPS_OF_A_SHOP: Final = 100
"""Categories, or collections, that shops usually have at most."""
COUNTRIES_OF_A_SHOP: Final = 50
"""Countries that a shop's markets usually have at most."""
_ROOM: Final = 5_000
"""Characters that keys may take in one question: addresses have 7 500, and the rest of one says
what is to be told."""
_IN_MEDUSA: Final = len("&handle%5B%5D=")
_IN_CONTENT: Final = len("&filters%5B%24or%5D%5B0%5D%5Bmedusa_id%5D%5B%24in%5D%5B00%5D=")
"""Characters that a parameter's name takes for each key."""
_KEYS_IN_MEDUSA: Final = 100
_BY_ID_AND_BY_HANDLE: Final = 2

Variables: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Root:
    """A field of the root that is going to be answered: each response name once.

    `fields` are those below it, with every use of a fragment.
    """

    name: str
    arguments: Mapping[str, ValueNode]
    wants: Wants
    fields: int

    def value(self, argument: str, variables: Variables) -> object:
        """Return what an argument is; `None` where it was not given."""
        node = self.arguments.get(argument)
        return None if node is None else value_from_ast_untyped(node, variables)

    def seen_as(self, variables: Variables) -> Hashable:
        """Return the language and the market of its answer, as far as they were asked for."""
        asked = (self.value(name, variables) for name in ("locale", "country"))
        return tuple(_key(one).lower() for one in asked)


@dataclass(frozen=True, slots=True)
class Bill:
    """What an operation may cost: calls to the sources, and values to be written.

    Values are the fields of each thing in a list; what one of them has several of counts once.
    """

    calls: int
    values: int

    def check(self, limits: DocumentLimits) -> None:
        """Do nothing for what may be spent.

        Raises:
            QueryTooComplex: it costs more.
        """
        most = limits.upstream_calls
        if self.calls > most:
            msg = f"the operation may cost {self.calls} calls to the sources; {most} are the most"
            raise QueryTooComplex(msg)
        most = limits.values
        if self.values > most:
            msg = f"the operation asks for {self.values} values of lists; {most} are the most"
            raise QueryTooComplex(msg)


@dataclass(frozen=True, slots=True)
class Priced:
    """The operations of a document that has been validated, taken apart for `bill`."""

    operations: Mapping[str | None, tuple[tuple[_Root, ...], Variables]]

    @classmethod
    def of(cls, document: DocumentNode) -> "Priced":
        """Take a document apart."""
        nodes = document.definitions
        sizes = Sizes(document)
        fragments = {
            node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)
        }
        return cls(
            {
                node.name.value if node.name else None: (
                    tuple(_roots(node, fragments, sizes)),
                    _defaults(node),
                )
                for node in nodes
                if isinstance(node, OperationDefinitionNode)
            }
        )

    def bill(
        self, name: str | None, given: Mapping[str, Any], content: Sequence[ContentCalls]
    ) -> Bill:
        """Return what an operation may cost; without a name it is the only one.

        Variables that cannot be used count as if they had not been given: the executor refuses
        them.
        """
        chosen = self.operations.get(name)
        if chosen is None:
            chosen = next(iter(self.operations.values()))
        roots, defaults = chosen
        return _Reckoning({**defaults, **given}, content).total(roots)


def _roots(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    sizes: Sizes,
) -> Iterable[_Root]:
    by_response: dict[str, list[FieldNode]] = {}
    for node in selected_in(operation, fragments):
        by_response.setdefault((node.alias or node.name).value, []).append(node)
    for nodes in by_response.values():
        first = nodes[0]  # the others are the same with other things below: that was validated
        name = first.name.value
        read = _WANTS.get(name, _whatever)
        wants = read(_inside(nodes, fragments))
        arguments = {one.name.value: one.value for one in first.arguments or ()}
        below = [sizes.of(node.selection_set).fields for node in nodes if node.selection_set]
        yield _Root(name, arguments, wants, sum(below))


def _inside(
    nodes: Sequence[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Selected:
    """Return what is selected below one field of the root."""
    return Selected(nodes, fragments).below(nodes[0].name.value)


def _defaults(operation: OperationDefinitionNode) -> Variables:
    return {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.variable_definitions or ()
        if one.default_value is not None
    }


def _wants_of_list(selected: Selected) -> Wants:
    return product_wants(selected.below("edges", "node"))


def _whatever(_: Selected) -> Wants:
    return Wants()


_WANTS: Final[Mapping[str, Callable[[Selected], Wants]]] = {
    "product": product_wants,
    "productById": product_wants,
    "products": _wants_of_list,
    "page": page_wants,
    "navigation": menu_wants,
}
"""What has to be known for each field of the root that shows products."""


class _Reckoning:
    """Adds up one operation."""

    def __init__(self, variables: Variables, content: Sequence[ContentCalls]) -> None:
        self._variables = variables
        self._content = content
        self._calls = self._values = 0
        self._shared: dict[Hashable, int] = {}
        self._batches: dict[Hashable, tuple[dict[str, None], Wants]] = {}

    def total(self, roots: Iterable[_Root]) -> Bill:
        """Return the bill for some fields of the root, asked for at the same moment."""
        for root in roots:
            add = self._ADD.get(root.name)
            if add is not None:
                self._shared["markets"] = 1
                add(self, root)
        for keys, wants in self._batches.values():
            self._products(tuple(keys), len(keys), wants)
        return Bill(self._calls + sum(self._shared.values()), self._values)

    def _markets(self, root: _Root) -> None:
        self._values += COUNTRIES_OF_A_SHOP * root.fields

    def _product(self, root: _Root) -> None:
        """Add one product to those that are read with it."""
        name = "handle" if root.name == "product" else "id"
        key = root.value(name, self._variables)
        together = (name, root.seen_as(self._variables))
        keys, wants = self._batches.get(together, ({}, root.wants))
        keys[_key(key)] = None
        self._batches[together] = keys, wants | root.wants

    def _list(self, root: _Root) -> None:
        """Add a list of products: those that are named, or so many."""
        chosen = root.value("filter", self._variables)
        keys = _keys_in(chosen) if isinstance(chosen, Mapping) else ()
        first = root.value("first", self._variables)
        count = len(keys) or (first if isinstance(first, int) else DEFAULT_PAGE)
        count = max(1, min(count, MAX_PAGE))
        self._values += count * root.fields
        self._products(keys, count, root.wants)

    def _page(self, root: _Root) -> None:
        slug = root.value("slug", self._variables)
        self._shared["page", _key(slug)] = sum(one.page for one in self._content)
        self._asks_content()
        if root.wants.products:
            self._values += SHOWN_ON_A_PAGE * root.fields
            self._referred(SHOWN_ON_A_PAGE, groups=root.wants.groups)

    def _menu(self, root: _Root) -> None:
        handle = root.value("handle", self._variables)
        self._shared["menu", _key(handle)] = sum(one.menu for one in self._content)
        self._asks_content()
        seen_as = root.seen_as(self._variables)
        for kind in ("categories", "collections"):
            self._shared[kind, seen_as] = 1
        self._values += SHOWN_ON_A_PAGE * root.fields
        if root.wants.groups:
            self._groups(seen_as)
        if root.wants.products:
            self._referred(SHOWN_ON_A_PAGE, groups=root.wants.groups)

    def _all_groups(self, root: _Root) -> None:
        seen_as = root.seen_as(self._variables)
        self._shared[root.name, seen_as] = 1
        self._values += GROUPS_OF_A_SHOP * root.fields
        self._groups(seen_as)

    _ADD: Final[Mapping[str, Callable[["_Reckoning", _Root], None]]] = {
        "product": _product,
        "productById": _product,
        "products": _list,
        "page": _page,
        "navigation": _menu,
        "categories": _all_groups,
        "collections": _all_groups,
        "markets": _markets,
    }
    """What each field of the root adds; those that are not here ask nobody."""

    def _products(self, keys: Collection[str], count: int, wants: Wants) -> None:
        """Add the reading of so many products; their `keys` say how much room they take."""
        self._calls += _questions(keys, count, _IN_MEDUSA, _KEYS_IN_MEDUSA)
        if wants.content or wants.addons:
            self._asks_content()
            self._calls += sum(
                _questions(keys, count, _IN_CONTENT, one.keys)
                for one in self._content
                if one.products
            )
        if wants.groups:
            self._groups(object())
        if wants.addons:
            self._referred(count * ADDONS_OF_EACH, groups=wants.addon_groups)

    def _referred(self, count: int, *, groups: bool) -> None:
        """Add what it takes to price so many products that editors refer to."""
        self._calls += _BY_ID_AND_BY_HANDLE * _questions((), count, _IN_MEDUSA, _KEYS_IN_MEDUSA)
        self._calls += sum(ceil(count / one.keys) for one in self._content if one.products)
        if groups:
            self._groups(object())

    def _groups(self, whose: Hashable) -> None:
        """Add what is written about the groups of some answer, each kind once."""
        self._asks_content()
        self._shared["groups", whose] = sum(
            one.kinds_of_groups * ceil(GROUPS_OF_A_SHOP / one.keys) for one in self._content
        )

    def _asks_content(self) -> None:
        self._shared["content"] = sum(one.first for one in self._content)


def _key(given: object) -> str:
    """Return what is written for a key; what is no text, and what is too long, is refused."""
    return given[:MAX_KEY] if isinstance(given, str) else ""


def _keys_in(chosen: Mapping[str, object]) -> tuple[str, ...]:
    """Return the keys that a filter names, as many as may be asked for at once."""
    keys: list[str] = []
    for given in chosen.values():
        several = given[:MAX_KEYS] if isinstance(given, list) else [given]
        keys.extend(_key(one) for one in several if isinstance(one, str))
    return tuple(keys)


def _questions(keys: Collection[str], count: int, around: int, most: int) -> int:
    """Return how many questions so many keys take; without `keys` they are of the usual length."""
    questions, left, room = 0, 0, 0
    for key in keys:
        length = around + len(quote_plus(key, errors="replace"))
        if left == 0 or length > room:
            questions, left, room = questions + 1, most, _ROOM
        left, room = left - 1, room - length
    return questions or ceil(count / most)
