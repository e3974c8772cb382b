"""`bff coverage` on real upstreams: every seeded fault is found, and nothing else is.

What has to be found is computed twice: from the list of what was seeded (`BFF_LIVE_CATALOGUE`,
which tells what is odd about each product), and from the systems' own answers, read by the oracle,
which imports nothing of the service. Both are compared as sets, in both directions.

BFF_LIVE_MEDUSA_ADMIN_EMAIL, _PASSWORD    whoever may make a secret API key, to tell what is gone
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product as each_with_each
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live import lab
from tests.live.lab import Truth, fetch_truth, needs_catalogue, needs_lab
from tests.live.oracle import Oracle
from tests.live.systems import LOCALES, TOGETHER, content_settings, read_systems
from tests.live.written import System, Written, is_blank

Json = Any
pytestmark = [needs_lab, needs_catalogue]

EMAIL = os.environ.get("BFF_LIVE_MEDUSA_ADMIN_EMAIL", "")
PASSWORD = os.environ.get("BFF_LIVE_MEDUSA_ADMIN_PASSWORD", "")
COUNTRIES = ("US", "DE", "JP")
FIELDS = ("title", "description", "seo.title", "seo.description")
ALONE = [names for names in TOGETHER if len(names) == 1]
SEEDED_AS = {"strapi4": "strapi"}
"""By which name the catalogue tells what is in a system."""
NOT_SOLD = {"draft-in-medusa", "other-sales-channel", "not-in-medusa"}
NOT_SHOWN = {"draft-in-cms", "not-in-cms"}


@dataclass(frozen=True)
class Seeded:
    """The list of what was seeded: all that the shop knows, sold or not."""

    products: Sequence[Json]

    def sold(self) -> list[Json]:
        unsold = {"draft", "other-sales-channel"}
        return [each for each in self.products if unsold.isdisjoint(each["medusa"])]

    def handles(self) -> dict[str, str]:
        return {each["medusa_id"]: each["handle"] for each in self.products}


@cache
def seeded() -> Seeded:
    return Seeded(json.loads(Path(lab.CATALOGUE).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def truth() -> Truth:
    return fetch_truth(COUNTRIES)


@pytest.fixture(scope="module")
def secret_key() -> Iterator[str]:
    """A secret key of our own, taken away afterwards."""
    if not (EMAIL and PASSWORD):
        pytest.skip("BFF_LIVE_MEDUSA_ADMIN_EMAIL and _PASSWORD name nobody who may make a key")
    with httpx.Client(base_url=lab.MEDUSA_URL, timeout=30) as admin:
        who = {"email": EMAIL, "password": PASSWORD}
        login = admin.post("/auth/user/emailpass", json=who).raise_for_status()
        admin.headers["authorization"] = f"Bearer {login.json()['token']}"
        wanted = {"title": "bff coverage", "type": "secret"}
        made = admin.post("/admin/api-keys", json=wanted).raise_for_status().json()["api_key"]
        try:
            yield made["token"]
        finally:
            admin.post(f"/admin/api-keys/{made['id']}/revoke", json={}).raise_for_status()
            admin.delete(f"/admin/api-keys/{made['id']}").raise_for_status()


def run(names: Sequence[str], token: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as an operator does, set up by its environment alone."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BFF_")},
        "BFF_MEDUSA__URL": lab.MEDUSA_URL,
        "BFF_MEDUSA__PUBLISHABLE_KEY": lab.MEDUSA_KEY,
        "BFF_MEDUSA__ADMIN_TOKEN": token,
        "BFF_CONTENT": json.dumps(content_settings(names)),
        "BFF_LOCALES": json.dumps(LOCALES),
        "BFF_DEFAULT_COUNTRY": "US",
    }
    command = [sys.executable, "-m", "bff", "coverage", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


REPORTS: dict[tuple[str, ...], Json] = {}


@pytest.fixture(params=TOGETHER, ids="+".join)
def names(request: pytest.FixtureRequest) -> tuple[str, ...]:
    chosen: tuple[str, ...] = request.param
    return chosen


@pytest.fixture
def report(names: tuple[str, ...], secret_key: str) -> Json:
    """The report of one shop; the catalogue is gone through once for each."""
    if names not in REPORTS:
        done = run(names, secret_key, "--json")
        assert done.stderr == ""
        assert done.returncode == 1
        assert secret_key not in done.stdout
        REPORTS[names] = json.loads(done.stdout)
    return REPORTS[names]


def test_every_product_is_looked_at(report: Json) -> None:
    """All that is sold, in the three markets and the shop's languages."""
    assert report["products"] == len(seeded().sold())
    assert report["locales"] == list(LOCALES)
    assert {market["name"] for market in report["markets"]} == {"Europe", "Japan", "US"}
    assert report["tellsGoneFromUnsold"] is True


