"""Large documents hold nobody up: they are quick, or they leave the event loop."""

import time

import pytest

from benchmarks.rich_text import KINDS
from bff.richtext import render
from bff.upstream.off_loop import is_light

SIZE = 100_000


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "Markdown"])
def test_a_large_document_leaves_the_event_loop_alone(kind: str) -> None:
    """100 kB are read and rendered without holding up other shoppers.

    The bound is five times the aim of 20 ms, for slow machines that run tests.
    """
    write, read = KINDS[kind]
    value = write(SIZE)
    times = []
    for _ in range(3):
        started = time.process_time()
        render(read(value))
        times.append(time.process_time() - started)

    assert min(times) < 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_answer_is_read_in_a_thread(kind: str) -> None:
    """Whatever kind of text it is; Markdown with many marks takes too long at a fifth of that."""
    write, _ = KINDS[kind]

    assert is_light(write(2_000))
    assert not is_light(write(SIZE // 5))
