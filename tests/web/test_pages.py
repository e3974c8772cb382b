"""The developer pages as HTTP answers them, and the build step that provides them."""

import html
import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from fastapi import FastAPI

from bff.web import pages
from bff.web.pages import developer_pages

SOURCE = Path(pages.__file__).parent / "developer" / "source"
EXAMPLE = '# Say hello.\nquery { product(handle: "tee </div> & co") { title } }\n'
LEAVES_PAGES = (
    "import pathlib; out = pathlib.Path('../dist'); out.mkdir(); "
    "[(out / page).write_text('new') for page in ('graphiql.html', 'docs.html')]"
)


def client(built: Path, example: str = EXAMPLE) -> httpx.AsyncClient:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.router.routes.extend(developer_pages(example, built))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Our own pages, unbundled, with one file of each important kind beside them."""
    folder = tmp_path / "built"
    (folder / "developer-assets").mkdir(parents=True)
    for page in ("graphiql.html", "docs.html"):
        (folder / page).write_text((SOURCE / page).read_text("utf-8"), "utf-8")
    (folder / "developer-assets" / "page-abc.js").write_text("run()", "utf-8")
    (folder / "developer-assets" / "page-abc.css").write_text("a{}", "utf-8")
    (folder / "secret.txt").write_text("not for the browser", "utf-8")
    return folder


async def test_graphiql_opens_with_the_shops_own_example(built: Path) -> None:
    """The page carries the example exactly, quotes, angle brackets and line ends included."""
    async with client(built) as browser:
        page = await browser.get("/graphiql")

    carried = re.search(r'data-example="([^"]*)"', page.text)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert carried is not None
    assert html.unescape(carried[1]) == EXAMPLE


async def test_two_shops_on_one_port_do_not_share_tabs(built: Path) -> None:
    """Another example means another memory in the browser; the same example keeps it."""

    async def memory(example: str) -> str:
        async with client(built, example) as browser:
            found = re.search(r'data-remember="(bff-\w+)"', (await browser.get("/graphiql")).text)
        assert found is not None
        return found[1]

    assert await memory("{ a }") == await memory("{ a }")
    assert await memory("{ a }") != await memory("{ b }")


@pytest.mark.parametrize("path", ["/graphiql", "/docs", "/developer-assets/page-abc.js"])
async def test_every_answer_confines_the_browser_to_us(built: Path, path: str) -> None:
    """No script, style, font or connection from elsewhere, no frame around us, no guessing."""
    async with client(built) as browser:
        answer = await browser.get(path)

    policy = dict(
        rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "http" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert policy["style-src"] == ("'self' 'unsafe-inline'" if path == "/graphiql" else "'self'")


async def test_pages_are_asked_for_again_and_their_files_kept(built: Path) -> None:
    """After an upgrade the page is new at once, while hashed files never travel twice."""
    async with client(built) as browser:
        page = await browser.get("/docs")
        script = await browser.get("/developer-assets/page-abc.js")
        style = await browser.head("/developer-assets/page-abc.css")

    assert page.headers["cache-control"] == "no-cache"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.text == "run()"
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2Fsecret.txt", "%2e%2e%2fsecret.txt", "../secret.txt", ""]
)
async def test_only_the_built_files_are_served(built: Path, name: str) -> None:
    """A name that is not one of the built files is not found, however it is written."""
    async with client(built) as browser:
        answer = await browser.get(f"/developer-assets/{name}")

    assert answer.status_code == 404
    assert "not for the browser" not in answer.text


async def test_no_page_has_an_inline_script(built: Path) -> None:
    """The policy would refuse one: scripts come from files, words from attributes."""
    async with client(built) as browser:
        for path in ("/graphiql", "/docs"):
            scripts = re.findall(r"<script([^>]*)>(.*?)</script>", (await browser.get(path)).text)
            assert scripts
            assert all("src=" in attributes and not body for attributes, body in scripts)


@pytest.mark.parametrize("path", ["/graphiql", "/docs"])
async def test_a_page_that_could_not_be_built_says_why(tmp_path: Path, path: str) -> None:
    """The reason stands there in words, and the answer is 503 with the same confinement."""
    (tmp_path / "why-not-built.txt").write_text("npm met <nobody>.\n", "utf-8")
    async with client(tmp_path) as browser:
        answer = await browser.get(path)

    assert answer.status_code == 503
    assert "npm met &lt;nobody&gt;." in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert "content-security-policy" in answer.headers


async def test_a_half_built_folder_does_not_stop_the_service(tmp_path: Path) -> None:
    """Pages without their files count as not built; the service still starts."""
    for page in ("graphiql.html", "docs.html"):
        (tmp_path / page).write_text("<p>", "utf-8")
    async with client(tmp_path) as browser:
        answer = await browser.get("/graphiql")

    assert answer.status_code == 503
    assert "pip" in answer.text


@pytest.fixture
def step() -> ModuleType:
    pytest.importorskip("hatchling", reason="hatchling is not here: the build step is not tested")
    return importlib.import_module("bff.web.developer.build")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "page.js").write_text("one", "utf-8")
    return folder


def program(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script)


def test_pages_are_built_once_per_change(step: ModuleType, source: Path, tmp_path: Path) -> None:
    """Installing again is quick; a changed source, or a lost page, is built again."""
    dist = tmp_path / "dist"
    tools = step.Tools(node=program(LEAVES_PAGES), npm=program(""))

    assert step.provide(source, dist, tools, skipped=False) == "Developer pages: built."
    assert "unchanged" in step.provide(source, dist, None, skipped=False)
    (source / "page.js").write_text("two", "utf-8")
    assert step.provide(source, dist, tools, skipped=False) == "Developer pages: built."
    (dist / "docs.html").unlink()
    assert step.provide(source, dist, tools, skipped=False) == "Developer pages: built."


def test_an_unreachable_registry_is_named_by_its_error_only(
    step: ModuleType, source: Path, tmp_path: Path
) -> None:
    """The reason has npm's error code and no address of this machine's registry."""
    refused = (
        "print('npm error code ECONNREFUSED\\nhttps://registry.internal/'); raise SystemExit(1)"
    )
    tools = step.Tools(node=program(LEAVES_PAGES), npm=program(refused))

    said = step.provide(source, tmp_path / "dist", tools, skipped=False)

    reason = (tmp_path / "dist" / "why-not-built.txt").read_text("utf-8")
    assert "npm" in reason
    assert "ECONNREFUSED" in reason
    assert "internal" not in reason + said


@pytest.mark.parametrize(
    ("node", "npm", "expected"),
    [
        (program("raise SystemExit(7)"), program(""), "Vite, .*exit code 7"),
        (program(""), program(""), "without leaving the pages"),
        (("/no/such/node",), program(""), "could not be written or started"),
    ],
)
def test_whatever_fails_leaves_a_reason(  # noqa: PLR0917 - pytest hands them over by name
    step: ModuleType,
    source: Path,
    tmp_path: Path,
    node: tuple[str, ...],
    npm: tuple[str, ...],
    expected: str,
) -> None:
    """The installation goes on, and the reason replaces pages of other sources."""
    dist = tmp_path / "dist"
    step.provide(source, dist, step.Tools(program(LEAVES_PAGES), program("")), skipped=False)
    (source / "page.js").write_text("two", "utf-8")

    said = step.provide(source, dist, step.Tools(node, npm), skipped=False)

    assert re.search(expected, said)
    assert [path.name for path in dist.iterdir()] == ["why-not-built.txt"]


def test_a_registry_that_never_answers_is_given_up(
    step: ModuleType, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build ends with its reason when the time for it is used up."""
    monkeypatch.setattr(step, "BUDGET", 0.1)
    tools = step.Tools(node=program(""), npm=program("import threading; threading.Event().wait()"))

    assert "not done within" in step.provide(source, tmp_path / "dist", tools, skipped=False)