def test_prices_that_are_missing(report: Json, truth: Truth) -> None:
    """Each variant that Medusa gives no price for, and those of the seeded products."""
    regions = {country: truth.regions[country]["id"] for country in COUNTRIES}
    raw = {
        (wire["handle"], variant["id"], regions[country])
        for country in COUNTRIES
        for wire in truth.products[country].values()
        for variant in wire["variants"]
        if variant["calculated_price"] is None
    }
    where = {"no-price": COUNTRIES, "no-eur-price": ("DE",), "no-jpy-price": ("JP",)}
    listed = {
        (each["handle"], regions[country])
        for each in seeded().sold()
        for oddity in each["medusa"]
        for country in where.get(oddity, ())
    }

    found = [(one["product"], one["variantId"], one["regionId"]) for one in report["prices"]]

    assert set(found) == raw
    assert len(found) == len(raw)
    assert {(handle, region) for handle, _, region in found} == listed


def test_content_that_is_missing(report: Json, names: tuple[str, ...], truth: Truth) -> None:
    """For each system: products without a document, and documents without a text."""
    for name, system in zip(names, read_systems(names), strict=True):
        sold = truth.products["US"]
        without = {wire["handle"] for key, wire in sold.items() if key not in system.products}
        silent = {
            wire["handle"]
            for key, wire in sold.items()
            if key in system.products and not _says_something(system, system.products[key])
        }
        kind = SEEDED_AS.get(name, name)
        unpublished = {
            each["handle"] for each in seeded().sold() if each[kind]["status"] != "published"
        }
        found = report["content"]["sources"][system.name]
        assert set(found["no-document"]) == without == unpublished
        assert set(found["no-text"]) == silent
    nothing = [
        {handle for handles in report["content"]["sources"][each].values() for handle in handles}
        for each in report["sources"]
    ]
    lacking = {one["product"] for one in report["content"]["lacking"]}
    assert lacking == set.intersection(*nothing)


def _says_something(system: System, written: Written) -> bool:
    """Tell whether there is a text that is shown; the copy of Medusa's own title is not."""
    return any(
        not is_blank(text)
        for tag, texts in written.texts.items()
        if tag is None or tag in LOCALES
        for name, text in texts.items()
        if not (name == "title" and system.copies_titles and tag in {None, LOCALES[0]})
    )


def test_texts_that_are_missing(report: Json, names: tuple[str, ...], truth: Truth) -> None:
    """Wherever the merged text has to be in another language, or nothing."""
    oracle = Oracle(truth, LOCALES, read_systems(names))
    expected: dict[str, dict[str, set[str]]] = {
        name: {locale: set() for locale in LOCALES} for name in FIELDS
    }
    for (key, wire), locale in each_with_each(truth.products["US"].items(), LOCALES):
        shown = oracle.product(key, locale, "US")
        assert shown is not None
        for one in shown["provenance"].items:
            if one["field"] in FIELDS and (one["source"] is None or one["isFallback"]):
                expected[one["field"]][locale].add(wire["handle"])

    found = {
        name: {locale: set(handles) for locale, handles in by_locale.items()}
        for name, by_locale in report["missingTexts"].items()
    }

    assert found == expected
    count = sum(len(handles) for by in expected.values() for handles in by.values())
    print(f"\n{'+'.join(names)}: {count} texts are missing in a language")
    assert report["counts"]["locales"] == count


