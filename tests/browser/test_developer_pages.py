"""GraphiQL and the REST documentation, seen through a real Chromium that can reach only us.

Without settings the pages are served by a small service of this file. Environment:
BFF_BROWSER_URL       look at a running service instead, for example http://127.0.0.1:8000
BFF_BROWSER           path of Chromium or Chrome, when it is not on PATH
BFF_REQUIRE_BROWSER   1: fail instead of skipping when there is no browser or no built page
BFF_BROWSER_PICTURES  folder for a picture of each page as the test left it
"""

import asyncio
import base64
import itertools
import json
import os
import re
import shutil
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import aiohttp
import pytest
import strawberry
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from strawberry.fastapi import GraphQLRouter

from bff.web.pages import BUILT, developer_pages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 60.0  # seconds for one expectation, on a busy machine with a cold browser
EXAMPLE = """# A greeting, to see that everything works.
query Greeting {
  greeting(name: "</div> & \\"friends\\"") # it answers with the name
}
"""


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self, name: str) -> str:
        return f"Good morning, {name}"


def service(prefix: str) -> Starlette:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(
        GraphQLRouter(strawberry.Schema(Query), graphql_ide=None), prefix="/graphql"
    )

    @app.get("/v1/greetings/{name}", summary="Greet somebody")
    def greet(name: str) -> str:
        return name

    app.router.routes.extend(developer_pages(EXAMPLE))
    return Starlette(routes=[Mount(prefix, app)]) if prefix else app


