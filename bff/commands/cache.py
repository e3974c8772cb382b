"""`bff cache inspect`, `bff cache purge` and `bff cache warm`: the cache that replicas share."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import TypeVar

from bff import wiring
from bff.commands.settings import mute_log, settings_of
from bff.commands.wired import production
from bff.domain.locale import Locale
from bff.domain.marks import EVERYTHING, Tag
from bff.errors import BadInput, BffError, StoreUnavailable
from bff.operations.cache_inspect import inspection
from bff.operations.cache_purge import Purged, wrong_tags
from bff.operations.cache_purge import purge as mark_all
from bff.operations.check import TIME_LIMIT
from bff.operations.patience import Patience
from bff.operations.progress import ProgressBar
from bff.operations.warm import Warmed
from bff.ports import Call
from bff.settings import Settings
from bff.web.inputs import checked_key

_UNREACHABLE = 3
_NO_REDIS = (
    "without BFF_REDIS_URL each process keeps its cache in its own memory, which no other can "
    "look into"
)
_WARM_ITSELF = "; with BFF_WARM_TOP each fills its own at its start"
_NOT_REACHED = "Redis does not answer; `bff check` says more"

T = TypeVar("T")


def inspect(options: argparse.Namespace) -> int:
    """Print what is kept of a product."""
    settings = _loaded(options)
    if not _speaks(settings, options.locale, "inspect"):
        return 2

    async def look(service: wiring.Service) -> str | None:
        return await _looked(options, settings, service)

    return _run(
        "inspect",
        settings,
        partial(_with_cache, settings, look),
        _print_inspected(options.product),
    )


async def _looked(
    options: argparse.Namespace, settings: Settings, service: wiring.Service
) -> str | None:
    shop, store = service.shop, service.storage.store
    sought = await wiring.keys_of(
        checked_key("product", options.product),
        settings,
        shop,
        store,
        locales=options.locale or (),
        countries=options.country or (),
        call=Call(shop.clock() + TIME_LIMIT),
    )
    if sought is None:
        return None
    reading = await store.read(sought.keys)
    handle = f" {sought.handle}" if sought.handle else ""
    text = inspection(sought.keys, reading, store.marks, shop.now())
    return f"{sought.product}{handle}: {text}"


def _print_inspected(name: str) -> Callable[[str | None], int]:
    def report(text: str | None) -> int:
        if text is None:
            sys.stderr.write(
                "bff cache inspect: the cache does not know which product has the handle "
                f"{name!r}; name it by its id\n"
            )
            return 1
        sys.stdout.write(f"{text}\n")
        return 0

    return report


def purge(options: argparse.Namespace) -> int:
    """Mark tags as changed, for all replicas and targets."""
    settings = _loaded(options)
    tags: list[Tag] = [EVERYTHING] if options.everything else options.tag
    sources = [source.source_name for source in settings.content]
    wrong = tuple(wrong_tags(tags, sources))
    if wrong:
        sys.stderr.write("".join(f"bff cache purge: {words}\n" for words in wrong))
        return 2

    async def mark(service: wiring.Service) -> Purged:
        patience = Patience(service.shop.clock, asyncio.sleep, TIME_LIMIT)
        return await mark_all(tags, service.storage.store, service.targets, patience)

    def report(purged: Purged) -> int:
        what = "everything" if options.everything else ", ".join(dict.fromkeys(tags))
        sys.stdout.write(f"marked for all replicas: {what}\n")
        if purged.told:
            sys.stdout.write(f"told: {', '.join(purged.told)}\n")
        if purged.failed:
            sys.stderr.write(f"bff cache purge: not told: {', '.join(purged.failed)}\n")
            return _UNREACHABLE
        return 0

    return _run("purge", settings, partial(_with_cache, settings, mark), report)


def warm(options: argparse.Namespace) -> int:
    """Read the newest products into the shared cache."""
    settings = _loaded(options)
    if not _speaks(settings, options.locale, "warm"):
        return 2

    async def read(service: wiring.Service) -> Warmed:
        bar = ProgressBar(sys.stderr)
        try:
            return await wiring.warming_of(service.shop).run(
                options.top,
                bar,
                locales=options.locale or (),
                countries=options.country or (),
            )
        finally:
            bar.close()

    async def work() -> tuple[Warmed, int]:
        warmed = await _with_cache(settings, read)  # closed, it has written all that it writes
        return warmed, await wiring.kept_by_redis(settings, warmed)

    return _run("warm", settings, work, _print_warmed)


def _print_warmed(done: tuple[Warmed, int]) -> int:
    warmed, kept = done
    few = "" if kept == warmed.products else f"{kept} of "
    sys.stdout.write(
        f"{few}{_several(warmed.products, 'product is', 'products are')} in the cache, "
        f"in {_several(warmed.languages, 'language', 'languages')} "
        f"and for {_several(warmed.countries, 'country', 'countries')}\n"
    )
    if few:
        sys.stderr.write("bff cache warm: Redis has not kept the rest; `bff check` may say why\n")
    if warmed.degraded:
        lacking = ", ".join(sorted(warmed.degraded))
        sys.stderr.write(f"bff cache warm: some of it is missing, since {lacking} failed\n")
    return _UNREACHABLE if few or warmed.degraded else 0


def _speaks(settings: Settings, locales: Sequence[Locale] | None, command: str) -> bool:
    """Return whether the shop has these languages; if not, it is said."""
    spoken: Sequence[Locale] = [Locale(tag) for tag in settings.locales]
    if {*(locales or ())} <= {*spoken}:
        return True
    sys.stderr.write(f"bff cache {command}: --locale: the shop speaks {', '.join(spoken)}\n")
    return False


def _several(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _loaded(options: argparse.Namespace) -> Settings:
    settings = settings_of(options)
    mute_log()
    return settings


def _run(
    command: str,
    settings: Settings,
    work: Callable[[], Coroutine[None, None, T]],
    report: Callable[[T], int],
) -> int:
    """Do something with the shared cache and say how it went."""
    if settings.redis_url is None:
        hint = _WARM_ITSELF if command == "warm" else ""
        sys.stderr.write(f"bff cache {command}: {_NO_REDIS}{hint}\n")
        return 2
    try:
        done = asyncio.run(work())
    except BadInput as wrong:
        sys.stderr.write(f"bff cache {command}: {wrong}\n")
        return 2
    except BffError as failure:
        sys.stderr.write(f"bff cache {command}: {failure}\n")
        return _UNREACHABLE
    return report(done)


async def _with_cache(settings: Settings, work: Callable[[wiring.Service], Awaitable[T]]) -> T:
    """Open the cache and nothing that runs beside requests: this is not the service.

    Raises:
        StoreUnavailable: there is no shared cache to work with.
    """
    service = production(settings)
    try:
        await service.storage.start()
        shared = service.storage.shared
        if shared is None or not shared.is_up:
            raise StoreUnavailable(_NOT_REACHED)
        return await work(service)
    finally:
        await service.close()
