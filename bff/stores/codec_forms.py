"""How values of the domain become plain ones, and values again.

The forms are made of the dataclasses' annotations, once; a new field or kind needs nothing here.

    dataclass                   the list of its fields; its constants, such as `type`, are left out
    one of several dataclasses  the same with the number of its kind at the end
    ... if all it holds is text the text: most of a rich text is such
    Enum, Decimal               its value; its digits
    Mapping, tuple              as they are, with the forms of what is in them
    object                      see `bff.stores.codec_plain`
"""

import dataclasses
import enum
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, NewType, TypeAlias, Union, get_args, get_origin, get_type_hints

from bff.stores.codec_plain import PLAIN_TYPES, Plain, plain

Hint: TypeAlias = Any
"""An annotation of a field."""
Value: TypeAlias = Any
"""What an annotation allows."""
Convert: TypeAlias = Callable[[Any], Any]

_WORDS = frozenset({str, Decimal})
_REMEMBERED = 4096


def as_it_is(value: Value) -> Value:
    """Return a value that needs no form."""
    return value


@dataclasses.dataclass(slots=True)
class Form:
    """How one type is written and read.

    Reading may change the lists that it is given. It checks what costs nothing to check: the
    caller knows that they are what was written.
    """

    write: Convert = as_it_is
    read: Convert = as_it_is


_SIMPLE: Mapping[Hint, Form] = {Decimal: Form(str, Decimal), object: Form(plain)}


class Forms:
    """The forms of some dataclasses and of all that is in them."""

    def __init__(self) -> None:
        self._classes: dict[type, Form] = {}
        self._shapes: list[str] = []

    @property
    def shapes(self) -> str:
        """What the forms depend on: other fields, other forms."""
        return "\n".join(self._shapes)

    def of(self, hint: Hint) -> Form:
        """Return the form of what an annotation allows, but for `None`, which has none.

        Raises:
            TypeError: nobody has thought of such a field yet.
        """
        if isinstance(hint, NewType):
            return self.of(hint.__supertype__)
        origin: Hint = get_origin(hint)
        if hint in PLAIN_TYPES or origin is Literal:
            return Form()
        if hint in _SIMPLE:
            return _SIMPLE[hint]
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return self._of_enum(hint)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self._of_class(hint)
        return self._of_generic(hint)

    def _of_generic(self, hint: Hint) -> Form:
        origin: Hint = get_origin(hint)
        inner = get_args(hint)
        if origin in {Union, types.UnionType}:
            return self._of_union([each for each in inner if each is not types.NoneType])
        if origin is tuple and inner[1:] == (...,):
            return self._of_tuple(inner[0])
        if origin is Mapping:
            return self._of_mapping(inner[1])
        if origin is Sequence and self.of(inner[0]).write is as_it_is:
            return Form(
                lambda value: [type(value) is tuple, *value],
                lambda row: tuple(row[1:]) if row[0] else row[1:],
            )
        msg = f"no form for {hint!r}"
        raise TypeError(msg)

    def _of_enum(self, kind: type[enum.Enum]) -> Form:
        members = {member.value: member for member in kind}
        self._shapes.append(f"{kind.__name__} {list(members)}")
        values = {member: value for value, member in members.items()}
        return Form(values.__getitem__, members.__getitem__)

    def _of_class(self, kind: type) -> Form:
        if kind in self._classes:
            return self._classes[kind]
        fields = dict(_fields(kind))
        self._shapes.append(f"{kind.__module__}.{kind.__qualname__} {fields}")
        writers: list[tuple[int, Convert]] = []
        readers: list[tuple[int, Convert]] = []
        read_row = _reading(kind, readers)
        form = Form(_writing(tuple(fields), writers), read_row)
        self._classes[kind] = form  # before its fields are looked at: they may hold it again
        for place, hint in enumerate(fields.values()):
            inner = self.of(hint)
            if inner.write is not as_it_is:
                writers.append((place, inner.write))
            if inner.read is not as_it_is:
                readers.append((place, inner.read))
        if len(fields) > 1 and set(fields.values()) <= _WORDS:
            form.read = _remembered(read_row)
        elif not readers:
            form.read = lambda row: kind(*row)
        return form

    def _of_union(self, kinds: Sequence[Hint]) -> Form:
        if len(kinds) == 1:
            return self.of(kinds[0])
        if not all(dataclasses.is_dataclass(kind) for kind in kinds):
            if all(self.of(kind).write is as_it_is for kind in kinds):
                return Form()
            msg = f"nothing tells {kinds} from each other"
            raise TypeError(msg)
        forms = [self._of_class(kind) for kind in kinds]
        numbers = {kind: number for number, kind in enumerate(kinds)}
        text = next((kind for kind in kinds if _is_text(kind)), None)
        words = attrgetter(*dict(_fields(text))) if text else None

        def write(value: Value) -> Plain:
            kind = type(value)
            if words and kind is text:
                return words(value)
            number = numbers[kind]
            row = forms[number].write(value)
            row.append(number)
            return row

        def read(row: Plain) -> Value:
            if text and type(row) is str:
                return text(row)
            return forms[row.pop()].read(row)

        return Form(write, read)

    def _within(self, hint: Hint) -> Form:
        """Return the form of what stands in a tuple or mapping, where `None` may stand too."""
        form = self.of(hint)
        if types.NoneType not in get_args(hint):
            return form
        return Form(_unless_none(form.write), _unless_none(form.read))

    def _of_tuple(self, inner: Hint) -> Form:
        form = self._within(inner)
        write, read = form.write, form.read
        return Form(
            as_it_is if write is as_it_is else lambda value: [write(each) for each in value],
            tuple if read is as_it_is else lambda rows: tuple([read(row) for row in rows]),
        )

    def _of_mapping(self, inner: Hint) -> Form:
        form = self._within(inner)
        write, read = form.write, form.read
        return Form(
            dict
            if write is as_it_is
            else lambda value: {key: write(each) for key, each in value.items()},
            as_it_is
            if read is as_it_is
            else lambda rows: {key: read(row) for key, row in rows.items()},
        )


