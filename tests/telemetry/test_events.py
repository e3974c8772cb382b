"""What the service says about itself in its log."""

import json
import logging

import pytest

from bff.telemetry import log, show_log


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("medusa", "medusa"),
        (0.25, "0.25"),
        (None, "None"),
        ("", '""'),
        ("two words", '"two words"'),
        ("x\ncache_marked source=evil", '"x\\ncache_marked source=evil"'),
        ("a=b", '"a=b"'),
        ("ä\u2028", '"\\u00e4\\u2028"'),
    ],
)
def test_an_event_is_one_line_with_its_fields(
    caplog: pytest.LogCaptureFixture, value: object, shown: str
) -> None:
    """No value can be taken for another field, or for another event."""
    caplog.set_level(logging.INFO, "bff")
    log("cache_marked", source=value, tags=2)

    record = caplog.records[0]
    assert record.getMessage() == f"cache_marked source={shown} tags=2"
    assert vars(record)["event"] == "cache_marked"
    assert vars(record)["fields"] == {"source": value, "tags": 2}


def test_the_level_decides(caplog: pytest.LogCaptureFixture) -> None:
    """An operator who asks for warnings only gets those, with their level."""
    caplog.set_level(logging.WARNING, "bff")
    log("cache_marked")
    log("upstream_failed", level=logging.WARNING)

    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("WARNING", "upstream_failed")
    ]


@pytest.mark.usefixtures("fresh_loggers")
def test_the_log_is_shown_once_and_no_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    """An operator reads our events with their time; lines that name the sources stay out."""
    show_log()
    log("cache_marked", tags=3)
    logging.getLogger("httpx").info("GET http://somewhere")

    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(" INFO cache_marked tags=3")


@pytest.mark.usefixtures("fresh_loggers")
def test_the_operator_chooses_form_and_level(capsys: pytest.CaptureFixture[str]) -> None:
    """With JSON and `error` a collector is given objects, and nothing less than errors."""
    show_log("error", "json")
    log("cache_marked")
    log("upstream_failed", level=logging.WARNING)
    log("request_failed", level=logging.ERROR, kind="KeyError")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "request_failed"
