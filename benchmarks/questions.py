"""What the service asked its upstreams, to be asked again by others."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Self

import httpx

from bff.wiring import OpenClient

SOURCES = {"medusa": 8, "sanity": 32}
"""The upstreams in the order of their ports, and how many connections the service allows them."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request without a body, word for word in `text`."""

    source: str
    port: int
    text: str

    @property
    def target(self) -> str:
        """Return path and query."""
        return self.text.split(" ", 2)[1]

    def headers(self) -> dict[str, str]:
        """Return its headers, but for the host."""
        pairs = (line.partition(": ") for line in self.text.strip().split("\r\n")[1:])
        return {name.lower(): value for name, _, value in pairs if name.lower() != "host"}


class Asking:
    """Asks questions over clients of one kind, one client for each upstream."""

    def __init__(self, clients: dict[str, httpx.AsyncClient]) -> None:
        self._clients = clients

    @classmethod
    async def over(
        cls, open_client: OpenClient, questions: list[Question], stack: AsyncExitStack
    ) -> Self:
        """Open the clients that these questions need; the stack closes them."""
        clients: dict[str, httpx.AsyncClient] = {}
        for one in questions:
            if one.source not in clients:
                client = open_client(
                    one.source,
                    f"http://127.0.0.1:{one.port}",
                    one.headers(),
                    connections=SOURCES[one.source],
                )
                clients[one.source] = await stack.enter_async_context(client)
        return cls(clients)

    async def ask(self, question: Question) -> httpx.Response:
        """Return the answer with its body."""
        response = await self._clients[question.source].get(question.target)
        return response.raise_for_status()
