"""`bff explain`."""

import argparse
import asyncio
import sys

from bff import wiring
from bff.commands.settings import mute_log, settings_of
from bff.commands.wired import production
from bff.demo import demo_upstreams
from bff.domain.commerce import Handle
from bff.domain.locale import language_for
from bff.errors import BffError
from bff.operations.check import TIME_LIMIT
from bff.operations.explain import explanation
from bff.ports import Call
from bff.settings import Settings
from bff.web.inputs import checked_key, read_optional
from bff.web.scalars import read_country, read_locale


def explain(options: argparse.Namespace) -> int:
    """Print who won each field of a product, and why."""
    settings = None if options.demo else settings_of(options)
    mute_log()
    try:
        text = asyncio.run(_explanation(options, settings))
    except BffError as failure:
        sys.stderr.write(f"bff explain: {failure}\n")
        return 1
    if text is None:
        sys.stderr.write(f"bff explain: there is no product with the handle {options.handle!r}\n")
        return 1
    sys.stdout.write(f"{text}\n")
    return 0


async def _explanation(options: argparse.Namespace, settings: Settings | None) -> str | None:
    """Return the text; without settings that of the demo."""
    handle = Handle(checked_key("handle", options.handle))
    locale = read_optional("locale", options.locale, read_locale)
    country = read_optional("country", options.country, read_country)
    service = production(settings) if settings else wiring.demo(demo_upstreams())
    shop = service.shop
    try:
        return await explanation(
            shop.catalog,
            handle,
            language_for(locale, shop.locales),
            country or shop.default_country,
            Call(shop.clock() + TIME_LIMIT),
        )
    finally:
        await service.close()
