"""Preview tokens: who made them, what for, and until when they are good."""

import base64
import hmac
import json
from collections.abc import Mapping

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.web.errors import Unauthenticated
from bff.web.preview import Preview, PreviewTokens
from tests.catalog.fakes import Storefront, shop_selling

NOON = 1_800_000_000
SECRET = "signing secret"
SCOPE = "bff:preview"
OUR_KEY = hmac.digest(SECRET.encode(), SCOPE.encode(), "sha256")


class Time:
    """The time of day, moved by hand."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    """Noon."""
    return Time()


@pytest.fixture
def tokens(time: Time) -> PreviewTokens:
    """Tokens that may be good for an hour."""
    return PreviewTokens(SECRET, time, 3_600)


def is_good(tokens: PreviewTokens, token: str) -> bool:
    try:
        tokens.check(token)
    except Unauthenticated as refusal:
        return refusal.code != "UNAUTHENTICATED"
    return True


def test_a_token_is_good_until_it_ends(tokens: PreviewTokens, time: Time) -> None:
    """A token is good to its last moment, and not at the second that was told."""
    token, ends = tokens.mint(60)

    assert ends == NOON + 60
    assert is_good(tokens, token)
    time.now = NOON + 59.999
    assert is_good(tokens, token)
    time.now = NOON + 60
    assert not is_good(tokens, token)
    time.now = NOON + 10**9
    assert not is_good(tokens, token)


def test_the_time_that_counts_is_the_services(time: Time) -> None:
    """Nobody asks the machine's own clock: long ago is as good as today."""
    time.now = 1_000.5
    tokens = PreviewTokens(SECRET, time, 3_600)

    token, ends = tokens.mint(3_600)

    assert ends == 4_600
    assert is_good(tokens, token)


@pytest.mark.parametrize("seconds", [0, -1, 3_601])
def test_times_that_cannot_be_had(tokens: PreviewTokens, seconds: int) -> None:
    """A token is good for a second at least, and no longer than the shop allows."""
    with pytest.raises(ValueError, match="1 to 3600 seconds"):
        tokens.mint(seconds)


def test_a_shorter_limit_ends_older_tokens(time: Time) -> None:
    """When the shop allows less than before, tokens that would outlast that are refused."""
    token, _ = PreviewTokens(SECRET, time, 86_400).mint(86_400)

    assert not is_good(PreviewTokens(SECRET, time, 3_600), token)


def test_every_character_counts(tokens: PreviewTokens) -> None:
    """A token with one other character is none."""
    token, _ = tokens.mint(60)
    header, claims, signature = token.split(".")
    # Of the signature's last character only four bits are read.
    places = len(f"{header}.{claims}.{signature}") - 1

    for place in range(places):
        other = "A" if token[place] != "A" else "B"
        assert not is_good(tokens, token[:place] + other + token[place + 1 :])


def test_who_signed_it(tokens: PreviewTokens, time: Time) -> None:
    """Another service's token is none here, not even with the same secret."""
    claims = {"aud": SCOPE, "exp": NOON + 60}
    other, _ = PreviewTokens("other secret", time, 3_600).mint(60)

    assert not is_good(tokens, other)
    assert not is_good(tokens, jwt.encode(claims, hmac.digest(b"x", b"y", "sha256")))
    assert is_good(tokens, jwt.encode(claims, OUR_KEY))


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": SCOPE},
        {"exp": NOON + 60},
        {"aud": "bff:operators", "exp": NOON + 60},
        {"aud": [SCOPE], "exp": NOON + 60},
        {"aud": [SCOPE, "other"], "exp": NOON + 60},
        {"aud": "", "exp": NOON + 60},
        {"aud": SCOPE, "exp": NOON},
        {"aud": SCOPE, "exp": 0},
        {"aud": SCOPE, "exp": -1},
        {"aud": SCOPE, "exp": NOON + 3_601},
        {"aud": SCOPE, "exp": 10**30},
        {"aud": SCOPE, "exp": None},
        {"aud": SCOPE, "exp": "tomorrow"},
        {"aud": SCOPE, "exp": [NOON + 60]},
        {"aud": SCOPE, "exp": True},
        {"aud": SCOPE, "exp": NOON + 60, "nbf": 10**11},
    ],
)
def test_what_it_is_for(tokens: PreviewTokens, claims: Mapping[str, object]) -> None:
    """Even with our signature: for something else, without an end, or ended, it is none."""
    assert not is_good(tokens, jwt.encode(dict(claims), OUR_KEY))


