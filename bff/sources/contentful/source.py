"""Reads products with their addons, groups, pages and menus, each kind with one request."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bff.domain.content import (
    GroupContent,
    MenuContent,
    PageContent,
    ProductContent,
    ProductRef,
)
from bff.domain.locale import Locale
from bff.errors import UpstreamRejected
from bff.ports import Call, Clock, GroupKind, Listed, MatchBy
from bff.sources.contentful.answers import Answer, raw
from bff.sources.contentful.delivery import Delivery
from bff.sources.contentful.documents import Documents, Naming
from bff.sources.contentful.languages import Languages
from bff.sources.contentful.questions import Search, is_askable
from bff.sources.contentful.settings import ContentfulSettings
from bff.sources.contentful.space import Space, SpaceReader, to_space
from bff.sources.contentful.wire import Pool
from bff.upstream import Upstream, off_loop


class ContentfulContent:
    """Content from one environment of one space. `name` is the upstream's.

    `locales` are the shop's. With `preview` the upstream is the preview API, whose answers have
    the same form and drafts in them.
    """

    def __init__(
        self,
        upstream: Upstream,
        settings: ContentfulSettings,
        locales: Sequence[Locale],
        clock: Clock,
        *,
        preview: bool = False,
    ) -> None:
        self._upstream = upstream
        self._settings = settings
        self.locales = tuple(locales)
        self._tags = settings.locale_tags()
        path = f"/spaces/{settings.space_id}/environments/{settings.environment}"
        self._delivery = Delivery(upstream, path, settings.base_url(preview=preview))
        self._spaces = SpaceReader(upstream, path, clock)
        # Of what a menu leads to, nobody reads what that refers to in turn, but for a slug.
        led_to = [settings.product_type, settings.collection_type, settings.category_type]
        if "." not in settings.navigation.slug:
            led_to.append(settings.page_type)
        self._led_to = frozenset(led_to)
        self._naming = Naming(settings.product_type, settings.id_field, settings.handle_field)

    @property
    def name(self) -> str:
        """The source's name in provenance, degraded entries, errors and logs."""
        return self._upstream.source

    @property
    def matches_by(self) -> MatchBy:
        """What the keys of products are: Medusa's ids or handles."""
        return self._settings.matches_by

    async def space(self, call: Call) -> Space:
        """Return languages and content types: proof that space, environment and token are right.

        Raises:
            UpstreamError: they are wrong (`UpstreamRejected.reason`), or nobody answered in time.
        """
        return await self._spaces.space(call)

    async def contents(
        self, keys: Sequence[str], call: Call
    ) -> Mapping[str, ProductContent | None]:
        """Return the content of the products `keys`, and of the addons that it names.

        Of several entries for one product the oldest counts. A space without the content type
        or the field is refused, as a space without products is of no use.

        Raises:
            UpstreamError: Contentful could not answer within the call's deadline.

        Source: Content Delivery API, GET entries, recorded in tests/golden/contentful/.
        """
        asked = tuple(dict.fromkeys(keys))
        askable = tuple(filter(is_askable, asked))
        found: dict[str, ProductContent | None] = dict.fromkeys(asked)
        if not askable:
            return found
        settings = self._settings
        self._spaces.begin(call)
        search = Search(
            "contents", settings.product_type, settings.include, settings.key_field, askable
        )
        documents = await self._documents(await self._delivery.pool([search], call), call)
        answer = Answer(documents, settings)
        found |= await off_loop(partial(answer.products, askable), raw(documents))
        return found

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call
    ) -> Mapping[str, GroupContent | None]:
        """Return what is written about collections or categories, by Medusa's ids or handles.

        Raises:
            UpstreamError: Contentful could not answer within the call's deadline.
        """
        settings = self._settings
        is_collection = kind is GroupKind.COLLECTION
        content_type = settings.collection_type if is_collection else settings.category_type
        mapping = settings.group_mapping(kind)
        search = Search("groups", content_type, settings.include)
        documents = await self._searched(search, settings.key_field, keys, call)
        answer = Answer(documents, settings)
        return await off_loop(partial(answer.groups, content_type, mapping, keys), raw(documents))

    async def pages(self, slugs: Sequence[str], call: Call) -> Mapping[str, Sequence[PageContent]]:
        """Return the pages that have one of `slugs` in any language of the shop's.

        Of those that share a slug the one that was created first stands first.

        Raises:
            UpstreamError: Contentful could not answer within the call's deadline.
        """
        settings = self._settings
        search = Search("pages", settings.page_type, settings.include)
        documents = await self._searched(search, settings.page.slug, slugs, call)
        answer = Answer(documents, settings)
        return await off_loop(partial(answer.pages, slugs), raw(documents))

    async def menus(self, handles: Sequence[str], call: Call) -> Mapping[str, MenuContent | None]:
        """Return the menus called `handles`.

        Raises:
            UpstreamError: Contentful could not answer within the call's deadline.
        """
        settings = self._settings
        search = Search("menus", settings.navigation_type, settings.navigation_include)
        documents = await self._searched(search, settings.navigation.handle, handles, call)
        documents.leaves = self._led_to
        answer = Answer(documents, settings)
        return await off_loop(partial(answer.menus, handles), raw(documents))

    async def listed(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        """Return some of all product entries and where to go on; `None` at the end.

        Two entries of one product are both in the list.

        Raises:
            UpstreamError: Contentful could not answer within the call's deadline.
        """
        settings = self._settings
        space = await self._spaces.space(call)
        fields = space.types.get(settings.product_type, {})
        keys = [name for name in (settings.id_field, settings.handle_field) if name in fields]
        select = ",".join(("sys", *(f"fields.{name}" for name in keys)))
        search = Search("listed", settings.product_type, 0, select=select)
        skipped = int(after or 0)
        answer = await self._delivery.page(search, skipped, call)
        pool = Pool()
        documents = Documents(pool, Languages(space, self._tags), self._naming)
        listed = [
            Listed(
                entry.id,
                ProductRef(documents.product_of(entry), documents.handle_of(entry), entry.id),
            )
            for entry in pool.add(answer)
        ]
        read = skipped + len(answer.items)
        return listed, str(read) if answer.items and read < answer.size else None

    async def _documents(self, pool: Pool, call: Call) -> Documents:
        space = await self._spaces.space_with(pool.entries.values(), call)
        return Documents(pool, Languages(space, self._tags), self._naming)

    async def _searched(
        self, search: Search, path: str, values: Sequence[str], call: Call
    ) -> Documents:
        """Return the entries that have one of `values` in a field, in any language of the shop's.

        A filter looks at one language only, so each is asked for by its own. What the content
        type has not, nobody has written. Nobody is asked about nothing.
        """
        askable = tuple(filter(is_askable, dict.fromkeys(values)))
        if not askable:
            nowhere = Languages(to_space((), ()), self._tags)
            return Documents(Pool(), nowhere, self._naming)
        space = await self._spaces.space(call)
        names = self._filters(space, search.content_type, path)
        searches = [replace(search, name=name, values=askable if name else ()) for name in names]
        pool = Pool()
        try:
            if searches:
                pool = await self._delivery.pool(searches, call)
        except UpstreamRejected as refusal:
            if refusal.reason not in {"content-type-unknown", "field-unknown"}:
                raise  # these two went away since the space was read
        return await self._documents(pool, call)

    def _filters(self, space: Space, content_type: str, path: str) -> list[str]:
        """Return the filters to look at a field with, "" for none; no filter, no field.

        Source: a filter by `fields.slug.de-DE` next to `locale=*`; without a code the space's
        default language is looked at. Fallbacks of the space do not count in filters.
        """
        head, _, rest = path.partition(".")
        name = space.field_called(content_type, head)
        if name is None:
            return []
        if rest:  # it is behind a reference, where no filter looks in all languages
            return [""]
        if space.is_neutral(content_type, name):
            return [name]
        return [f"{name}.{code}" for code in self._codes(space)]

    def _codes(self, space: Space) -> list[str]:
        """Return the codes of the shop's languages, and that of the space's own."""
        ours = set(self.locales)
        return [
            code
            for code in space.codes or (space.default,)
            if code == space.default or self._tags.ours(code) in ours
        ]
