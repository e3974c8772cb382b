"""An operator, or a build, runs `bff coverage`."""

import io
import json
import shlex
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
import respx
from pydantic import SecretStr

from bff import wiring
from bff.__main__ import main
from bff.demo import DemoUpstreams, Faults
from bff.operations.progress import ProgressBar
from bff.settings import load_settings

README = Path(__file__).parents[2] / "README.md"


def test_the_example_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever types the command gets what is printed below it."""
    text = README.read_text(encoding="utf-8")
    block = text.partition("<!-- coverage -->\n```\n$ bff ")[2].partition("\n```\n<!-- /")[0]
    command, _, shown = block.partition("\n")

    assert main(shlex.split(command)) == 1

    printed = capsys.readouterr()
    assert printed.out == f"{shown}\n"
    assert printed.err == ""


def test_the_demo_has_what_it_should_show(capsys: pytest.CaptureFixture[str]) -> None:
    """Its oddities, and no others."""
    assert main(["coverage", "--demo", "--json"]) == 1

    found = json.loads(capsys.readouterr().out)
    assert [one["product"] for one in found["content"]["lacking"]] == ["travel-towel"]
    assert [one["product"] for one in found["prices"]] == ["stoneware-mug"]
    assert [one["product"] for one in found["addons"]["dangling"]] == ["rain-jacket"]
    assert found["missingTexts"]["description"]["en"] == []
    assert found["failing"] == ["content", "locales", "dangling-addons", "prices"]


@pytest.mark.usefixtures("upstreams")
@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ("none", 0),
        ("all", 1),
        ("orphans,duplicates", 0),
        ("orphans, prices", 1),
        ("unsold-addons", 1),
    ],
)
def test_what_a_build_fails_on(
    env_file: Path, kinds: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code tells of the chosen kinds, the report of all."""
    assert main(["coverage", "--env-file", str(env_file), "--fail-on", kinds]) == code

    printed = capsys.readouterr().out
    assert " ".join(printed.split()).count("unsold-addons 2 addons that are not sold here") == 1
    assert ("exit code 1 for: " in printed) is (code == 1)


