"""Redis servers that a test may stop, kill and start again, and a wire that it may cut."""

import asyncio
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from redis import Redis

from tests.stores.redis_server import bundled_program, program_to_run


class Server:
    """One server on a unix socket; what it saves is there after a restart."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.socket = folder / "s"
        self._command = (
            *(program_to_run(bundled_program()), "--dir", str(folder), "--daemonize", "no"),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", *options),
        )
        self.client = Redis(unix_socket_path=str(self.socket), decode_responses=True)
        """A client of the test's own."""
        self._process: subprocess.Popen[bytes] | None = None
        self._is_paused = False

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said = []
        for line in self._process.stdout or ():
            said.append(line.decode(errors="replace"))
            if "ready to accept connections" in said[-1].lower():
                return
        raise AssertionError("Redis did not start:\n" + "".join(said))

    def kill(self) -> None:
        """End it as a power cut would: what it did not save is lost."""
        self.client.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
            self.socket.unlink(missing_ok=True)

    def pause(self) -> None:
        """Let it hang: connections stay, and nothing answers."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        self._is_paused = True

    def resume(self) -> None:
        if self._process is not None and self._is_paused:
            os.kill(self._process.pid, signal.SIGCONT)
        self._is_paused = False


@contextmanager
def server(*options: str) -> Iterator[Server]:
    """Run a server of the test's own."""
    # Not pytest's directory: a socket's path may be no longer than 104 bytes on some systems.
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        running = Server(Path(folder), *(options or ("--port", "0")))
        try:
            running.start()
            yield running
        finally:
            running.resume()
            running.kill()


@contextmanager
def cluster(size: int = 3) -> Iterator[list[Server]]:
    """Run a cluster of masters on ports of this machine."""
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        ports = _free_ports(size)
        servers = []
        for port in ports:
            place = Path(folder) / str(port)
            place.mkdir()
            servers.append(
                Server(
                    place,
                    *("--port", str(port), "--bind", "127.0.0.1"),
                    *("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"),
                )
            )
        try:
            for each in servers:
                each.start()
            _join(servers, ports)
            yield servers
        finally:
            for each in servers:
                each.resume()
                each.kill()


def _join(servers: list[Server], ports: list[int]) -> None:
    share = 16384 // len(servers) + 1
    for number, each in enumerate(servers):
        slots = range(number * share, min((number + 1) * share, 16384))
        _cluster(each, "ADDSLOTS", *slots)
        _cluster(each, "SET-CONFIG-EPOCH", number + 1)
    for port in ports[1:]:
        _cluster(servers[0], "MEET", "127.0.0.1", port)
    for each in servers:
        while not _is_joined(_cluster(each, "INFO"), len(servers)):
            time.sleep(0.01)


def _cluster(server: Server, command: str, *arguments: str | int) -> Any:
    return server.client.execute_command(f"CLUSTER {command}", *arguments)  # type: ignore[no-untyped-call]


def _is_joined(told: Mapping[str, str], size: int) -> bool:
    return told["cluster_state"] == "ok" and told["cluster_known_nodes"] == str(size)


def _free_ports(many: int) -> list[int]:
    """Return free ports whose cluster bus (10 000 above) can be had as well."""
    found: list[int] = []
    with _sockets() as take:
        while len(found) < many:
            port = take(0)
            if port < 50_000 and take(port + 10_000):
                found.append(port)
    return found


@contextmanager
def _sockets() -> Iterator["_Take"]:
    """Hold ports while others are looked for."""
    held: list[socket.socket] = []
    try:
        yield _Take(held)
    finally:
        for each in held:
            each.close()


class _Take:
    def __init__(self, held: list[socket.socket]) -> None:
        self._held = held

    def __call__(self, port: int) -> int:
        """Bind a port, any if it is 0; return it, or 0 if it cannot be had."""
        probe = socket.socket()
        self._held.append(probe)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


class Wire:
    """A way to a server that counts round trips, and can be cut or made to swallow everything."""

    def __init__(self) -> None:
        self.connections = 0
        """How many there are now."""
        self.most_connections = 0
        self.turns = 0
        """How often the clients spoke after the server did."""
        self.is_cut = False
        self.swallows = False
        self.refuses_subscriptions = False
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """End all connections, and let nobody through until that is taken back."""
        self.is_cut = True
        self.drop()

    def drop(self) -> None:
        """End all connections."""
        for writer in self._writers:
            writer.close()

    async def _carry(
        self, socket: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.is_cut:
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_unix_connection(str(socket))
        self._writers |= {writer, far_writer}
        self.connections += 1
        self.most_connections = max(self.most_connections, self.connections)
        has_spoken = [False]
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, has_spoken, is_client=True),
                self._pump(far_reader, writer, has_spoken, is_client=False),
            )
        finally:
            self.connections -= 1
            self._writers -= {writer, far_writer}
            writer.close()
            far_writer.close()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        has_spoken: list[bool],
        *,
        is_client: bool,
    ) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                if self.swallows:
                    continue
                if is_client and self.refuses_subscriptions and b"SUBSCRIBE" in chunk:
                    break
                if is_client and not has_spoken[0]:
                    self.turns += 1
                has_spoken[0] = is_client
                writer.write(chunk)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def wire(to: Path) -> AsyncIterator[tuple[Wire, str]]:
    """Put a wire before a server; yield it, and the URL of its near end."""
    with tempfile.TemporaryDirectory(prefix="wire-", ignore_cleanup_errors=True) as folder:
        near, line = Path(folder) / "s", Wire()
        tasks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(line._carry(to, reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        listening = await asyncio.start_unix_server(accept, str(near))
        try:
            yield line, f"unix://{near}"
        finally:
            listening.close()
            line.drop()
            for task in tuple(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
