"""The other way round: documents and addons whose product is not sold here."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from bff.domain.content import ProductContent, ProductRef
from bff.domain.coverage import (
    Duplicate,
    FaultyAddon,
    NamedAddon,
    StrayDocument,
    addon_fault,
    stray_document,
)
from bff.domain.locale import Locale
from bff.errors import UpstreamMalformed
from bff.operations.patience import Patience, parts
from bff.operations.survey import PAGE, Progress, Sold, Survey
from bff.ports import ContentSource, MatchBy


class DocumentWalk:
    """Goes through all product documents of each content system, and keeps what it finds."""

    def __init__(self, survey: Survey, patience: Patience, sold: Sold) -> None:
        self._survey = survey
        self._patience = patience
        self._sold = sold
        self._read = 0
        self.strays: list[StrayDocument] = []
        self.duplicates: list[Duplicate] = []

    async def run(self, progress: Progress) -> None:
        """Read all lists, one page after the other.

        Raises:
            UpstreamError: Medusa or a content system could not answer.
        """
        for source in self._survey.content:
            await self._look_through(source, progress)

    async def _look_through(self, source: ContentSource, progress: Progress) -> None:
        by = source.matches_by
        nameless: dict[str, None] = {}
        named: dict[tuple[str, Locale | None], dict[str, None]] = {}
        after: str | None = ""
        while after is not None:
            listed, following = await self._patience.ask(partial(source.listed, after))
            for one in listed:
                name = _key(one.product, by)
                own = nameless if name is None else named.setdefault((name, one.language), {})
                own[one.document_id] = None
            self._read += len(listed)
            progress("documents", self._read, None)
            if following == after:
                raise UpstreamMalformed(source.name, "listed", "the list has no end")
            after = following
        for (name, _), documents in named.items():
            if len(documents) > 1:
                handle = self._sold.handle(name)
                self.duplicates.append(Duplicate(source.name, handle, tuple(documents)))
        not_sold = await self._sold.not_sold([name for name, _ in named], by)
        known = await self._known(not_sold, by)
        unsold = frozenset(not_sold)
        strays = [
            (document_id, name)
            for (name, _), documents in named.items()
            if name in unsold
            for document_id in documents
        ]
        self.strays.extend(
            stray_document(source.name, document_id, name, known)
            for document_id, name in (*((one, None) for one in nameless), *strays)
        )

    async def _known(self, names: Sequence[str], by: MatchBy) -> Mapping[str, str] | None:
        """Return the status of what Medusa has, sold or not; `None` where nobody can say."""
        shop = self._survey.whole_shop
        if shop is None:
            return None
        known: dict[str, str] = {}
        for part in parts(names, PAGE):
            known.update(await self._patience.ask(partial(shop.statuses, part, by)))
        return known


async def addon_faults(
    named: Iterable[NamedAddon], survey: Survey, patience: Patience, sold: Sold
) -> list[FaultyAddon]:
    """Return what became of those addons that are not sold.

    Whether there is a document for one, its own content system is asked; where that does not
    know products by what the reference says, the reference is proof enough.

    Raises:
        UpstreamError: Medusa or a content system could not answer.
    """
    unseen = [one for one in named if not sold.has_target(one.target)]
    lost = [one for one in unseen if one.target.id is None and one.target.handle is None]
    unsold = [*lost]
    for by in MatchBy:
        asked = {one: name for one in unseen if (name := _asked_by(one.target, by)) is not None}
        not_sold = frozenset(await sold.not_sold([*asked.values()], by))
        unsold.extend(one for one, name in asked.items() if name in not_sold)
    faults: list[FaultyAddon] = []
    for source in survey.content:
        own = [one for one in unsold if one.source == source.name]
        keys = [key for one in own if (key := _key(one.target, source.matches_by)) is not None]
        documents: dict[str, ProductContent | None] = {}
        for part in parts([*dict.fromkeys(keys)], PAGE):
            found = await patience.ask(partial(source.contents, part))
            documents.update((key, found.get(key)) for key in part)
        faults.extend(
            addon_fault(one, {**_proven(one.target, source), **documents}) for one in own
        )
    return faults


def _key(product: ProductRef, by: MatchBy) -> str | None:
    return by.key(product.id, product.handle)


def _asked_by(target: ProductRef, by: MatchBy) -> str | None:
    """Return what Medusa is asked for a product by: its id if there is one."""
    if target.id is not None:
        return target.id if by is MatchBy.ID else None
    return target.handle if by is MatchBy.HANDLE else None


def _proven(target: ProductRef, source: ContentSource) -> Mapping[str, ProductContent]:
    """Return a document for a target that its own content system cannot be asked for.

    Nothing but that document tells the target's id or handle.
    """
    name = target.id or target.handle
    if name is None or _key(target, source.matches_by) is not None:
        return {}
    return {name: ProductContent(target, target.document_id, {})}
