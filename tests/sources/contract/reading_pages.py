"""What a shopper reads of pages and menus, whichever content system they were written in."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bff.domain.content import MenuContent, MenuEntry, PageContent
from bff.domain.locale import Locale
from tests.sources.contract.articles import Line, Page, Tag, Text, in_language
from tests.sources.contract.reading_products import expected_names, named, said
from tests.sources.contract.system import System

Seen: TypeAlias = tuple[object, ...]
"""One line of a menu: its label, where it leads to, and the lines below it."""


def public_pages(system: System) -> list[Page]:
    """Return the pages that shoppers may read."""
    return [page for page in system.shop.pages if page.is_published]


class ReadsPages:
    """Assertions that only read."""

    async def test_a_page_is_found_by_its_slug_in_any_language(self, system: System) -> None:
        """With all its slugs and texts, so that a language switcher knows where to go."""
        pages = public_pages(system)
        slugs = [slug for page in pages for slug in page.slugs.values()]
        found = await system.source.pages(slugs, system.call)

        for page in pages:
            for slug in page.slugs.values():
                content = content_of(page, found[slug])
                shown = {tag: said(fields) for tag, fields in content.fields.items()}
                shown = {tag: text for tag, text in shown.items() if text != Text()}
                assert shown == {tag: text.shown() for tag, text in page.texts.items()}
                assert content.document_id in content.made_of

    async def test_a_page_alone_is_as_it_is_among_others(self, system: System) -> None:
        """Who looks at it alone sees the same."""
        pages = public_pages(system)
        slugs = [slug for page in pages for slug in page.slugs.values()]
        together = await system.source.pages(slugs, system.call)

        for slug in slugs:
            alone = await system.source.pages([slug], system.call)
            assert alone == {slug: together[slug]}

    async def test_a_slug_that_pages_share_leads_to_all_of_them(self, system: System) -> None:
        """Each once and in one order, however they are asked for: the shopper's language chooses.

        Nothing is left out of it that has the slug in another language.
        """
        pages = public_pages(system)
        slugs = [slug for page in pages for slug in page.slugs.values()]
        together = await system.source.pages(slugs, system.call)
        backwards = await system.source.pages(slugs[::-1], system.call)

        for slug in dict.fromkeys(slugs):
            having = [page for page in pages if slug in page.slugs.values()]
            ids = [content.document_id for content in together[slug]]
            assert sorted(ids) == sorted(
                content_of(page, together[slug]).document_id for page in having
            )
            assert len({*ids}) == len(having), slug
            alone = await system.source.pages([slug], system.call)
            for found in (backwards, alone):
                assert [content.document_id for content in found[slug]] == ids

    async def test_a_page_shows_products_in_the_editors_order(self, system: System) -> None:
        """As references, which are priced later; what is lost is treated like a lost addon."""
        pages = public_pages(system)
        slugs = [next(iter(page.slugs.values())) for page in pages]

        found = await system.source.pages(slugs, system.call)

        for page, slug in zip(pages, slugs, strict=True):
            content = content_of(page, found[slug])
            for tag in page.slugs:
                refs = content.items.lists.get(Locale(tag), content.items.lists.get(None, ()))
                listed = list(in_language(page.products, tag))
                assert named(system, refs) == expected_names(system, listed), page.name

    async def test_a_menu_keeps_its_order_and_its_levels(self, system: System) -> None:
        """Labels, addresses, pages by the language's slug, products, and the lines below."""
        menus = [menu for menu in system.shop.menus if menu.is_published]
        handles = [menu.handle for menu in menus]

        found = await system.source.menus(handles, system.call)

        for menu in menus:
            content = found[menu.handle]
            assert content
            for tag in menu.languages():
                lines = in_language(menu.lines, tag)
                assert menu_in(system, content, tag) == [
                    expected(system, line, tag) for line in lines
                ]

    async def test_an_unknown_page_or_menu_is_none(self, system: System) -> None:
        """Whatever else is asked for in the same breath."""
        [page, *_] = public_pages(system)
        slug = next(iter(page.slugs.values()))
        [menu, *_] = system.shop.menus

        pages = await system.source.pages([slug, "no-such-page"], system.call)
        menus = await system.source.menus([menu.handle, "no-such-menu"], system.call)

        assert [key for key, content in pages.items() if content] == [slug]
        assert [key for key, content in menus.items() if content] == [menu.handle]
        assert ([*pages["no-such-page"]], menus["no-such-menu"]) == ([], None)


def content_of(page: Page, found: Sequence[PageContent]) -> PageContent:
    """Return the content of a page among pages: the one that has all its slugs."""

    def slugs(content: PageContent) -> dict[Tag, str | None]:
        return {tag: _in(content.slugs, tag) for tag in page.slugs}

    [content] = [one for one in found if slugs(one) == dict(page.slugs)]
    return content


def menu_in(system: System, menu: MenuContent, tag: Tag) -> list[Seen]:
    """Return a menu as a shopper of one language sees it."""
    return [
        _seen(system, entry, tag)
        for entry in menu.lists.get(Locale(tag), menu.lists.get(None, ()))
    ]


def _seen(system: System, entry: MenuEntry, tag: Tag) -> Seen:
    return (
        _in(entry.labels, tag),
        _in(entry.urls, tag),
        _in(entry.page.slugs, tag) if entry.page else None,
        named(system, (entry.product,) if entry.product else ()),
        entry.category,
        [_seen(system, child, tag) for child in entry.children],
    )


def _in(words: Mapping[Locale | None, str], tag: Tag) -> str | None:
    return words.get(Locale(tag), words.get(None))


def expected(system: System, line: Line, tag: Tag) -> Seen:
    """Return a line as a shopper of one language has to see it."""
    page = next((one for one in system.shop.pages if one.name == line.page), None)
    products: Sequence[str] = [line.product] if line.product else []
    return (
        line.labels.get(tag),
        line.url,
        page.slugs.get(tag) if page else None,
        expected_names(system, list(products)),
        line.category,
        [expected(system, child, tag) for child in line.below],
    )
