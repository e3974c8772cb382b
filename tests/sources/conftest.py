"""How expected files are written anew, to be read through before they are committed."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/sources --update-golden`."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        default=False,
        help="write what adapters make of recorded answers as what is expected",
    )
