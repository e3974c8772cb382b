"""What is public: all of it in the list, and nothing else anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent
from bff.ports import ContentSource, GroupKind, Listed
from tests.sources.contract.system import System

UNPUBLISHED = ("DRAFT", "RELEASE")
"""What every unpublished text begins with."""
_MOST_PAGES = 100


async def listed(source: ContentSource, system: System) -> list[Listed]:
    """Return the whole list of product documents, page after page."""
    found: list[Listed] = []
    after: str | None = ""
    for _ in range(_MOST_PAGES):
        assert after is not None
        some, after = await source.listed(after, system.call)
        found += some
        if after is None:
            return found
    message = "the list has no end"
    raise AssertionError(message)


@dataclass(frozen=True)
class Everything:
    """All that a source says about all that there is, published or not."""

    contents: Mapping[str, ProductContent | None]
    pages: Mapping[str, Sequence[PageContent]]
    menus: Mapping[str, MenuContent | None]
    groups: Mapping[str, GroupContent | None]
    listed: Sequence[Listed]


async def everything(source: ContentSource, system: System) -> Everything:
    """Ask for all that editors ever wrote."""
    shop, call = system.shop, system.call
    slugs = [slug for page in shop.pages for slug in page.slugs.values()]
    collections = system.keys(list(shop.collections))
    categories = system.keys(list(shop.categories))
    return Everything(
        await source.contents(list(dict.fromkeys(system.keys(list(shop.articles)))), call),
        await source.pages(slugs, call),
        await source.menus([menu.handle for menu in shop.menus], call),
        {
            **await source.groups(GroupKind.COLLECTION, collections, call),
            **await source.groups(GroupKind.CATEGORY, categories, call),
        },
        await listed(source, system),
    )


class ReadsWhatIsPublic:
    """Assertions that only read."""

    async def test_no_unpublished_text_is_in_a_public_answer(self, system: System) -> None:
        """Whatever the public credentials may see."""
        answers = await everything(system.source, system)

        assert not [word for word in UNPUBLISHED if word in repr(answers)]
        hidden = {system.key(one) for one in system.shop.articles if not one.is_published}
        hidden -= set(system.keys(system.shop.public()))
        found = await system.source.contents([*hidden], system.call)
        assert [key for key, content in found.items() if content] == []

    async def test_the_list_has_every_published_product(self, system: System) -> None:
        """Each document once, whatever is wrong with it."""
        found = await listed(system.source, system)

        assert len({one.document_id for one in found}) == len(found)
        assert {one.product.document_id for one in found} == {one.document_id for one in found}
        by_key = {one.product.id for one in found} | {one.product.handle for one in found}
        assert set(system.keys(system.shop.public())) <= by_key
        hidden = [one for one in system.shop.counted() if not one.is_published]
        assert not set(system.keys(hidden)) & by_key
