"""Documents of one collection type, by key.

A name that the shop's model does not have is a refusal in version 5. Which one it was is learnt
from the refusal, and for some minutes nobody asks for it.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from bff.domain.document import Document
from bff.errors import UpstreamRejected
from bff.ports import Call, Clock
from bff.sources.strapi import questions as ask
from bff.sources.strapi.content_types import ContentType
from bff.sources.strapi.documents import Reader, grouped
from bff.sources.strapi.envelopes import Row, opened
from bff.sources.strapi.populate import Params, Path, Plan
from bff.sources.strapi.refusals import unknown_in_populate
from bff.sources.strapi.rows import Query, Rows
from bff.upstream import together

_REMEMBERED = 300.0  # seconds
_MOST_UNKNOWN = 16  # names of one model that may be missing


class Lookup:
    """Finds the documents of one Strapi; `languages` are what asks for the shop's languages."""

    def __init__(self, rows: Rows, reader: Reader, languages: Params, clock: Clock) -> None:
        self._rows = rows
        self._reader = reader
        self._languages = languages
        self._clock = clock
        self._missing: dict[str, dict[Path, float]] = {}

    def missing(self, content_type: ContentType) -> tuple[str, ...]:
        """Return the names that the shop's model turned out not to have, as paths."""
        return tuple(".".join(path) for path in self._absent(content_type))

    async def by_key(
        self, content_type: ContentType, keys: Sequence[str], call: Call
    ) -> dict[str, Sequence[Row]]:
        """Return the rows of the documents that are known by these keys, of each the oldest.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """

        def document_of(row: Row) -> str | None:
            key = row.get(content_type.key)
            if not isinstance(key, str) or key not in wanted:
                return None
            # Version 4 has no documents: all that is about a product is one.
            return str(row.get("documentId", f"={key}"))

        wanted = frozenset(keys)
        rows = await self.rows(content_type, (f"[{content_type.key}]",), keys, (), call)
        chosen: dict[str, list[list[Row]]] = {}
        for siblings in grouped(rows, document_of).values():
            chosen.setdefault(str(siblings[0][content_type.key]), []).append(siblings)
        rivals = [key for key, several in chosen.items() if len(several) > 1]
        public = await self._public(content_type, rivals, call)
        found: dict[str, Sequence[Row]] = {}
        for key, several in chosen.items():
            seen = (one for one in several if one[0].get("documentId") in public)
            found[key] = next(seen, several[0])
        return found

    async def _public(
        self, content_type: ContentType, keys: Sequence[str], call: Call
    ) -> AbstractSet[object]:
        """Return which documents shoppers see, where an editor might be shown another draft.

        Version 5 does not say of a draft whether its document is published.
        """
        if not keys or not self._reader.model.drafts:
            return frozenset()
        params = (
            *ask.among((f"[{content_type.key}]",), keys[: ask.CHUNK]),
            *self._languages,
            *ask.sorted_by(content_type.key, "id"),
            *ask.only(content_type.key),
        )
        rows = await self._rows.every(
            Query(content_type.operation, content_type.endpoint, params, published=True), call
        )
        return {row.get("documentId") for row in map(opened, rows) if row is not None}

    def document(self, siblings: Sequence[Row], content_type: ContentType) -> Document:
        """Return the document that these rows are the languages of."""
        return self._reader.document(siblings, content_type.endpoint, content_type.plan)

    async def rows(
        self,
        content_type: ContentType,
        places: Sequence[str],
        keys: Sequence[str],
        more: Params,
        call: Call,
    ) -> Sequence[Row]:
        """Return the rows that have one of the keys at one of the places, in all languages.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        askable = [key for key in dict.fromkeys(keys) if ask.is_askable(key)]
        refused: UpstreamRejected | None = None
        for _ in range(_MOST_UNKNOWN):
            plan = content_type.plan.without(self._absent(content_type))
            rest = (
                *self._languages,
                *ask.sorted_by(content_type.key, "id"),
                *plan.params(),
                *more,
            )
            try:
                answers = await together(
                    [
                        partial(self._part, content_type, (*ask.among(places, part), *rest), call)
                        for part in ask.chunks(askable, content_type.endpoint, rest, places)
                    ]
                )
            except UpstreamRejected as refusal:
                refused = refusal
                if not self._learn(content_type, plan, refusal.reason):
                    raise
                continue
            return self._reader.rows(entry for part in answers for entry in part)
        raise refused or UpstreamRejected(self._rows.source, content_type.operation, status=400)

    async def _part(
        self, content_type: ContentType, params: Params, call: Call
    ) -> Sequence[object]:
        return await self._rows.every(
            Query(content_type.operation, content_type.endpoint, params), call
        )

    def _absent(self, content_type: ContentType) -> tuple[Path, ...]:
        now = self._clock()
        known = self._missing.get(content_type.endpoint, {})
        return tuple(path for path, until in known.items() if now < until)

    def _learn(self, content_type: ContentType, plan: Plan, reason: str) -> bool:
        """Remember what a refused question asked for in vain; `False` if nobody knows."""
        paths = tuple(_meant(plan, reason))
        until = self._clock() + _REMEMBERED
        self._missing.setdefault(content_type.endpoint, {}).update(dict.fromkeys(paths, until))
        return bool(paths)


def _meant(plan: Plan, reason: str) -> Iterator[Path]:
    """Return the paths that a refusal means: in the field that it names, or the shortest."""
    unknown = unknown_in_populate(reason)
    if unknown is None:
        return
    step, name = unknown
    paths = list(plan.named(name))
    within = [path for path in paths if path[0] == step]
    top = [path for path in paths if len(path) == 1]
    yield from within or top or paths