@contextmanager
def served(prefix: str) -> Iterator[str]:
    """Serve the small service on a free port; calls made before it is up wait in the socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(service(prefix), log_level="warning", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}{prefix}"
        finally:
            server.should_exit = True
            thread.join()


def lacking(what: str) -> NoReturn:
    if os.environ.get("BFF_REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(params=["", "/shop"], ids=["at the root", "behind a prefix"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    running = os.environ.get("BFF_BROWSER_URL")
    if running:
        if request.param:
            pytest.skip("BFF_BROWSER_URL says where the service is: nothing to put in front of it")
        yield running.rstrip("/")
        return
    if not (BUILT / "graphiql.html").is_file():
        lacking(
            "The developer pages are not built here: run `pip install -e .` with Node.js near."
        )
    with served(request.param) as address:
        yield address


class Tab:
    """One page of a browser over the Chrome DevTools Protocol, its workers included."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse, origin: str) -> None:
        self.asked: list[str] = []  # every URL that page or workers wanted
        self.complaints: list[str] = []  # console errors, exceptions, refusals by the policy
        self.answers: list[tuple[str, str]] = []  # what was posted, and the request's id
        self.workers = 0
        self.session = ""
        self._wire = wire
        self._origin = origin
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._chores: set[asyncio.Task[None]] = set()

    async def call(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self._wire.send_json(message | ({"sessionId": session} if session else {}))
        async with asyncio.timeout(PATIENCE):
            return await self._waiting[number]

    async def listen(self) -> None:
        async for message in self._wire:
            heard = json.loads(message.data)
            if "id" in heard:
                waiting = self._waiting.pop(heard["id"])
                if "error" in heard and not waiting.done():
                    waiting.set_exception(AssertionError(f"the browser refused: {heard['error']}"))
                elif not waiting.done():
                    waiting.set_result(heard["result"])
            else:
                self._hear(heard["method"], heard["params"], heard.get("sessionId", ""))

    def _hear(self, event: str, said: dict[str, Any], session: str) -> None:
        match event:
            case "Target.attachedToTarget":
                is_worker = said["targetInfo"]["type"] == "worker"
                self.workers += is_worker
                self._start(self._watch(said["sessionId"], is_page=not is_worker))
            case "Fetch.requestPaused":
                self._start(self._let_through(said, session))
            case "Network.requestWillBeSent":
                self.asked.append(said["request"]["url"])
                if said["request"]["method"] == "POST":
                    self.answers.append((said["request"].get("postData", ""), said["requestId"]))
            case "Log.entryAdded" if said["entry"]["level"] == "error":
                self.complaints.append(said["entry"]["text"])
            case "Runtime.consoleAPICalled" if said["type"] == "error":
                self.complaints.append(str([part.get("value") for part in said["args"]]))
            case "Runtime.exceptionThrown":
                self.complaints.append(str(said["exceptionDetails"].get("exception")))
            case _:  # the protocol has many more events than these
                pass

    def _start(self, chore: Awaitable[None]) -> None:
        task = asyncio.ensure_future(chore)
        self._chores.add(task)
        task.add_done_callback(self._done)

    def _done(self, chore: asyncio.Future[None]) -> None:
        self._chores.discard(chore)
        if not chore.cancelled() and chore.exception():
            self.complaints.append(str(chore.exception()))

    async def _watch(self, session: str, *, is_page: bool = True) -> None:
        """Hear everything from a page or worker before its first line runs."""
        for method in ("Network.enable", "Runtime.enable"):
            await self.call(method, session)
        if is_page:  # of a worker only what it asks for is heard: the second wall stops it
            await self.call("Log.enable", session)
            await self.call("Fetch.enable", session, patterns=[{"urlPattern": "*"}])
        await self.call(
            "Target.setAutoAttach",
            session,
            autoAttach=True,
            waitForDebuggerOnStart=True,
            flatten=True,
        )
        await self.call("Runtime.runIfWaitingForDebugger", session)

    async def _let_through(self, paused: dict[str, Any], session: str) -> None:
        asked, request = paused["request"]["url"], paused["requestId"]
        self.asked.append(asked)
        if asked.startswith(f"{self._origin}/"):
            await self.call("Fetch.continueRequest", session, requestId=request)
        else:
            reason = "BlockedByClient"
            await self.call("Fetch.failRequest", session, requestId=request, errorReason=reason)

    async def open(self, address: str) -> None:
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self.session = attached["sessionId"]
        await self._watch(self.session)
        gone = await self.call("Page.navigate", self.session, url=address)
        assert "errorText" not in gone, f"{address} does not answer: {gone['errorText']}"

    async def run(self, script: str) -> Any:
        """Evaluate JavaScript in the page, waiting for it if it is a promise."""
        done = await self.call(
            "Runtime.evaluate",
            self.session,
            expression=script,
            awaitPromise=True,
            returnByValue=True,
        )
        return done.get("result", {}).get("value")

    async def see(self, script: str) -> Any:
        """Wait until a JavaScript expression is true, and return its value."""
        look = (
            "new Promise((seen) => { const look = () => { let found = null; "
            f"try {{ found = {script}; }} catch {{ /* not there yet */ }} "
            "if (found) seen(found); else setTimeout(look, 20); }; look(); })"
        )
        try:
            return await self.run(look)
        except TimeoutError:
            shown = await self.run("document.body.innerText")
            pytest.fail(f"never seen: {script}\npage: {shown}\ncomplaints: {self.complaints}")

    async def click(self, selector: str) -> None:
        """Press and release the mouse over the middle of an element."""
        box = await self.see(
            f"(() => {{ const box = document.querySelector({selector!r}).getBoundingClientRect(); "
            "return {x: box.x + box.width / 2, y: box.y + box.height / 2}; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent",
                self.session,
                type=kind,
                button="left",
                clickCount=1,
                **box,
            )

    async def posted(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what the page has posted so far, each with the JSON that came back."""
        return [
            (sent, json.loads((await self._body(request))["body"]))
            for sent, request in self.answers
        ]

    async def _body(self, request: str) -> dict[str, Any]:
        return await self.call("Network.getResponseBody", self.session, requestId=request)

    async def picture(self, name: str) -> None:
        folder = os.environ.get("BFF_BROWSER_PICTURES")
        if folder:
            taken = await self.call("Page.captureScreenshot", self.session, format="png")
            await asyncio.to_thread(
                Path(folder, f"{name}.png").write_bytes, base64.b64decode(taken["data"])
            )

    def outside(self) -> list[str]:
        """Return the URLs that are neither the service's nor inside the page itself."""
        inside = (f"{self._origin}/", "data:", f"blob:{self._origin}/", "about:blank")
        return [asked for asked in self.asked if not asked.startswith(inside)]


@asynccontextmanager
async def chromium(program: str, profile: Path, origin: str) -> AsyncIterator[Tab]:
    process = await asyncio.create_subprocess_exec(
        program,
        "--headless=new",
        "--no-sandbox",  # as root in a container there is none to be had
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--window-size=1280,800",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        # The second wall: no name and no other address can be reached at all.
        f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {urlsplit(origin).hostname}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            address = await _debugger(process)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(address, max_msg_size=0) as wire,
        ):
            tab = Tab(wire, origin)
            listening = asyncio.create_task(tab.listen())
            try:
                yield tab
            finally:
                await wire.send_json({"id": 0, "method": "Browser.close"})
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _debugger(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    said = b""
    async for line in process.stderr:
        said += line
        listening = re.search(rb"DevTools listening on (ws://\S+)", line)
        if listening:
            return listening[1].decode()
    pytest.fail(f"the browser ended before it could be used: {said.decode(errors='replace')}")


@pytest.fixture
async def tab(url: str, tmp_path: Path) -> AsyncIterator[Tab]:
    named = os.environ.get("BFF_BROWSER")
    program = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        lacking(
            "There is no Chromium here (apt-get install chromium, or BFF_BROWSER=/its/path): "
            "the developer pages were not looked at in a browser."
        )
    where = urlsplit(url)
    async with chromium(program, tmp_path / "profile", f"{where.scheme}://{where.netloc}") as tab:
        yield tab


async def test_graphiql_runs_its_example_without_the_internet(url: str, tab: Tab) -> None:
    """GraphiQL opens on the shop's example, and Execute shows the answer, all from one origin."""
    await tab.open(f"{url}/graphiql")
    opened = await tab.see("document.getElementById('graphiql').dataset.example")
    first_word = opened.split()[1]
    await tab.see(
        f"document.querySelector('.graphiql-query-editor .view-lines').innerText"
        f".includes({first_word!r})"
    )
    await tab.click(".graphiql-execute-button")
    await tab.see(
        "document.querySelector('.graphiql-response .view-lines').innerText.match(/data/)"
    )
    await tab.picture("graphiql")

    answers = await tab.posted()
    executed = [answer for sent, answer in answers if json.loads(sent)["query"] == opened]
    assert len(executed) == 1
    assert executed[0]["data"]
    assert not [answer["errors"] for _, answer in answers if "errors" in answer]
    if not os.environ.get("BFF_BROWSER_URL"):
        assert opened == EXAMPLE
        assert executed[0]["data"] == {"greeting": 'Good morning, </div> & "friends"'}
    assert tab.workers > 0  # the editor's own, which a policy too strict would have refused
    assert tab.outside() == []
    assert tab.complaints == []


async def test_docs_show_every_operation_without_the_internet(url: str, tab: Tab) -> None:
    """The REST documentation lists each operation of the service's own OpenAPI description."""
    await tab.open(f"{url}/docs")
    await tab.see("document.querySelector('.opblock-summary-path') !== null")
    await tab.click(".opblock-summary-control")
    await tab.click(".opblock-body .try-out__btn")
    await tab.see("document.querySelector('.opblock-body .execute') !== null")
    await tab.picture("docs")

    described = await tab.run("fetch('openapi.json').then((answer) => answer.json())")
    shown = await tab.run(
        "[...document.querySelectorAll('.opblock-summary-path')].map((path) => path.dataset.path)"
    )
    expected = [path for path, methods in described["paths"].items() for _ in methods]
    assert sorted(shown) == sorted(expected)
    assert expected
    assert tab.outside() == []
    assert tab.complaints == []