@pytest.mark.usefixtures("upstreams")
def test_all_of_it(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without it the first few of each kind are enough."""
    main(["coverage", "--env-file", str(env_file), "--all"])

    assert "more" not in capsys.readouterr().out


@pytest.mark.usefixtures("upstreams")
def test_single_languages(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only texts in them are looked for, each once."""
    asked = ["--locale", "es", "--locale", "es", "--fail-on", "locales"]

    assert main(["coverage", "--env-file", str(env_file), *asked]) == 1

    assert "; languages es; " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--locale", "de"], "--locale: the shop speaks en, es"),
        (["--locale", "d_e"], "--locale: must be a BCP 47 language tag such as en or de-AT"),
        (["--fail-on", "prises"], "--fail-on: must be all, none, or some of content, locales,"),
        (["--fail-on", ""], "--fail-on: must be all, none, or some of content, locales,"),
    ],
)
def test_arguments_that_cannot_be_used(
    env_file: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A clear sentence, and an exit code that no build takes for findings."""
    try:
        code: object = main(["coverage", "--env-file", str(env_file), *arguments])
    except SystemExit as ended:
        code = ended.code

    printed = capsys.readouterr()
    assert code == 2
    assert words in printed.err
    assert printed.out == ""


def test_settings_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As for any other command."""
    assert main(["coverage", "--env-file", str(tmp_path / "no.env")]) == 2

    assert capsys.readouterr().err.startswith("The settings cannot be used:\n")


@pytest.mark.parametrize("broken", ["medusa", "sanity"])
def test_a_source_that_is_down(
    env_file: Path,
    upstreams: DemoUpstreams,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence says which; nothing is printed that looks like a report."""
    getattr(upstreams, broken).faults = Faults(status=503)
    monkeypatch.setattr("bff.operations.patience._PAUSE", 0.0)

    assert main(["coverage", "--env-file", str(env_file)]) == 3

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"bff coverage: {broken} is not available (")
    assert printed.err.count("\n") == 1


SECRET = "sk_hunter2"


def test_the_secret_key_goes_nowhere_else(
    env_file: Path,
    upstreams: DemoUpstreams,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is sent with the question what is not sold, and with nothing else; it is not printed."""
    demo = wiring.demo_client(upstreams)
    opened: list[tuple[str, str]] = []
    with respx.mock(base_url="http://medusa.demo") as admin:
        route = admin.get("/admin/products").respond(json={"products": []})

        def clients(
            source: str, base_url: str, headers: dict[str, str], *, connections: int
        ) -> httpx.AsyncClient:
            opened.append((source, str(headers)))
            if source == "medusa-admin":
                return httpx.AsyncClient(base_url=base_url, headers=headers)
            return demo(source, base_url, headers, connections=connections)

        monkeypatch.setattr(wiring.clients, "production_client", clients)
        monkeypatch.setenv("BFF_MEDUSA__ADMIN_TOKEN", f" {SECRET} ")
        code = main(["coverage", "--env-file", str(env_file), "--fail-on", "orphans", "--json"])

    printed = capsys.readouterr()
    assert code == 1  # the demo's unsold product is not in this Medusa at all
    assert [one["state"] for one in json.loads(printed.out)["documents"]["orphans"]] == ["gone"]
    (call,) = route.calls
    assert call.request.headers["authorization"] == "Basic c2tfaHVudGVyMjo="
    assert [source for source, sent in opened if "c2tfaHVudGVyMjo" in sent] == ["medusa-admin"]
    assert SECRET not in printed.out + printed.err


async def test_the_service_has_no_use_for_the_secret_key(env_file: Path) -> None:
    """`bff serve` opens no connection that could send it."""
    opened: list[str] = []

    def clients(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        opened.append(f"{source} {connections} {dict(headers)}")
        return httpx.AsyncClient(base_url=base_url, headers=dict(headers))

    settings = load_settings(env_file)
    medusa = settings.medusa.model_copy(update={"admin_token": SecretStr(SECRET)})
    service = wiring.wire(
        settings.model_copy(update={"medusa": medusa}), example=None, clients=clients
    )
    await service.close()

    assert {one.split()[0] for one in opened} == {"medusa", "sanity"}
    assert not any(SECRET in one or "c2tfaHVudGVyMjo" in one for one in opened)


def test_a_wrong_secret_key(
    env_file: Path,
    upstreams: DemoUpstreams,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is named: without a token there would be a report, with a wrong one there is none."""
    demo = wiring.demo_client(upstreams)
    with respx.mock(base_url="http://medusa.demo") as admin:
        admin.get("/admin/products").respond(401, json={"message": "Unauthorized"})

        def clients(
            source: str, base_url: str, headers: dict[str, str], *, connections: int
        ) -> httpx.AsyncClient:
            if source == "medusa-admin":
                return httpx.AsyncClient(base_url=base_url, headers=headers)
            return demo(source, base_url, headers, connections=connections)

        monkeypatch.setattr(wiring.clients, "production_client", clients)
        monkeypatch.setenv("BFF_MEDUSA__ADMIN_TOKEN", SECRET)
        code = main(["coverage", "--env-file", str(env_file)])

    assert code == 3
    assert capsys.readouterr().err == (
        "bff coverage: medusa-admin refused the request (statuses): HTTP 401 admin_token_invalid\n"
    )


class _Screen(io.StringIO):
    def __init__(self, *, watched: bool) -> None:
        super().__init__()
        self._watched = watched

    def isatty(self) -> bool:
        return self._watched


def test_the_progress_bar() -> None:
    """A bar for each thing that is read, where somebody watches; it is gone at the end."""
    screen = _Screen(watched=True)
    bar = ProgressBar(screen)

    bar("products", 100, 250)
    bar("products", 250, 250)
    bar("documents", 7, None)
    bar.close()
    bar.close()

    shown = screen.getvalue()
    assert "products:" in shown
    assert "100/250" in shown
    assert "250/250" in shown
    assert "documents:" in shown
    assert shown.endswith("\r")


def test_no_progress_bar_in_a_log() -> None:
    """A build's log is no screen."""
    screen = _Screen(watched=False)
    bar = ProgressBar(screen)

    bar("products", 100, 250)
    bar("products", 200, 250)
    bar.close()

    assert screen.getvalue() == ""
