"""`bff cache`: what an operator does to the cache that replicas share, with a real Redis."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bff.__main__ import main
from bff.demo import DemoUpstreams, Faults
from tests.stores.servers import server

SHOP = """
BFF_MEDUSA__URL=http://medusa.demo
BFF_MEDUSA__PUBLISHABLE_KEY=pk_demo
BFF_CONTENT=[{"kind":"sanity","project_id":"demoshop"}]
BFF_LOCALES=["en","de"]
BFF_DEFAULT_COUNTRY=US
BFF_RECONCILE_SECONDS=0
BFF_REDIS__TIMEOUT_SECONDS=5
BFF_CONTENT_BUDGET_SECONDS=30
BFF_DEADLINE_SECONDS=30
BFF_FLIGHT_SECONDS=30
"""
TEE = "premium-cotton-t-shirt"


@pytest.fixture(autouse=True)
def _at_the_addresses(upstreams: DemoUpstreams) -> None:
    """All of these commands reach the demo's shop."""


@pytest.fixture(scope="module")
def redis_socket() -> Iterator[Path]:
    with server() as redis:
        yield redis.socket


@pytest.fixture
def redis(redis_socket: Path) -> Iterator["Redis"]:
    """An empty Redis."""
    with Redis(unix_socket_path=str(redis_socket)) as client:
        client.flushall()
        yield client


@pytest.fixture
def shop(tmp_path: Path, redis: "Redis", redis_socket: Path) -> str:
    """Settings with a Redis; the path of their file."""
    assert redis.ping()
    file = tmp_path / "shop.env"
    file.write_text(f"{SHOP}BFF_REDIS_URL=unix://{redis_socket}\n", encoding="utf-8")
    return str(file)


