"""Plain values as MessagePack, and what that lacks as extensions of it.

JSON's values are MessagePack's own, by msgspec. Decimals, tuples, numbers beyond 64 bits, half
characters (lone surrogates, which JSON may hold as escapes) and mappings with such keys come back
as they were, wherever they stand. There is no extension that could do anything but hold a value.
"""

import types
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

Plain: TypeAlias = Any
"""What `written` takes: lists, dicts with plain keys, texts, numbers, extensions."""

PLAIN_TYPES = frozenset({str, int, float, bool, types.NoneType})

_DECIMAL, _TUPLE, _TEXT, _INTEGER, _PAIRS = range(5)
_INT64, _UINT64 = -(2**63), 2**64
_Ext = msgspec.msgpack.Ext


class Unwritable(Exception):
    """A value that the cache does not know how to keep."""


def plain(value: object) -> Plain:
    """Return a value of JSON's, or one that holds Decimals and tuples, as `written` takes it.

    Raises:
        Unwritable: there is something else in it.
    """
    kind = type(value)
    if kind in PLAIN_TYPES:
        return value
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        if not all(type(key) in PLAIN_TYPES for key in value):
            raise Unwritable
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple) and kind is tuple:
        return _Ext(_TUPLE, written([plain(each) for each in value]))
    if kind is Decimal:
        return _Ext(_DECIMAL, str(value).encode())
    raise Unwritable


def written(tree: Plain) -> bytes:
    """Return a tree of plain values as MessagePack."""
    try:
        return _ENCODER.encode(tree)
    except (UnicodeEncodeError, OverflowError):
        return _ENCODER.encode(_wide(tree))  # rare, and several times as slow


def read(encoded: bytes) -> Plain:
    """Return what `written` wrote; whoever calls sees to what is none of it."""
    return _DECODER.decode(encoded)


def _wide(tree: Plain) -> Plain:
    """Return a tree without what MessagePack cannot hold by itself."""
    match tree:
        case str():
            try:
                tree.encode()
            except UnicodeEncodeError:
                return _Ext(_TEXT, tree.encode("utf-8", "surrogatepass"))
            return tree
        case int() if not _INT64 <= tree < _UINT64:
            size = tree.bit_length() // 8 + 1
            return _Ext(_INTEGER, tree.to_bytes(size, "big", signed=True))
        case list() | tuple():
            return [_wide(each) for each in tree]
        case dict():
            pairs = [[_wide(key), _wide(each)] for key, each in tree.items()]
            return _Ext(_PAIRS, _ENCODER.encode(pairs))
        case _:
            return tree


_EXTENSIONS: Mapping[int, Callable[[bytes], object]] = {
    _DECIMAL: lambda inner: Decimal(inner.decode()),
    _TUPLE: lambda inner: tuple(read(inner)),
    _TEXT: lambda inner: inner.decode("utf-8", "surrogatepass"),
    _INTEGER: lambda inner: int.from_bytes(inner, "big", signed=True),
    _PAIRS: lambda inner: dict(read(inner)),
}


def _extension(code: int, inner: memoryview) -> object:
    return _EXTENSIONS[code](bytes(inner))


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ext_hook=_extension)
