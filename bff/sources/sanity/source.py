"""Reads documents of one dataset, many with one question, and has them mapped to content."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.mapping import pages_by_slug, to_group, to_menu, to_page, to_product
from bff.ports import Call, Clock, GroupKind, Listed, MatchBy
from bff.sources.sanity import lake, queries
from bff.sources.sanity.documents import Raw, Targets, is_published_id, visible
from bff.sources.sanity.families import families_of
from bff.sources.sanity.lake import Lake
from bff.sources.sanity.reading import reader_of
from bff.sources.sanity.referred import Referred, in_parts
from bff.sources.sanity.settings import SanitySettings
from bff.upstream import Upstream, off_loop, together

_CHUNK = 100  # products; reading the JSON of a larger answer would hold up the others
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class SanityHealth:
    """What Sanity let us see: published product documents, and documents of any type."""

    products: int
    documents: int
    has_token: bool
    document_type: str

    @property
    def problem(self) -> str | None:
        """Say in words what an operator should look at; `None` when there are products.

        To a reader without a token a private dataset looks like an empty one: Sanity answers
        both with nothing and no error, so the two are not told apart here either.
        """
        if self.products:
            return None
        if self.documents:
            return f"the dataset has no published documents of type {self.document_type!r}"
        if self.has_token:
            return "the dataset is empty, or the token may not read it"
        return "nothing is visible: the dataset is empty, or it is private and needs a token"


class SanityContent:
    """Content from one dataset. `name` is the upstream's; `locales` are the shop's.

    With `preview` drafts lie over what is published; the upstream's client has to be one for
    `settings.base_url(preview=True)` then. `live`, for `settings.past_cdn`, is asked for what has
    just been edited.
    """

    def __init__(
        self,
        upstream: Upstream,
        settings: SanitySettings,
        locales: Sequence[Locale] = (),
        clock: Clock | None = None,  # noqa: ARG002 - every source is made with one; this needs none
        *,
        preview: bool = False,
        live: Upstream | None = None,
    ) -> None:
        self._lake = Lake(upstream, settings, preview=preview, live=live)
        self._settings = settings
        self._preview = preview
        self._reader = reader_of(settings, locales)
        self._referred = Referred(self._lake, self._reader, preview=preview)
        self._contents_query = queries.contents(settings)
        self._pages_query = queries.pages(settings, settings.locale_tags(), locales)

    @property
    def matches_by(self) -> MatchBy:
        """What the keys of products are."""
        return self._settings.matches_by

    @property
    def name(self) -> str:
        """The source's name in provenance, degraded entries, errors and logs."""
        return self._lake.name

    async def contents(
        self, keys: Sequence[str], call: Call
    ) -> Mapping[str, ProductContent | None]:
        """Return the content of the products `keys`, and of the addons that it names.

        `None` says that there is no published document, be it asked for or named as an addon.
        An addon's own addons are named in its content but not read.

        Raises:
            UpstreamError: Sanity could not answer within the call's deadline.
        """
        wanted = tuple(dict.fromkeys(keys))
        askable = [key for key in wanted if self._is_askable(key)]
        answers = await together(
            [partial(self._contents, part, call) for part in in_parts(askable, _CHUNK)]
        )
        product = self._settings.document_type
        read = self._visible(
            [*(raw for a in answers for raw in a.asked), *(r for a in answers for r in a.linked)],
            product,
        )
        by_key = self._reader.by_key(read, self._reader.key)
        targets = self._referred.products(
            read, self._visible((raw for a in answers for raw in a.targets), product)
        )

        def content(key: str) -> ProductContent | None:
            documents = by_key.get(key)
            if documents is None:
                return None
            return to_product(self._reader.document(documents, targets), self._settings.product)

        def work() -> dict[str, ProductContent | None]:
            found = {key: content(key) if key in askable else None for key in wanted}
            for named in tuple(found.values()):
                for group in named.addons if named else ():
                    for ref in (ref for refs in group.lists.values() for ref in refs):
                        key = self.matches_by.key(ref.id, ref.handle)
                        if key is not None and key not in found:
                            found[key] = content(key)
            return found

        return await off_loop(work, list(read.values()))

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call
    ) -> Mapping[str, GroupContent | None]:
        """Return what is written about collections or categories, by Medusa's ids or handles.

        Raises:
            UpstreamError: Sanity could not answer within the call's deadline.
        """
        settings = self._settings
        is_collection = kind is GroupKind.COLLECTION
        type_name = settings.collection_type if is_collection else settings.category_type
        mapping = settings.group_mapping(kind)
        wanted = tuple(dict.fromkeys(keys))
        askable = [key for key in wanted if self._is_askable(key)]
        query = queries.groups(settings)
        answers = await together(
            [
                partial(self._documents, "groups", query, {"type": type_name, "ids": part}, call)
                for part in in_parts(askable, _CHUNK)
            ]
        )
        read = self._visible((raw for answer in answers for raw in answer), type_name)
        by_key = self._reader.by_key(read, self._reader.key)
        nobody = Targets(are_products=settings.knows_products_by_document)
        return {
            key: to_group(self._reader.document(by_key[key], nobody), mapping)
            if key in by_key and key in askable
            else None
            for key in wanted
        }

    async def pages(self, slugs: Sequence[str], call: Call) -> Mapping[str, Sequence[PageContent]]:
        """Return the pages that have one of `slugs` in any language.

        Those that share a slug are in the order of their ids.

        Raises:
            UpstreamError: Sanity could not answer within the call's deadline.
        """
        wanted = tuple(dict.fromkeys(slugs))
        askable = [slug for slug in wanted if _is_text(slug)]
        if not askable:
            return pages_by_slug(wanted, ())
        settings = self._settings
        values: dict[str, str | Sequence[str]] = {"type": settings.page_type, "slugs": askable}
        asking = self._lake.ask("pages", self._pages_query, values, call, lake.PagesAnswer)
        answer = (await asking).result
        read = self._visible([*answer.asked, *answer.linked], settings.page_type)
        # What a reference to a product says need not be looked up where it is Medusa's id.
        targets = Targets(are_products=settings.knows_products_by_document)
        if not targets.are_products:
            targets = await self._referred.read(read, call)

        def work() -> list[PageContent]:
            pages = families_of(read, answer.families)
            return [to_page(self._reader.document(page, targets), settings.page) for page in pages]

        return pages_by_slug(wanted, await off_loop(work, list(read.values())))

    async def menus(self, handles: Sequence[str], call: Call) -> Mapping[str, MenuContent | None]:
        """Return the menus called `handles`, with what their entries lead to.

        Raises:
            UpstreamError: Sanity could not answer within the call's deadline.
        """
        settings = self._settings
        wanted = tuple(dict.fromkeys(handles))
        askable = [handle for handle in wanted if _is_text(handle)]
        found: dict[str, MenuContent | None] = dict.fromkeys(wanted)
        if not askable:
            return found
        values: dict[str, str | Sequence[str]] = {
            "type": settings.navigation_type,
            "keys": askable,
        }
        query = queries.menus(settings)
        raws = await self._documents("menus", query, values, call)
        read = self._visible(raws, settings.navigation_type)
        targets = await self._referred.read(read, call)
        for handle, menu in self._reader.by_key(read, self._reader.handle_of_menu).items():
            if handle in found:
                document = self._reader.document(menu, targets)
                found[handle] = to_menu(document, settings.navigation)
        return found

    async def listed(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        """Return some of all product documents and where to go on; `None` at the end.

        Where each language has a document, a product is listed with each.

        Raises:
            UpstreamError: Sanity could not answer within the call's deadline.
        """
        settings = self._settings
        values: dict[str, str | Sequence[str]] = {"type": settings.document_type, "after": after}
        raws = await self._documents("listed", queries.listed(settings), values, call)
        nobody = Targets(are_products=False)
        products = []
        for document_id, raw in self._visible(raws, settings.document_type).items():
            it = self._reader.document({document_id: raw}, nobody, is_bare=True)
            named = ProductRef(it.product, it.handle, it.id)
            products.append(Listed(it.id, named, self._reader.language_of(raw)))
        ids = [last for raw in raws if isinstance(last := raw.get("_id"), str)]
        is_whole = len(raws) < queries.PAGE or not ids or max(ids) <= after
        return products, None if is_whole else max(ids)

    async def health(self, call: Call) -> SanityHealth:
        """Count what is visible: proof that project, dataset and token are right.

        Raises:
            UpstreamError: they are wrong (`UpstreamRejected.reason`), or Sanity did not answer.
        """
        settings = self._settings
        values: dict[str, str | Sequence[str]] = {"type": settings.document_type}
        asking = self._lake.ask("health", queries.COUNTS, values, call, lake.CountsAnswer)
        counts = (await asking).result
        has_token = (settings.preview_token if self._preview else settings.token) is not None
        return SanityHealth(counts.products, counts.documents, has_token, settings.document_type)

    async def _contents(self, keys: Sequence[str], call: Call) -> lake.Contents:
        values: dict[str, str | Sequence[str]] = {
            "type": self._settings.document_type,
            "ids": list(keys),
        }
        asking = self._lake.ask(
            "contents", self._contents_query, values, call, lake.ContentsAnswer
        )
        return (await asking).result

    async def _documents(
        self, operation: str, query: str, values: Mapping[str, str | Sequence[str]], call: Call
    ) -> list[dict[str, object]]:
        return (await self._lake.ask(operation, query, values, call, lake.Documents)).result

    def _visible(self, raws: Iterable[Raw], type_name: str | None = None) -> dict[str, Raw]:
        types = None if type_name is None else (type_name,)
        return visible(raws, types, preview=self._preview)

    def _is_askable(self, key: str) -> bool:
        by_document = self._settings.knows_products_by_document
        return is_published_id(key) if by_document else _is_text(key)


def _is_text(key: str) -> bool:
    return bool(key.strip()) and key.isprintable() and len(key) <= _LONGEST_KEY
