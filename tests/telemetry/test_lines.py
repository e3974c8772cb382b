"""What an operator's log collector is given: one line per event, and nothing that leaks."""

import asyncio
import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from bff.telemetry import log
from bff.telemetry.lines import JsonLines, TextLines

SECRET = "canary-4711"
ADDRESS = "http://medusa.internal:9000/store/products?token=canary-4711"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What is written as JSON while the test runs, by us and by others."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, ours = logging.getLogger(), logging.getLogger("bff")
    levels = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def lines(stream: StringIO) -> list[dict[str, Any]]:
    """Return the lines; each is JSON, and all of it is ASCII."""
    text = stream.getvalue()
    assert text.isascii()
    return [json.loads(line) for line in text.splitlines()]


def test_an_event_is_an_object(written: StringIO) -> None:
    """A collector finds time, level, event and each field under its own name."""
    log("upstream_failed", level=logging.WARNING, source="sanity", seconds=0.25, tags=3)

    (line,) = lines(written)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning",
        "event": "upstream_failed",
        "source": "sanity",
        "seconds": 0.25,
        "tags": 3,
    }


def test_the_time_is_utc_whatever_the_machine_thinks() -> None:
    """Lines of replicas in two countries sort by their time."""
    record = logging.LogRecord("bff", logging.INFO, "", 0, "x", (), None)
    record.created = 1_763_668_803.1234

    assert json.loads(JsonLines().format(record))["time"] == "2025-11-20T20:00:03.123Z"


@pytest.mark.parametrize(
    "odd", ["two\nlines", "\x00\x1b[31m", "\ud800", "\u2028\u2029\x85", '"}{"', "ä" * 5_000]
)
def test_no_value_can_break_a_line(written: StringIO, odd: str) -> None:
    """Whatever a client manages to get in there is one value of one line."""
    log("request_answered", operation=odd)

    (line,) = lines(written)
    assert line["event"] == "request_answered"
    assert len(line["operation"]) <= 1_000


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_a_number_that_json_lacks_is_text(written: StringIO, odd: float) -> None:
    """No collector chokes on NaN."""
    log("cache_marked", seconds=odd)

    (line,) = lines(written)
    assert line["seconds"] == str(odd)


def test_a_field_cannot_be_taken_for_another_event(written: StringIO) -> None:
    """Time, level and event are ours, whatever a field is called."""
    record = logging.LogRecord("bff", logging.INFO, "", 0, "x", (), None)
    record.event, record.fields = "cache_marked", {"event": "evil", "level": "error", "tags": 1}

    line = json.loads(JsonLines().format(record))
    assert (line["event"], line["level"], line["tags"]) == ("cache_marked", "info", 1)
    assert written.getvalue() == ""


def test_other_libraries_say_it_in_our_form(written: StringIO) -> None:
    """uvicorn's warnings are objects, too, and can be searched for."""
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")

    (line,) = lines(written)
    assert (line["event"], line["logger"]) == ("library_said", "uvicorn.error")
    assert line["message"] == "Invalid HTTP request received."


def test_what_other_libraries_fill_in_is_left_out(written: StringIO) -> None:
    """Their lines name addresses and quote what clients sent; ours do not."""
    logger = logging.getLogger("aiohttp.client")
    logger.warning("Cannot connect to %s: %s", ADDRESS, SECRET)
    for put_together in (
        f"Connection to {ADDRESS} was lost after '{SECRET}' by 10.1.2.3",
        f"Unclosed <ConnectionKey(host='{SECRET}')>\n{ADDRESS}",
    ):
        logger.warning(put_together)
    logger.error(OSError(98, f"error while attempting to bind on {ADDRESS}"))
    logger.error(ValueError(SECRET))
    logger.error({"payload": SECRET})

    said = written.getvalue()
    assert "canary" not in said
    assert "medusa" not in said
    assert "10.1.2.3" not in said
    messages = [line["message"] for line in lines(written)]
    assert messages[0] == "Cannot connect to %s: %s"
    assert messages[3] == "OSError: address already in use"


def test_a_traceback_is_its_kind_and_its_place(written: StringIO) -> None:
    """What went wrong in a library can be found, and its values stay where they were."""
    try:
        int(ADDRESS)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")

    (line,) = lines(written)
    assert line["kind"] == "ValueError"
    assert line["place"].startswith(f"{__name__}:")
    assert "canary" not in written.getvalue()


async def test_a_task_that_nobody_waited_for(written: StringIO) -> None:
    """asyncio shows the task with the exception in it; of that the kind is left."""

    async def fails() -> None:
        raise ConnectionError(ADDRESS)

    asyncio.get_running_loop().call_exception_handler(
        {
            "message": "Task exception was never retrieved",
            "exception": ConnectionError(ADDRESS),
            "future": SECRET,
        }
    )

    (line,) = lines(written)
    assert (line["message"], line["kind"]) == (
        "Task exception was never retrieved",
        "ConnectionError",
    )
    assert "canary" not in written.getvalue()
    assert "medusa" not in written.getvalue()


def test_a_text_line_has_no_traceback_either() -> None:
    """Whoever reads text is told as little of what sources sent."""
    failure = (ValueError, ValueError(ADDRESS), None)
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, "It failed", (), failure)

    line = TextLines().format(record)

    assert "\n" not in line
    assert "canary" not in line
    assert (
        'ERROR library_said logger=asyncio message="It failed" kind=ValueError place="?"' in line
    )
