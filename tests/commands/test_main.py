"""What an operator types, and what is printed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bff.__main__ import main
from bff.commands import parser
from bff.demo import DemoUpstreams, Faults
from bff.settings import settings_table
from tests.commands.processes import free_port

UNTOLD = "settings: note: no webhook secret for medusa, sanity: what changes there is asked for"
TEE = "premium-cotton-t-shirt"


COMMANDS = (
    *("serve", "demo", "schema", "settings", "check", "explain tee", "coverage"),
    *("cache inspect tee", "cache purge --everything", "cache warm --top 1"),
)
SLOW = ("strawberry", "graphql", "fastapi", "starlette", "uvicorn", "httpx", "aiohttp", "redis")


@pytest.mark.parametrize(
    "words", ["--help", "cache --help", "serve --help", "cache warm", "coverage --fail-on x"]
)
def test_help_waits_for_nothing(words: str) -> None:
    """An operator reads it at once: what commands work with takes a second to import."""
    code = (
        "import atexit, sys; from bff.__main__ import main; "
        f"atexit.register(lambda: print(sorted({{*{SLOW!r}, 'pydantic'}} & {{*sys.modules}}))); "
        "main()"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *words.split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "usage: " in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_schema_needs_no_client_and_no_server() -> None:
    """It is printed by a check before each commit."""
    code = "import sys; from bff.__main__ import main; main(); print(sorted(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", code, "schema"], capture_output=True, text=True, check=True
    )

    assert "type Query" in done.stdout
    assert not {"httpx", "uvicorn", "redis"} & {*re.findall(r"'(\w+)'", done.stdout)}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_there(words: str) -> None:
    """What is imported only when it is run must not be missing then."""
    assert callable(parser().parse_args(words.split()).run.command())


@pytest.mark.usefixtures("upstreams")
def test_check_when_all_is_well(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each source after what is worth knowing, and success."""
    assert main(["check", "--env-file", str(env_file)]) == 0

    printed = capsys.readouterr()
    note, *lines = printed.out.splitlines()
    assert note.startswith(UNTOLD)
    assert lines == ["settings: ok", "medusa: ok", "sanity: ok"]
    assert printed.err == ""


