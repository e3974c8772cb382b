"""The shop that an operator's commands are about: the demo's, at the end of real settings."""

from pathlib import Path

import pytest

from bff import wiring
from bff.demo import DemoUpstreams, demo_upstreams

SHOP = """
BFF_MEDUSA__URL=http://medusa.demo
BFF_MEDUSA__PUBLISHABLE_KEY=pk_demo
BFF_CONTENT=[{"kind":"sanity","project_id":"demoshop"}]
BFF_LOCALES=["en","es"]
BFF_DEFAULT_COUNTRY=US
"""


@pytest.fixture(autouse=True)
def _nothing_is_set(empty_environment: None) -> None:
    """Whoever runs the tests may have a shop of his own."""


@pytest.fixture
def upstreams(monkeypatch: pytest.MonkeyPatch) -> DemoUpstreams:
    """The demo's shop in the place of what is at the other end of the settings' addresses."""
    upstreams = demo_upstreams()
    monkeypatch.setattr(wiring.clients, "production_client", wiring.demo_client(upstreams))
    return upstreams


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    file = tmp_path / "shop.env"
    file.write_text(SHOP, encoding="utf-8")
    return file