def signed(header: Mapping[str, object], algorithm: str = "sha256") -> str:
    """Return a token with any header, signed by our key."""
    parts = [header, {"aud": SCOPE, "exp": NOON + 60}]
    body = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    return f"{body}.{_encoded(hmac.digest(OUR_KEY, body.encode(), algorithm))}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_one_algorithm_only(tokens: PreviewTokens) -> None:
    """What a token says about its own algorithm is not believed."""
    assert is_good(tokens, signed({"alg": "HS256"}))
    others: list[object] = ["none", "None", "HS384", "HS512", "RS256", "", None, 1, ["HS256"], {}]
    for algorithm in others:
        assert not is_good(tokens, signed({"alg": algorithm}))
    assert not is_good(tokens, signed({"alg": "HS512"}, "sha512"))
    assert not is_good(tokens, signed({"alg": "HS256", "crit": ["x"], "x": 1}))
    assert not is_good(tokens, signed({}))
    unsigned = jwt.encode({"aud": SCOPE, "exp": NOON + 60}, "", algorithm="none")
    assert not is_good(tokens, unsigned)


@pytest.mark.parametrize(
    "token",
    [
        *("", " ", ".", "..", "a.b.c", "null", "Bearer x", "\u00e9.\u00e9.\u00e9", "\udcff"),
        *("[].[].[]", "e30.e30.", "W10.W10.W10", "x" * 10_000, "." * 500),
    ],
)
def test_what_is_no_token_at_all(tokens: PreviewTokens, token: str) -> None:
    """Nonsense is refused like everything else, and breaks nothing."""
    assert not is_good(tokens, token)


@given(st.text(max_size=600))
def test_no_text_is_a_token(token: str) -> None:
    """Whatever stands in the header, the answer is a refusal."""
    assert not is_good(PreviewTokens(SECRET, Time(), 3_600), token)


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_no_claims_break_it(value: object) -> None:
    """Whatever stands in a token, the answer is a refusal."""
    token = jwt.encode({"aud": value, "exp": NOON + 60}, OUR_KEY)
    assert not is_good(PreviewTokens(SECRET, Time(), 3_600), token)


@pytest.mark.parametrize(("secret", "longest"), [("", 60), ("  ", 60), ("x", 0), ("x", 0.5)])
def test_settings_that_protect_nothing(time: Time, secret: str, longest: float) -> None:
    """Without a secret or a time there are no tokens."""
    with pytest.raises(ValueError, match="preview tokens need"):
        PreviewTokens(secret, time, longest)


@pytest.mark.parametrize("secret", ["", " "])
def test_an_empty_operators_secret(tokens: PreviewTokens, secret: str) -> None:
    """A secret that everybody knows opens nothing: there is no preview with it."""
    with pytest.raises(ValueError, match="operators' secret"):
        Preview(Storefront(shop_selling()).catalog, tokens, secret)


@pytest.mark.parametrize(
    ("header", "admitted"),
    [
        ("Bearer s3cret \u00fc".encode(), True),
        ("bearer   s3cret \u00fc".encode(), True),
        ("Bearer s3cret \u00fc".encode("latin-1"), False),
        (b"Bearer s3cret", False),
        (b"Bearer", False),
        (b"Bearer ", False),
        (b"", False),
        ("Basic s3cret \u00fc".encode(), False),
        ("s3cret \u00fc".encode(), False),
        ("Bearer S3CRET \u00fc".encode(), False),
        ("Bearer s3cret \u00fc, x".encode(), False),
    ],
)
def test_who_is_admitted(tokens: PreviewTokens, header: bytes, admitted: bool) -> None:
    """The operators' secret opens the door, letter by letter, and nothing else does."""
    preview = Preview(Storefront(shop_selling()).catalog, tokens, "s3cret \u00fc")

    assert preview.admits(header.decode("latin-1")) is admitted