def test_check_when_sources_are_down(
    env_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Over the production transport; nothing but the report is printed, and no secret in it."""
    url = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("BFF_MEDUSA__URL", url.replace("//", "//me:hunter2@"))
    monkeypatch.setenv(
        "BFF_CONTENT", f'[{{"kind":"sanity","project_id":"p","token":"hunter3","url":"{url}"}}]'
    )

    assert main(["check", "--env-file", str(env_file)]) == 1

    printed = capsys.readouterr()
    _, settings, medusa, sanity = printed.out.splitlines()
    assert settings == "settings: ok"
    assert medusa.startswith(f"medusa: no connection to {url}; check BFF_MEDUSA__URL")
    assert sanity.startswith(f"sanity: no connection to {url}; check `url` in BFF_CONTENT")
    assert printed.err == ""


@pytest.mark.usefixtures("upstreams")
@pytest.mark.parametrize(
    ("variable", "line"),
    [
        (("BFF_DEFAULT_COUNTRY", "CA"), "medusa: no region serves CA"),
        (("BFF_MEDUSA__PUBLISHABLE_KEY", "pk_1"), "medusa: the publishable key is unknown"),
        (
            ("BFF_CONTENT", '[{"kind":"sanity","project_id":"p","dataset":"d"}]'),
            "sanity: there is no dataset 'd'",
        ),
        (
            ("BFF_CONTENT", '[{"kind":"sanity","project_id":"p","token":"t"}]'),
            "sanity: the token is unknown",
        ),
        (("BFF_LOCALE", "en"), "settings: BFF_LOCALE is not a setting; did you mean BFF_LOCALES?"),
    ],
)
def test_check_when_one_thing_is_wrong(
    env_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: tuple[str, str],
    line: str,
) -> None:
    """It is named, the rest is ok, and the exit code tells scripts."""
    monkeypatch.setenv(*variable)

    assert main(["check", "--env-file", str(env_file)]) == 1

    _, *lines = capsys.readouterr().out.splitlines()
    (wrong,) = [one for one in lines if not one.endswith(": ok")]
    assert wrong.startswith(line)
    assert len(lines) == 3


@pytest.mark.usefixtures("upstreams")
def test_check_only_notes_what_may_be_somebody_elses(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Kubernetes sets BFF_SERVICE_HOST; a blank variable is as good as none."""
    monkeypatch.setenv("BFF_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("BFF_PORT", "")

    assert main(["check", "--env-file", str(env_file)]) == 0

    blank, foreign, _, verdict, *_ = capsys.readouterr().out.splitlines()
    assert blank == "settings: note: BFF_PORT is blank, which counts as not set"
    assert foreign == "settings: note: BFF_SERVICE_HOST is not a setting"
    assert verdict == "settings: ok"


@pytest.mark.parametrize("command", ["check", "serve", "explain tee"])
def test_settings_that_cannot_be_used(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every command that needs them says what is wrong, and nothing starts."""
    missing = str(tmp_path / "no.env")

    assert main([*command.split(), "--env-file", missing]) == 2

    printed = capsys.readouterr()
    assert printed.err.startswith("The settings cannot be used:\n")
    assert "there is no such env file" in printed.err
    assert printed.out == ""


def test_explain_the_demo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who won, who lost and why, and for whom; an operator's own settings do not matter."""
    monkeypatch.setenv("BFF_DEFAULT_COUNTRY", "nonsense")

    assert main(["explain", TEE, "--demo", "--locale", "es-mx", "--country", "de"]) == 0

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[:3] == [
        "field winner",
        "title sanity es",
        "medusa en: has a value, but comes later in the order",
    ]
    assert "seo.title sanity en" in lines
    assert lines[-6:-1] == [
        "locale es",
        "requested es-MX",
        "chain es, en",
        "country DE",
        lines[-2],
    ]
    assert lines[-1] == "currency EUR"


@pytest.mark.usefixtures("upstreams")
def test_explain_by_settings(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments it is the shop's own language and the default market."""
    assert main(["explain", TEE, "--env-file", str(env_file)]) == 0

    printed = capsys.readouterr().out
    assert "  locale    en\n" in printed
    assert "  country   US\n" in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-tee"], "there is no product with the handle 'no-such-tee'"),
        ([TEE, "--country", "GB"], "country: no market serves GB"),
        ([TEE, "--country", "Germany"], "country: a country is an ISO 3166-1 alpha-2 code"),
        ([TEE, "--locale", "x_y"], "locale: a locale is a BCP 47 language tag"),
        ([""], "handle: must not be empty"),
    ],
)
def test_explain_what_cannot_be(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """One clear sentence, in the API's own words."""
    assert main(["explain", *arguments, "--demo"]) == 1

    printed = capsys.readouterr()
    assert printed.err.startswith(f"bff explain: {words}")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_explain_without_medusa(
    env_file: Path, upstreams: DemoUpstreams, capsys: pytest.CaptureFixture[str]
) -> None:
    """Medusa decides what exists, so that there is nothing to explain without it."""
    upstreams.medusa.faults = Faults(status=503)

    assert main(["explain", TEE, "--env-file", str(env_file)]) == 1

    printed = capsys.readouterr()
    assert printed.err.startswith("bff explain: medusa is not available")


def test_explain_without_sanity(
    env_file: Path, upstreams: DemoUpstreams, capsys: pytest.CaptureFixture[str]
) -> None:
    """What did not answer is said to have not answered, not to be empty."""
    upstreams.sanity.faults = Faults(status=503)

    assert main(["explain", TEE, "--env-file", str(env_file)]) == 0

    printed = capsys.readouterr()
    assert "sanity en: did not answer" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_demo_at_a_port_that_is_none(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused before the shop is said to be there; 65536 and more would be taken for others."""
    with pytest.raises(SystemExit):
        main(["demo", f"--port={port}"])

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "--port: must be a whole number from 1 to 65535" in printed.err


def test_the_table_for_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed for whoever writes the README, and is not in the help."""
    assert main(["settings"]) == 0
    assert capsys.readouterr().out == f"{settings_table()}\n"

    with pytest.raises(SystemExit):
        main(["--help"])
    printed = capsys.readouterr().out
    assert "explain" in printed
    assert "settings  " not in printed