def test_documents_without_a_product(report: Json, names: tuple[str, ...]) -> None:
    """The one whose product left Medusa is an orphan; drafts and other channels are none."""
    documents = report["documents"]
    known = {each["medusa_id"]: each for each in seeded().products}
    for name, system in zip(names, read_systems(names), strict=True):
        gone = system.products.keys() - known.keys()
        kind = SEEDED_AS.get(name, name)
        unsold = {
            each["medusa_id"]: "draft" if "draft" in each["medusa"] else "published"
            for each in seeded().products
            if each not in seeded().sold() and each[kind]["status"] == "published"
        }

        orphans = [one for one in documents["orphans"] if one["source"] == system.name]
        others = [one for one in documents["unsold"] if one["source"] == system.name]

        assert len(gone) == 1
        assert [(one["product"], one["state"]) for one in orphans] == [(*gone, "gone")]
        assert {one["product"]: one["status"] for one in others} == unsold
        assert len(others) == len(unsold)


def test_products_with_two_documents(report: Json, names: tuple[str, ...]) -> None:
    """Only what is published counts: a second document that is a draft is no fault."""
    found = {(one["source"], one["product"]) for one in report["documents"]["duplicates"]}

    assert found == {
        (name, each["handle"])
        for name in names
        for each in seeded().products
        if "second-entry-with-same-medusa-id" in each[SEEDED_AS.get(name, name)]["oddities"]
    }


def test_addons_without_a_product(report: Json, names: tuple[str, ...], truth: Truth) -> None:
    """Each that leads nowhere or to what is not sold, with the status that a shopper is told."""
    told = {"DANGLING": "dangling", "UNPUBLISHED": "unsold"}
    for name, system in zip(names, read_systems(names), strict=True):
        oracle = Oracle(truth, LOCALES, (system,))
        expected = Counter(
            (wire["handle"], told[one["status"]], one["productId"])
            for key, wire in truth.products["US"].items()
            for group in _addons_of(oracle, key)
            for one in group["items"]
            if one["status"] in told
        )
        own = [
            (one["product"], status, one["targetId"])
            for status in told.values()
            for one in report["addons"][status]
            if one["source"] == system.name
        ]
        assert Counter(own) == expected
        assert Counter(handle for handle, _, _ in own) == _listed_addons(name)


def _addons_of(oracle: Oracle, product_id: str) -> Sequence[Json]:
    shown = oracle.product(product_id, LOCALES[0], "US")
    assert shown is not None
    addons: Sequence[Json] = shown["addons"]
    return addons


def _listed_addons(name: str) -> Counter[str]:
    """Return how many of a product's seeded addons lead to nothing that is sold.

    Contentful shows nothing of a target that is not published, not even which product it was;
    Strapi leaves it out altogether.
    """
    kind = SEEDED_AS.get(name, name)
    counted: Counter[str] = Counter()
    for each in seeded().sold():
        content: Mapping[str, Json] = each[kind]
        for addon in content.get("addons", ()) if content["status"] == "published" else ():
            notes = set(addon["notes"])
            is_hidden = bool(notes & NOT_SHOWN)
            is_faulty = not notes.isdisjoint(NOT_SOLD) or (is_hidden and kind == "contentful")
            if is_faulty and "duplicate" not in notes and not (is_hidden and kind == "strapi"):
                counted[each["handle"]] += 1
    return counted


@pytest.mark.parametrize("names", ALONE, ids="+".join, indirect=True)
def test_without_a_secret_key(names: tuple[str, ...], report: Json) -> None:
    """The same is found, but nobody can tell what is gone: so that is no alarm."""
    documents = report["documents"]
    strays = {one["id"] for one in (*documents["orphans"], *documents["unsold"])}

    done = run(names, "", "--json", "--fail-on", "orphans")

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["documents"]["orphans"] == []
    assert {one["id"] for one in found["documents"]["unsold"]} == strays
    assert {one["state"] for one in found["documents"]["unsold"]} == {"unsold-or-gone"}
    rest = set(found) - {"documents", "counts", "failing", "tellsGoneFromUnsold"}
    assert {name: found[name] for name in rest} == {name: report[name] for name in rest}


def test_a_wrong_secret_key() -> None:
    """Medusa knows it is none: no report, and a word on what to look at."""
    done = run(("sanity",), "sk_wrong", "--json")

    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.endswith("HTTP 401 admin_token_invalid\n")