def _fields(kind: type) -> Iterator[tuple[str, Hint]]:
    """Yield the names and annotations of the fields that are written."""
    hints = get_type_hints(kind)
    constants: list[str] = []
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        while isinstance(hint, NewType):
            hint = hint.__supertype__
        if get_origin(hint) is Literal and get_args(hint) == (field.default,):
            constants.append(field.name)
            continue
        if constants or field.kw_only or not field.init:
            msg = f"{kind.__name__}.{field.name} cannot be given by its place"
            raise TypeError(msg)
        yield field.name, hint


def _is_text(kind: type) -> bool:
    return [hint for _, hint in _fields(kind)] == [str]


def _writing(names: tuple[str, ...], writers: list[tuple[int, Convert]]) -> Convert:
    parts: Callable[[Value], Sequence[Plain]]
    match names:
        case ():
            return lambda _: []
        case (name,):
            only = attrgetter(name)
            parts = lambda value: (only(value),)  # noqa: E731 - as what `attrgetter` returns
        case _:
            parts = attrgetter(*names)

    def write(value: Value) -> list[Plain]:
        row = list(parts(value))
        for place, convert in writers:
            if (part := row[place]) is not None:
                row[place] = convert(part)
        return row

    return write


def _reading(kind: type, readers: list[tuple[int, Convert]]) -> Convert:
    def read_row(row: list[Plain]) -> Value:
        for place, convert in readers:
            if (part := row[place]) is not None:
                row[place] = convert(part)
        return kind(*row)

    return read_row


def _remembered(read_row: Convert) -> Convert:
    """Read few words at once: prices, options and markets are the same again and again."""

    @lru_cache(_REMEMBERED)
    def of_words(*row: str) -> Value:
        return read_row(list(row))

    return lambda row: of_words(*row)


def _unless_none(convert: Convert) -> Convert:
    if convert is as_it_is:
        return convert
    return lambda value: None if value is None else convert(value)
