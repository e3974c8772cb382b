"""An operator says how GraphQL is spoken, and is told at once what is wrong with it."""

import json
from pathlib import Path

import pytest

from bff.__main__ import main
from bff.settings import Settings, SettingsProblem, load_settings

SHOP = {
    "BFF_MEDUSA__URL": "http://127.0.0.1:9",
    "BFF_MEDUSA__PUBLISHABLE_KEY": "pk_1",
    "BFF_DEFAULT_COUNTRY": "DE",
}


@pytest.fixture(autouse=True)
def _shop(
    empty_environment: None,  # noqa: ARG001 - comes first
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A shop that is set up, and nothing else."""
    for name, value in SHOP.items():
        monkeypatch.setenv(name, value)


def loaded(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"BFF_GRAPHQL__{name}", value)
    return load_settings()


@pytest.mark.parametrize("status", ["200", "294", " 294 "])
def test_the_status_of_partial_answers(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    """The environment knows only text."""
    settings = loaded(monkeypatch, PARTIAL_STATUS=status)

    assert settings.graphql.partial_status == int(status)


@pytest.mark.parametrize("status", ["207", "294.0", "on", "-294", "9" * 5_000, "null"])
def test_another_status(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    """There are two."""
    with pytest.raises(SettingsProblem) as told:
        loaded(monkeypatch, PARTIAL_STATUS=status)

    (line,) = str(told.value).splitlines()
    assert line.startswith("BFF_GRAPHQL__PARTIAL_STATUS: ")


def test_trust_without_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that would refuse everything does not start."""
    with pytest.raises(SettingsProblem) as told:
        loaded(monkeypatch, TRUSTED_ONLY="true")

    assert str(told.value) == (
        "BFF_GRAPHQL__TRUSTED_ONLY: refuses every document without BFF_GRAPHQL__TRUSTED_DOCUMENTS"
    )


def test_a_file_is_told_of_with_all_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One start, one list: what is wrong within the file stands beside the other mistakes."""
    file = tmp_path / "documents.json"
    file.write_text('{"a": 1, "b": "{ x }", "c": ""}')
    monkeypatch.setenv("BFF_PORT", "x")
    with pytest.raises(SettingsProblem) as told:
        loaded(monkeypatch, TRUSTED_DOCUMENTS=str(file), PARTIAL_STATUS="1")

    lines = str(told.value).splitlines()
    assert {line.split(": ", 1)[0] for line in lines} == {
        "BFF_PORT",
        "BFF_GRAPHQL__PARTIAL_STATUS",
        "BFF_GRAPHQL__TRUSTED_DOCUMENTS",
    }
    assert [line for line in lines if "TRUSTED" in line] == [
        "BFF_GRAPHQL__TRUSTED_DOCUMENTS: a: must be the text of a document",
        "BFF_GRAPHQL__TRUSTED_DOCUMENTS: c: must be the text of a document",
    ]


@pytest.mark.parametrize(
    ("name", "words"), [("nope", "there is no such file"), ("", "cannot be read")]
)
def test_a_file_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, words: str
) -> None:
    """It says no more than that: paths are the operator's own."""
    with pytest.raises(SettingsProblem) as told:
        loaded(monkeypatch, TRUSTED_DOCUMENTS=str(tmp_path / name))

    assert str(told.value) == f"BFF_GRAPHQL__TRUSTED_DOCUMENTS: {words}"


@pytest.mark.usefixtures("fresh_loggers")
@pytest.mark.parametrize("command", [["serve"], ["check"], ["explain", "tee"]])
def test_documents_that_cannot_be_executed(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    """No command works with them, and each says why in the same words."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({"good": "{ __typename }", "bad": "{ nope }", "worse": "{"}))
    monkeypatch.setenv("BFF_GRAPHQL__TRUSTED_DOCUMENTS", str(file))

    assert main(command) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "The settings cannot be used:"
    assert [line.split(": ")[1] for line in lines[1:]] == ["bad", "worse"]
