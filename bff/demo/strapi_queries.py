"""What the embedded Strapi is asked of a type, and its answer: one page of entries.

It is asked as our adapter asks. What no question of ours has in it is refused in the shape of
what Strapi does not understand; a parameter that it does not know at all it ignores.

Source: REST API of versions 5 and 4, recorded answers.
"""

from collections.abc import Sequence

from bff.demo.catalogue import Entity
from bff.demo.strapi_entries import Writer
from bff.demo.strapi_filters import Filters
from bff.demo.strapi_model import TYPES, of_every_entry
from bff.demo.strapi_parameters import Tree, branch, listed
from bff.demo.strapi_refusals import Refusal, invalid, unknown_key
from bff.demo.strapi_rows import Row, Stored
from bff.demo.strapi_shapes import file_shape, shape_of
from bff.demo.strapi_store import View

_FIVE = 5
_PAGE = 25
_MOST = 100  # and what anything but a number is taken for
_ORDERS = {"": False, "asc": False, "ASC": False, "desc": True, "DESC": True}


def page(stored: Stored, version: int, default: str, endpoint: str, asked: Tree) -> Entity:
    """Return the entries of a type that are asked for; `default` is the language of who says none.

    Raises:
        Refusal: the question makes no sense to Strapi, or nobody of ours asks it.
    """
    view = View(stored, version, drafts=_wants_drafts(version, asked))
    shape = shape_of(version, endpoint, asked)
    means = Filters(view).test(endpoint, branch(asked, "filters"))
    rows = [
        row
        for row in view.rows(endpoint)
        if _speaks(version, row.locale, asked.get("locale") or default) and means(row)
    ]
    for name in reversed(listed(asked, "sort")):
        rows = _sorted(view, endpoint, rows, name)
    number, size = _place(version, asked)
    writer = Writer(view)
    shown = rows[(number - 1) * size : number * size]
    told = {
        "page": number,
        "pageSize": size,
        "pageCount": -(-len(rows) // size),
        "total": len(rows),
    }
    entries = [writer.entry(row, shape) for row in shown]
    return {"data": entries, "meta": {"pagination": told}}


def files(stored: Stored, version: int, asked: Tree) -> list[Entity]:
    """Return the files of the media library, which come without an envelope.

    Raises:
        Refusal: they are filtered by something else than when they were edited.
    """
    filters = branch(asked, "filters")
    if filters.keys() - {"updatedAt"}:
        raise unknown_key(version, "filters", next(iter(filters.keys() - {"updatedAt"})))
    since = branch(filters, "updatedAt").get("$gte", "")
    writer, shape = Writer(View(stored, version)), file_shape(version, asked)
    found = [file for file in stored.files.values() if file["updatedAt"] >= str(since)]
    return [writer.file(file, shape) for file in found]


def _wants_drafts(version: int, asked: Tree) -> bool:
    """Tell whether drafts are meant: version 5 takes any word but `published` for them."""
    if version != _FIVE:
        return False  # one row is both
    return asked.get("status", "published") != "published"


def _speaks(version: int, locale: str, asked: str | Tree) -> bool:
    if not isinstance(asked, str):
        return locale in asked.values()
    return asked in (locale, "*" if version == _FIVE else "all")


def _sorted(view: View, endpoint: str, rows: Sequence[Row], asked: str) -> list[Row]:
    name, _, order = asked.partition(":")
    fields = {own for own, one in TYPES[endpoint].items() if one.kind == "field"}
    if name not in {*fields, *of_every_entry(view.version)}:
        raise unknown_key(view.version, "sort", name)
    if order not in _ORDERS:
        message = "Invalid order. order can only be one of asc|desc|ASC|DESC"
        raise invalid(message)

    def place(row: Row) -> tuple[bool, bool, int, str]:
        value = view.field(row, name)
        is_number = isinstance(value, int)
        return value is not None, is_number, value if isinstance(value, int) else 0, str(value)

    return sorted(rows, key=place, reverse=_ORDERS[order])


def _place(version: int, asked: Tree) -> tuple[int, int]:
    """Return which page is asked for, and how large it is: Strapi clamps what is too large."""
    kind = "PaginationError" if version == _FIVE else "ValidationError"
    if asked.keys() & {"page", "pageSize"}:
        message = (
            "Invalid pagination attributes. The page parameters are incorrect and must be in "
            "the pagination object"
        )
        raise Refusal(400, kind, message)
    pagination = branch(asked, "pagination")
    if pagination.keys() - {"page", "pageSize"}:
        message = "Cannot use both page & offset pagination in the same query"
        raise Refusal(400, kind, message)
    size = min(max(_number(pagination.get("pageSize"), _PAGE, _MOST), 1), _MOST)
    return max(_number(pagination.get("page"), 1, 1), 1), size


def _number(text: str | Tree | None, default: int, otherwise: int) -> int:
    if text is None:
        return default
    is_number = isinstance(text, str) and text.removeprefix("-").isdecimal() and text.isascii()
    return int(text) if is_number and isinstance(text, str) and len(text) < 10 else otherwise  # noqa: PLR2004 - more pages than there can be