def alone(tmp_path: Path) -> str:
    """Settings without one."""
    file = tmp_path / "alone.env"
    file.write_text(SHOP, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("command", ["inspect tee", "purge --tag offers", "warm --top 3"])
def test_without_redis(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The memory of a running process cannot be looked into, and that is said."""
    assert main(["cache", *command.split(), "--env-file", alone(tmp_path)]) == 2

    said = capsys.readouterr()
    assert said.err.startswith("bff cache ")
    assert ("BFF_WARM_TOP" in said.err) is command.startswith("warm")
    assert "without BFF_REDIS_URL each process keeps its cache in its own memory" in said.err
    assert said.out == ""


@pytest.mark.parametrize("command", ["inspect tee", "purge --tag offers", "warm --top 3"])
def test_redis_is_down(
    command: str,
    tmp_path: Path,
    upstreams: DemoUpstreams,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line, and a code that scripts can tell from a slip; no address with its password."""
    file = tmp_path / "down.env"
    file.write_text(f"{SHOP}BFF_REDIS_URL=redis://:hunter2@127.0.0.1:1/0\n", encoding="utf-8")

    assert main(["cache", *command.split(), "--env-file", str(file)]) == 3

    said = capsys.readouterr()
    assert said.err.endswith("Redis does not answer; `bff check` says more\n")
    assert said.err.count("\n") == 1
    assert "hunter2" not in said.err
    assert upstreams.medusa.calls.total() == 0


def test_warm_then_inspect(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What was read in one process lies there for the others, for all languages and markets."""
    assert main(["cache", "warm", "--top", "100", "--env-file", shop]) == 0
    warmed = capsys.readouterr()
    assert re.fullmatch(
        r"31 products are in the cache, in 2 languages and for \d countries\n", warmed.out
    )
    assert warmed.err == ""

    assert main(["cache", "inspect", TEE, "--env-file", shop]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = re.fullmatch(
        rf"(prod_\w+) {TEE}: (\d+) of (\d+) keys are in Redis, at .* UTC", lines[0]
    )
    assert found
    assert found[2] == found[3]
    assert f"handle:{TEE}" in lines
    assert f"text::{found[1]}" in lines
    assert f"content:sanity:{found[1]}" in lines
    assert any(line.startswith("offer:") and ":DE:" in line for line in lines)
    assert {line.split(",")[0] for line in lines if " s old, " in line} == {"  fresh"}
    assert any(line.startswith("  tags:") and "sanity:*" in line for line in lines)

    assert main(["cache", "inspect", found[1], "--country", "jp", "--env-file", shop]) == 0
    by_id = capsys.readouterr().out.splitlines()
    assert by_id[0].startswith(f"{found[1]} {TEE}: 4 of 4 keys are in Redis")


def test_warm_one_of_each(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Said as one says it."""
    one = ["--top", "1", "--country", "US", "--locale", "de"]
    assert main(["cache", "warm", *one, "--env-file", shop]) == 0

    assert (
        capsys.readouterr().out == "1 product is in the cache, in 1 language and for 1 country\n"
    )


def test_a_page_that_a_shopper_has_seen(
    shop: str, upstreams: DemoUpstreams, capsys: pytest.CaptureFixture[str]
) -> None:
    """It comes out of the cache again: the sources are asked nothing for what was warmed."""
    main(["cache", "warm", "--top", "100", "--country", "US", "--env-file", shop])
    before = upstreams.medusa.calls.total() + upstreams.sanity.calls.total()

    main(["cache", "warm", "--top", "100", "--country", "US", "--env-file", shop])

    assert capsys.readouterr().err == ""
    assert upstreams.medusa.calls.total() + upstreams.sanity.calls.total() == before


def test_inspect_what_nobody_asked_for(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A handle that the cache has not seen leads nowhere; under an id there may be nothing."""
    assert main(["cache", "inspect", TEE, "--env-file", shop]) == 1
    assert f"does not know which product has the handle '{TEE}'" in capsys.readouterr().err

    assert main(["cache", "inspect", "prod_none", "--env-file", shop]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("prod_none: 0 of ")
    assert "not there" in lines
    assert "  content:sanity:prod_none" in lines


def test_purge_one_product(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its price counts as edited, for everybody; its text does not."""
    main(["cache", "warm", "--top", "100", "--country", "US", "--env-file", shop])
    main(["cache", "inspect", TEE, "--country", "US", "--env-file", shop])
    product = capsys.readouterr().out.split("\n")[1].split(" ")[0]

    assert main(["cache", "purge", "--tag", f"offer:{product}", "--env-file", shop]) == 0
    assert capsys.readouterr().out == f"marked for all replicas: offer:{product}\n"

    main(["cache", "inspect", TEE, "--country", "US", "--env-file", shop])
    told = capsys.readouterr().out
    offer = told.partition("\noffer:")[2].partition("\n\n")[0]
    text = told.partition("\ntext:")[2].partition("\n\n")[0]
    assert "\n  marked, " in offer
    assert f"marked: offer:{product}" in offer
    assert "changed since" in offer
    assert "\n  fresh, " in text


def test_purge_everything(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """After a migration of the shop, say."""
    main(["cache", "warm", "--top", "100", "--country", "US", "--env-file", shop])

    assert main(["cache", "purge", "--everything", "--env-file", shop]) == 0
    assert capsys.readouterr().out.endswith("marked for all replicas: everything\n")

    main(["cache", "inspect", TEE, "--country", "US", "--env-file", shop])
    verdicts = re.findall(r"^  (\w+), .* old, [A-Z]+$", capsys.readouterr().out, re.MULTILINE)
    assert {*verdicts} == {"marked"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["purge"], "one of the arguments --tag --everything is required"),
        (["purge", "--tag", "offers", "--everything"], "not allowed with argument"),
        (["warm"], "the following arguments are required: --top"),
        (["warm", "--top", "0"], "--top: must be a whole number from 1"),
        (["warm", "--top", "9", "--country", "Germany"], "--country: a country is an ISO 3166-1"),
        (["inspect", TEE, "--locale", "x_y"], "--locale: must be a BCP 47 language tag"),
        ([], "the following arguments are required: command"),
    ],
)
def test_slips_of_an_operator(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused before anything is opened."""
    with pytest.raises(SystemExit) as refused:
        main(["cache", *arguments])

    assert refused.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["purge", "--tag", "prod_1"], 2, "'prod_1' is no tag: they are"),
        (["inspect", " "], 2, "product: must not be empty"),
        (["warm", "--top", "5", "--locale", "fr"], 2, "--locale: the shop speaks en, de"),
        (["warm", "--top", "5", "--country", "GB"], 2, "country: no market serves GB"),
        (["inspect", TEE, "--locale", "fr"], 2, "--locale: the shop speaks en, de"),
        (["inspect", TEE, "--country", "GB"], 2, "country: no market serves GB"),
    ],
)
def test_what_this_shop_does_not_have(
    shop: str,
    arguments: list[str],
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In words, and nothing is done."""
    assert main(["cache", *arguments, "--env-file", shop]) == code

    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


def test_warm_with_a_source_down(
    shop: str, upstreams: DemoUpstreams, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Sanity half of it is there, without Medusa nothing can be read."""
    upstreams.sanity.faults = Faults(status=503)
    assert main(["cache", "warm", "--top", "3", "--country", "US", "--env-file", shop]) == 3
    said = capsys.readouterr()
    assert said.out.startswith("3 products are in the cache")
    assert said.err.endswith("some of it is missing, since sanity failed\n")


@pytest.fixture
def limited(redis: "Redis") -> Iterator[Callable[[int], None]]:
    """Return what leaves Redis room for so many more bytes, and no way to make any."""

    def limit(room: int) -> None:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", redis.info("memory")["used_memory"] + room)

    yield limit
    redis.config_set("maxmemory", "0")


def test_warm_with_a_redis_that_is_full(
    shop: str,
    redis: "Redis",
    limited: Callable[[int], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What no other process will find is not said to be in the cache."""
    main(["cache", "purge", "--tag", "offers", "--env-file", shop])
    limited(-1)
    assert main(["cache", "warm", "--top", "5", "--country", "US", "--env-file", shop]) == 3

    assert redis.keys("*:entry:*") == []
    said = capsys.readouterr()
    assert said.out.endswith(
        "0 of 5 products are in the cache, in 2 languages and for 1 country\n"
    )
    assert said.err == "bff cache warm: Redis has not kept the rest; `bff check` may say why\n"


def test_warm_until_redis_is_full(
    shop: str, limited: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Those are counted of which others find all."""
    main(["cache", "warm", "--top", "5", "--country", "US", "--env-file", shop])
    limited(40_000)
    assert main(["cache", "warm", "--top", "31", "--country", "US", "--env-file", shop]) == 3

    said = capsys.readouterr()
    kept = re.search(r"^(\d+) of 31 products are in the cache", said.out, re.MULTILINE)
    assert kept
    assert 5 <= int(kept[1]) < 31
    assert "Redis has not kept the rest" in said.err


@pytest.mark.usefixtures("redis")
def test_check_looks_at_redis(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its version, and what it does when its memory is full."""
    assert main(["check", "--env-file", shop]) == 0

    *_, note, verdict = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"redis: note: Redis [\d.]+, no cluster, no limit of memory, noeviction", note
    )
    assert verdict == "redis: ok"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("allkeys-lru", "allkeys-lru also drops the log of changes when its memory is full"),
        ("noeviction", "with noeviction nothing is kept once its memory is full, and webhooks"),
        ("volatile-lru", "no cluster, 100 MB at most, volatile-lru"),
    ],
)
def test_check_says_what_a_full_redis_will_do(
    policy: str, words: str, shop: str, redis: "Redis", capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of it is wrong; one of them is what a shop wants."""
    redis.config_set("maxmemory", "100mb")
    redis.config_set("maxmemory-policy", policy)
    try:
        assert main(["check", "--env-file", shop]) == 0
    finally:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", "0")

    *_, note, verdict = capsys.readouterr().out.splitlines()
    assert note.startswith("redis: note: ")
    assert words in note
    assert verdict == "redis: ok"


def test_check_with_a_redis_that_is_full(
    shop: str, redis: "Redis", capsys: pytest.CaptureFixture[str]
) -> None:
    """Webhooks are refused now: that is wrong."""
    redis.config_set("maxmemory", "1")
    try:
        assert main(["check", "--env-file", shop]) == 1
    finally:
        redis.config_set("maxmemory", "0")

    assert capsys.readouterr().out.endswith(
        "redis: its memory is full: nothing more is kept, and webhooks are answered 503\n"
    )


def test_check_with_a_user_that_may_not(
    shop: str, redis: "Redis", redis_socket: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which rights are missing, and a wrong password; neither is printed."""
    redis.acl_setuser("looker", enabled=True, passwords=["+hunter2"], commands=["+info"])
    looker = Path(shop).with_name("looker.env")
    looker.write_text(
        f"{SHOP}BFF_REDIS_URL=unix://looker:hunter2@{redis_socket}\n", encoding="utf-8"
    )
    assert main(["check", "--env-file", str(looker)]) == 1
    told = capsys.readouterr().out
    assert "redis: the user may run no scripts (EVAL): nothing can be shared\n" in told
    assert "redis: the user needs the ACL rules " in told
    assert "~bff:* ~{bff}:* resetchannels &{bff}:*" in told

    looker.write_text(
        f"{SHOP}BFF_REDIS_URL=unix://looker:hunter3@{redis_socket}\n", encoding="utf-8"
    )
    assert main(["check", "--env-file", str(looker)]) == 1
    told += capsys.readouterr().out
    assert f"redis: unix://{redis_socket} refused the password; check BFF_REDIS_URL" in told
    assert "hunter" not in told


def test_check_with_the_rights_that_it_asks_for(
    shop: str, redis: "Redis", redis_socket: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator gives the user the very rules that are printed; then nothing is wrong."""
    redis.acl_setuser("shop", enabled=True, passwords=["+hunter2"], commands=["+info"])
    file = Path(shop).with_name("rights.env")
    file.write_text(f"{SHOP}BFF_REDIS_URL=unix://shop:hunter2@{redis_socket}\n", encoding="utf-8")
    assert main(["check", "--env-file", str(file)]) == 1
    (rules,) = re.findall(r"needs the ACL rules (.+)\n", capsys.readouterr().out)

    raw: Any = redis
    raw.execute_command("ACL", "SETUSER", "shop", *rules.split())

    assert main(["check", "--env-file", str(file)]) == 0
    warm = ["cache", "warm", "--top", "3", "--country", "US"]
    assert main([*warm, "--env-file", str(file)]) == 0
    assert main(["cache", "purge", "--everything", "--env-file", str(file)]) == 0


def test_check_of_a_database_that_is_not_there(
    tmp_path: Path, redis_socket: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Redis was reached: the number in the address is what is wrong."""
    file = tmp_path / "number.env"
    file.write_text(f"{SHOP}BFF_REDIS_URL=unix://{redis_socket}?db=99\n", encoding="utf-8")

    assert main(["check", "--env-file", str(file)]) == 1

    assert capsys.readouterr().out.endswith(
        f"redis: unix://{redis_socket} has no such database; check BFF_REDIS_URL\n"
    )


def test_check_without_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where it was looked for, without the password."""
    file = tmp_path / "down.env"
    file.write_text(f"{SHOP}BFF_REDIS_URL=redis://:hunter2@127.0.0.1:1/0\n", encoding="utf-8")

    assert main(["check", "--env-file", str(file)]) == 1

    assert capsys.readouterr().out.endswith(
        "redis: no connection to redis://127.0.0.1:1; check BFF_REDIS_URL\n"
    )
