"""What holds for all tests."""

import gc
import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# By default an example that takes 200 ms fails its test. On a busy machine any of them may: that
# says nothing of the code. What has to be quick is timed by the processor's clock, where it is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end: all modules, and thousands of tests.

    Otherwise each of its rounds goes through them again: a third of a second where a test asks
    for a round, as those of the catalog do.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment in which none of the service's variables is set."""
    for name in os.environ:
        if name.upper().startswith("BFF_"):
            monkeypatch.delenv(name)


@pytest.fixture
def fresh_loggers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Loggers as a process has them when it starts."""
    ours, root = logging.getLogger("bff"), logging.getLogger()
    monkeypatch.setattr(ours, "handlers", [])
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(ours, "propagate", True)
    levels = ours.level, root.level
    yield
    ours.setLevel(levels[0])
    root.setLevel(levels[1])
