"""The command line: parse arguments, call the wiring. Nothing else."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from bff import wiring
from bff.demo import demo_upstreams, things_to_try
from bff.settings import SettingsProblem, load_settings
from bff.web.schema import build_schema


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except SettingsProblem as problem:
        sys.stderr.write(f"The settings cannot be used:\n{problem}\n")
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bff", description="One GraphQL and REST API for a Medusa shop and its content."
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="serve the shop that the settings describe")
    _takes_env_file(serve)
    serve.set_defaults(run=_serve)

    demo = commands.add_parser("demo", help="serve a made-up shop: no account, no other server")
    demo.add_argument("--port", type=int, default=8000, help="the port to listen on")
    demo.set_defaults(run=_demo)

    schema = commands.add_parser("schema", help="print the GraphQL schema")
    schema.set_defaults(run=_schema)
    return parser


def _takes_env_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("--env-file", type=Path, help="read settings from this file too")


def _serve(options: argparse.Namespace) -> int:
    settings = load_settings(options.env_file)
    _run(wiring.production(settings), settings.host, settings.port)
    return 0


def _demo(options: argparse.Namespace) -> int:
    host = "127.0.0.1"
    url = f"http://{host}:{options.port}"
    tries = "".join(f"\n  {title}:\n    {command}\n" for title, command in things_to_try(url))
    sys.stdout.write(
        f"The demo shop is at\n  {url}/graphiql   explore\n  {url}/graphql    query\n"
        f"  {url}/docs       REST\n\nThree things to try:\n{tries}\nStop it with Ctrl-C.\n"
    )
    sys.stdout.flush()
    _run(wiring.demo(demo_upstreams()), host, options.port)
    return 0


def _run(service: wiring.Service, host: str, port: int) -> None:
    uvicorn.run(
        service.app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
    )


def _schema(_: argparse.Namespace) -> int:
    sys.stdout.write(f"{build_schema()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
