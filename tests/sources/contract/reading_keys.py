"""Keys that come from a browser: whatever they are, they are only ever keys."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from bff.ports import Call, GroupKind
from tests.sources.contract.system import System

Read: TypeAlias = Callable[[Sequence[str], Call], Awaitable[Mapping[str, object]]]
"""One of a source's questions about keys."""

HOSTILE = {
    "empty": "",
    "blank": "   ",
    "double quotes": 'tee" || true || "',
    "single quotes": "tee' OR '1'='1",
    "the end of a filter": 'x"] | *[true] | *["',
    "brackets": "][$in][0]=shirt&filters[handle",
    "another parameter": "x&status=draft&locale=*",
    "two in one": "shirt,socks",
    "two ids in one": "prod_shirt,prod_socks",
    "a wildcard": "*",
    "a pattern": "%_%",
    "everything": "%",
    "a parameter's name": "$ids",
    "an operator": "$ne",
    "a path": "../../secret",
    "a quoted path": "..%2f..%2fsecret",
    "a draft's id": "drafts.prod_prototype",
    "a release's id": "versions.r1.prod_coat",
    "a comment": "// \n /* shirt */ -- #",
    "a line end": "shirt\r\nX-Injected: 1",
    "a null byte": "shirt\x00",
    "half a pair": "\ud800shirt",
    "another direction": "\u202eshirt",
    "markup": "<script>alert(1)</script>",
    "very long": "x" * 10_000,
    "long with commas": "a," * 5_000,
    "an object's own": "__proto__",
    "a number": "1e999",
    "another letter case": "SHIRT",
    "a space in front": " prod_shirt",
}


class ReadsHostileKeys:
    """Assertions that only read."""

    async def test_a_hostile_key_finds_nothing(self, system: System) -> None:
        """It is answered like an unknown one, and changes nothing for those beside it."""
        source, call = system.source, system.call
        [article, *_] = [one for one in system.shop.public() if not one.addons]
        product = system.key(article)
        page = next(one for one in system.shop.pages if one.is_published)
        slug = next(iter(page.slugs.values()))
        menu = next(one for one in system.shop.menus if one.is_published).handle
        group = next((system.key(one) for one in system.shop.collections), "unknown")
        others = next((system.key(one) for one in system.shop.categories), "unknown")
        questions: list[tuple[str, Read, bool]] = [
            (product, source.contents, True),
            (slug, source.pages, True),
            (menu, source.menus, True),
            (group, partial(source.groups, GroupKind.COLLECTION), group != "unknown"),
            (others, partial(source.groups, GroupKind.CATEGORY), others != "unknown"),
        ]

        for key, read, is_there in questions:
            wanted = [one for hostile in HOSTILE.values() for one in (hostile, key)]
            found = await read(wanted, call)
            assert set(found) == {key, *HOSTILE.values()}, read
            assert [one for one, content in found.items() if content] == [key] * is_there, read
        for name, hostile in HOSTILE.items():
            found = await source.contents([hostile, product, hostile], call)
            assert set(found) == {hostile, product}, name
            assert [one for one, content in found.items() if content] == [product], name

    async def test_hostile_keys_alone_find_nothing(self, system: System) -> None:
        """They may well be all that somebody asks for."""
        source, call, keys = system.source, system.call, [*HOSTILE.values()]

        answers: list[Mapping[str, object]] = [
            await source.contents(keys, call),
            await source.pages(keys, call),
            await source.menus(keys, call),
            *[await source.groups(kind, keys, call) for kind in GroupKind],
        ]

        for found in answers:
            assert [*found] == keys
            assert not any(found.values())

    async def test_an_empty_batch_asks_nobody(self, system: System) -> None:
        """There is nothing to know."""
        source, call = system.source, system.call

        answers: list[Mapping[str, object]] = [
            await source.contents([], call),
            await source.pages([], call),
            await source.menus([], call),
            *[await source.groups(kind, [], call) for kind in GroupKind],
        ]

        assert answers == [{}] * 5
        assert system.wire.requests == []
