"""The clients that storefronts are built with, as their own packages, against a running service.

They are fetched from npm once for a checkout; where there is no Node.js or no registry they are
skipped, and say so. Environment:
BFF_REQUIRE_NODE  1: fail instead of skipping
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import npm
from tests.clients.shop import ROOT, open_shop

OPERATIONS = ROOT / "tests" / "golden" / "operations"


@pytest.fixture(scope="module", autouse=True)
def _packages(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    npm.require_node()
    own = tmp_path_factory.getbasetemp()
    npm.install(own if worker_id == "master" else own.parent)


@pytest.fixture(scope="module")
def url(_packages: None) -> Iterator[str]:
    """Where the shop answers GraphQL, as `bff demo` does."""
    with open_shop() as address:
        yield f"{address}/graphql"


def project(name: str, folder: Path) -> Path:
    """Copy a project that is compiled: what its compiler writes stays out of the checkout."""
    copy = folder / name
    shutil.copytree(npm.HERE / name, copy)
    (copy / "node_modules").symlink_to(npm.MODULES)
    shutil.copy(ROOT / "schema.graphql", copy)
    return copy


def test_the_audits_of_graphql_http(url: str) -> None:
    """Every client that keeps to GraphQL over HTTP is understood: all 61 audits are met."""
    npm.run("node", "--test", "audits.test.js", BFF_URL=url)
