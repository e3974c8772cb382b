"""The harnesses: every module here that has `HARNESSES` is found by itself."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from tests.sources.contract.system import Harness


def _found() -> Iterator[Harness]:
    for module in pkgutil.iter_modules(__path__):
        yield from getattr(import_module(f"{__name__}.{module.name}"), "HARNESSES", ())


ALL: tuple[Harness, ...] = tuple(_found())
"""Every way in which content is kept."""
