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
from tests.clients.shop import ORIGIN, ROOT, open_shop

NODE = ("node", "--test", "--test-reporter=spec")
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
    shutil.copy(npm.HERE / "package.json", copy)
    shutil.copy(ROOT / "schema.graphql", copy)
    return copy


def test_the_audits_of_graphql_http(url: str) -> None:
    """Every client that keeps to GraphQL over HTTP is understood: all 61 audits are met."""
    npm.run(*NODE, "audits.test.js", environment={"BFF_URL": url})


@pytest.mark.parametrize("client", ["apollo", "urql", "graphql-request"])
def test_a_client_as_the_readme_sets_it_up(client: str, url: str) -> None:
    """Its users get what plain fetch gets, are told what failed, and send documents once."""
    told = {"BFF_URL": url, "BFF_ORIGIN": ORIGIN}
    npm.run(*NODE, f"{client}.test.js", environment=told)


@pytest.mark.parametrize("client", ["apollo", "urql", "graphql-request"])
def test_a_client_that_is_told_of_partial_answers(client: str) -> None:
    """294 is a success to it, too, where the shop has chosen so."""
    with open_shop({"partial_status": 294}) as address:
        told = {"BFF_URL": f"{address}/graphql", "BFF_ORIGIN": ORIGIN}
        npm.run(*NODE, f"{client}.test.js", environment=told | {"BFF_PARTIAL_STATUS": "294"})


def test_a_shopper_who_switches_the_market_on_one_client(url: str) -> None:
    """No German price is shown in America, not even for a moment."""
    npm.run(*NODE, "market.test.js", environment={"BFF_URL": url})


def test_relay(url: str, tmp_path: Path) -> None:
    """Its compiler takes the schema; the service then takes what it has compiled, and no more."""
    relay = project("relay", tmp_path)
    contract = {file.stem: file.read_text("utf-8") for file in OPERATIONS.glob("*.graphql")}
    for name, document in contract.items():
        # Relay wants operations to be called as their modules, with `Query` at the end.
        named = document.replace(f"query {name}", f"query {name}Query")
        module = (
            f"import {{ graphql }} from 'relay-runtime';\nexport const q = graphql`{named}`;\n"
        )
        (relay / "src" / f"{name}.js").write_text(module, "utf-8")
    trusted = relay / "trusted.json"
    trusted.write_text("{}", "utf-8")
    npm.run("node_modules/.bin/relay-compiler", "--repersist", folder=relay)

    settings = {"trusted_documents": str(trusted), "trusted_only": True}
    with open_shop(settings, production=True) as address:
        npm.run(
            *NODE,
            "relay.test.js",
            folder=relay,
            environment={"BFF_URL": f"{address}/graphql", "BFF_OPEN_URL": url, **contract},
        )


def test_types_for_typescript(tmp_path: Path) -> None:
    """Storefronts in strict TypeScript are told of their mistakes, and of nothing else.

    The file of their documents is one of trusted documents as it stands.
    """
    storefront = project("codegen", tmp_path)
    shutil.copytree(OPERATIONS, storefront / "operations")

    npm.run("node_modules/.bin/graphql-codegen", "--config", "codegen.ts", folder=storefront)
    npm.run("node_modules/.bin/tsc", "--strict", "--noEmit", "--project", ".", folder=storefront)

    trusted = storefront / "generated" / "persisted-documents.json"
    settings = {"trusted_documents": str(trusted), "trusted_only": True}
    with open_shop(settings, production=True) as address:
        told = {"BFF_URL": f"{address}/graphql"}
        npm.run(*NODE, "trusted.test.js", folder=storefront, environment=told)
