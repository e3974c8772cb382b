"""Reads what documents refer to, where a reference alone does not say what it means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bff.domain.document import Document
from bff.ports import Call
from bff.sources.sanity import lake, queries
from bff.sources.sanity.documents import Raw, Reader, Targets, is_published_id, visible
from bff.sources.sanity.lake import Lake
from bff.sources.sanity.values import MAX_DEPTH, reference
from bff.upstream import off_loop, together

Key = TypeVar("Key", bound=str)

_CHUNK = 100
_ROUNDS = 3  # a menu refers to its entries, these to pages, and there it ends


class Referred:
    """The documents that others refer to, in one dataset."""

    def __init__(self, asked: Lake, reader: Reader, *, preview: bool) -> None:
        self._lake = asked
        self._reader = reader
        self._preview = preview

    async def read(self, documents: Mapping[str, Raw], call: Call) -> Targets:
        """Return what documents refer to, and what that refers to, a few steps deep.

        Each round is a question, and the last finds nothing new to ask for.
        """
        known: dict[str, Raw] = {}
        asking = list(documents.values())
        for _ in range(_ROUNDS):
            named = _references_in(asking)
            missing = [each for each in named if each not in known and is_published_id(each)]
            if not missing:
                break
            parts = in_parts(missing, _CHUNK)
            answers = await together([partial(self._ask, part, call) for part in parts])
            found = visible(
                (raw for answer in answers for raw in answer), None, preview=self._preview
            )
            known |= found
            asking = [raw for raw in found.values() if not self._is_end(raw)]
        return await off_loop(partial(self._linked, known), list(known.values()))

    def _linked(self, known: Mapping[str, Raw]) -> Targets:
        """Return documents whose own references lead to each other, a few steps deep."""
        are_products = self._reader.settings.knows_products_by_document
        targets = Targets(are_products, are_read=True)
        for _ in range(_ROUNDS):
            # What an end refers to was not looked for: nobody depends on that.
            of_ends = replace(targets, are_read=False)
            documents: dict[str, Document] = {
                document_id: self._reader.document(
                    {document_id: raw}, of_ends if self._is_end(raw) else targets
                )
                for document_id, raw in known.items()
            }
            targets = Targets(are_products, documents, are_read=True)
        return targets

    def _is_end(self, raw: Raw) -> bool:
        """Tell what is a whole of its own: where it leads to is nothing to a menu."""
        settings = self._reader.settings
        return raw.get("_type") in (settings.document_type, settings.page_type)

    def products(self, *several: Mapping[str, Raw]) -> Targets:
        """Return which products documents are, where their own ids do not say so."""
        if self._reader.settings.knows_products_by_document:
            return Targets(are_products=True)
        nobody = Targets(are_products=False)
        known = {
            document_id: self._reader.document({document_id: raw}, nobody, is_bare=True)
            for documents in several
            for document_id, raw in documents.items()
        }
        return Targets(are_products=False, documents=known, are_read=True)

    async def _ask(self, ids: Sequence[str], call: Call) -> list[dict[str, object]]:
        values = {"ids": list(ids)}
        return (
            await self._lake.ask("targets", queries.BY_ID, values, call, lake.Documents)
        ).result


def in_parts(keys: Sequence[Key], size: int) -> list[list[Key]]:
    """Return keys in lists of at most `size`."""
    return [list(keys[start : start + size]) for start in range(0, len(keys), size)]


def _references_in(documents: Iterable[Raw]) -> list[str]:
    """Return the ids of all documents that some refer to, pictures and files aside."""
    found: dict[str, None] = {}
    waiting: list[tuple[object, int]] = [(document, 0) for document in documents]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(value, dict):
            target = reference(value)
            if target:
                found[target] = None
            inside = [each for name, each in value.items() if name != "asset"]
            waiting.extend((each, depth + 1) for each in reversed(inside))
        elif isinstance(value, list):
            waiting.extend((each, depth + 1) for each in reversed(value))
    return list(found)
