"""The dashboard and the alert rules ask for figures that there are, and fire when they should."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

from bff.commands import main
from bff.telemetry.described import Figure, figures

FOLDER = Path(str(files("bff.telemetry").joinpath("monitoring")))
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text("utf-8"))
RULES = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [
    *((panel["title"], one["expr"]) for panel in PANELS for one in panel["targets"]),
    *((rule["alert"], rule["expr"]) for rule in RULES),
]

# What `prometheus_client` tells of every process, and what Prometheus adds to every series.
OF_THE_PROCESS = {
    *("process_cpu_seconds_total", "process_resident_memory_bytes"),
    *("process_open_fds", "process_start_time_seconds"),
}
ADDED = {"job", "instance"}

SERIES: dict[str, Figure] = {name: one for one in figures() for name in one.series}


def selectors(node: Any) -> Iterator[promql.VectorSelector]:
    """Yield all that an expression asks for."""
    if isinstance(node, promql.VectorSelector):
        yield node
    for name in ("lhs", "rhs", "expr", "vector_selector", "param"):
        below = getattr(node, name, None)
        if below is not None and not isinstance(below, str):
            yield from selectors(below)
    for below in getattr(node, "args", None) or ():
        yield from selectors(below)


def grouped(node: Any) -> Iterator[tuple[Any, list[str]]]:
    """Yield each aggregation with the labels that it keeps."""
    if isinstance(node, promql.AggregateExpr):
        yield node, list(node.modifier.labels) if node.modifier else []
    for name in ("lhs", "rhs", "expr", "vector_selector", "param"):
        below = getattr(node, name, None)
        if below is not None and not isinstance(below, str):
            yield from grouped(below)
    for below in getattr(node, "args", None) or ():
        yield from grouped(below)


def parsed(expression: str) -> Any:
    # Grafana puts a duration there before it asks.
    return promql.parse(expression.replace("$__rate_interval", "5m"))


def labels_of(name: str) -> set[str]:
    """Return the labels that a series may be chosen by."""
    if name in OF_THE_PROCESS:
        return ADDED
    assert name in SERIES, f"there is no {name}"
    return {*SERIES[name].labels, *ADDED, *({"le"} if name.endswith("_bucket") else ())}


@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS)
def test_it_asks_for_what_there_is(title: str, expression: str) -> None:
    """No panel stays empty, and no alarm silent, because something is called otherwise."""
    tree = parsed(expression)

    for selector in selectors(tree):
        known = labels_of(selector.name or "")
        chosen = {one.name for one in selector.matchers.matchers} - {"__name__"}
        assert chosen <= known, f"{title}: {selector.name} has no {chosen - known}"
    for aggregation, kept in grouped(tree):
        for selector in selectors(aggregation):
            known = labels_of(selector.name or "")
            assert set(kept) <= known, f"{title}: {selector.name} has no {set(kept) - known}"


@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS)
def test_counters_are_read_as_rates(title: str, expression: str) -> None:
    """A bare counter only shows when a process was started."""
    bare = {
        one.name
        for one in selectors(parsed(expression))
        if (one.name or "").endswith(("_total", "_bucket", "_count", "_sum"))
        and f"{one.name}{{" in expression.replace(" ", "")
    }
    for name in bare:
        assert any(f"{call}({name}" in expression for call in ("rate", "increase")), title


def test_every_figure_is_shown() -> None:
    """Whoever looks for a figure finds a panel with it."""
    shown = {
        selector.name
        for panel in PANELS
        for one in panel["targets"]
        for selector in selectors(parsed(one["expr"]))
    }

    assert [one.name for one in figures() if shown.isdisjoint(one.series)] == []


def test_grafana_can_import_it() -> None:
    """It has what Grafana needs: places that do not overlap, and a data source to be chosen."""
    assert DASHBOARD["title"] == "bff"
    assert DASHBOARD["uid"]
    assert DASHBOARD["schemaVersion"] >= 36
    assert "id" not in DASHBOARD, "a number of another Grafana's"
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert taken.isdisjoint(cells), panel["title"]
        taken |= cells
    variables = {one["name"]: one for one in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    for panel in PANELS:
        assert panel["type"] in {"timeseries", "stat"}
        assert panel["datasource"] == chosen
        assert panel["title"]
        references = [one["refId"] for one in panel["targets"]]
        assert len(set(references)) == len(references)
        for one in panel["targets"]:
            assert one["datasource"] == chosen
            assert 'job=~"$job", instance=~"$instance"' in one["expr"]
    assert {"job", "instance"} <= variables.keys()


def test_titles_are_there_once() -> None:
    """People talk of a panel by its row and title."""
    row, seen = "", set()
    for panel in DASHBOARD["panels"]:
        row = panel["title"] if panel["type"] == "row" else row
        assert (row, panel["title"]) not in seen
        seen.add((row, panel["title"]))


def test_each_rule_says_what_is_wrong() -> None:
    """Whoever is woken up reads a sentence, and how much it matters."""
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"]["summary"].endswith(".")


def test_each_rule_is_acted_out() -> None:
    """A rule that nobody has seen fire, or stay quiet, may do neither."""
    tests = yaml.safe_load((FOLDER / "alerts_test.yml").read_text("utf-8"))["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    names = {rule["alert"] for rule in RULES}

    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == names
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == names


promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not here: apt-get install prometheus"
)


@promtool
@pytest.mark.parametrize(
    "words", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")]
)
def test_prometheus_own_tool_agrees(words: tuple[str, ...]) -> None:
    """The rules can be loaded, and fire when they are acted out."""
    found = subprocess.run(
        ["promtool", *words], cwd=FOLDER, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout + found.stderr
    assert "SUCCESS" in found.stdout


@promtool
def test_acting_out_can_fail(tmp_path: Path) -> None:
    """The tests of the rules notice a rule that is wrong."""
    for name in ("alerts.yml", "alerts_test.yml"):
        shutil.copy(FOLDER / name, tmp_path)
    rules = (tmp_path / "alerts.yml").read_text("utf-8")
    (tmp_path / "alerts.yml").write_text(rules.replace("> 0.01", "> 0.1"), "utf-8")

    found = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode != 0
    assert "BffFailing" in found.stdout + found.stderr


@pytest.mark.parametrize(
    ("what", "name"),
    [("dashboard", "grafana.json"), ("alerts", "alerts.yml"), ("alerts-test", "alerts_test.yml")],
)
def test_an_operator_gets_the_files(
    what: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They come with the service, wherever that is installed."""
    assert main(["monitoring", what]) == 0

    assert capsys.readouterr().out == (FOLDER / name).read_text("utf-8")