def test_skipping_keeps_the_pages_that_are_there(
    step: ModuleType, source: Path, tmp_path: Path
) -> None:
    """BFF_SKIP_PAGES_BUILD keeps pages built elsewhere, and is the reason where there are none."""
    dist = tmp_path / "dist"

    assert "on purpose" in step.provide(source, dist, None, skipped=True)
    for page in ("graphiql.html", "docs.html"):
        (dist / page).write_text("from a Node stage", "utf-8")
    assert "kept" in step.provide(source, dist, None, skipped=True)
    assert (dist / "docs.html").read_text("utf-8") == "from a Node stage"


def test_no_node_is_a_reason_too(step: ModuleType, source: Path, tmp_path: Path) -> None:
    """Without Node.js the reason names what is needed."""
    assert "Node.js 20.19" in step.provide(source, tmp_path / "dist", None, skipped=False)


@pytest.mark.parametrize(
    ("version", "accepted"),
    [
        ("v20.19.0\n", True),
        ("v22.12.1", True),
        ("v24.0.0", True),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v18.20.0", False),
        ("", False),
        ("no node here", False),
    ],
)
def test_only_a_node_that_vite_accepts_is_used(
    step: ModuleType, version: str, *, accepted: bool
) -> None:
    """An old Node.js counts as none, and then one comes from PyPI."""
    assert step.accepts(version) is accepted
