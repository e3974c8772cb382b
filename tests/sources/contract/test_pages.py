"""Pages, menus and groups, as shoppers see them, from every content system."""

from dataclasses import replace

import pytest

from bff.domain.locale import Locale
from bff.ports import GroupKind
from tests.sources.contract.articles import Group
from tests.sources.contract.reading_pages import ReadsPages, content_of
from tests.sources.contract.reading_products import said
from tests.sources.contract.shop import SHOP
from tests.sources.contract.system import Harness, System, opened


class TestReading(ReadsPages):
    """What can be read everywhere."""


async def test_two_pages_that_are_called_alike_in_two_languages(system: System) -> None:
    """Both are there, so that each shopper gets the one that is called so in his language."""
    found = (await system.source.pages(["info"], system.call))["info"]

    for name in ("contact", "hours"):
        content = content_of(SHOP.page(name), found)
        assert said(content.fields[Locale("en")]) == SHOP.page(name).texts["en"]
    assert len(found) == 2


@pytest.mark.parametrize("kind", GroupKind)
async def test_what_is_written_about_groups(system: System, kind: GroupKind) -> None:
    """Collections and categories have texts in their languages; drafts have none."""
    groups = SHOP.collections if kind is GroupKind.COLLECTION else SHOP.categories
    keys = [*system.keys(list(groups)), "unknown"]

    found = await system.source.groups(kind, keys, system.call)

    def shown(group: Group) -> object:
        content = found[system.key(group)]
        return content and {tag: said(fields) for tag, fields in content.fields.items()}

    for group in groups:
        assert shown(group) == (dict(group.texts) if group.is_published else None)
    assert found["unknown"] is None
    assert [*found] == keys


async def test_a_group_is_of_one_kind(system: System) -> None:
    """A category with a collection's key is another thing."""
    [summer, *_] = SHOP.collections

    found = await system.source.groups(GroupKind.CATEGORY, [system.key(summer)], system.call)

    assert found == {system.key(summer): None}


async def test_a_shop_that_writes_nothing_about_categories(harness: Harness) -> None:
    """It has no such documents, perhaps not even a type for them: that is no failure."""
    async with opened(harness, replace(SHOP, categories=[])) as system:
        found = await system.source.groups(GroupKind.CATEGORY, ["pcat_shirts"], system.call)

    assert found == {"pcat_shirts": None}
