"""Preview: one request sees drafts, if it carries a token that an operator had minted.

A token is a JSON Web Token (RFC 7519) with nothing in it but what it is for and when it ends:
whoever holds it may look until then. It is sent as `X-Bff-Preview`, never in an address, where
logs and `Referer` would spread it.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import jwt
from jwt.types import Options

from bff.catalog.product_page import Catalog
from bff.web.errors import Unauthenticated

HEADER: Final = "X-Bff-Preview"
"""The header that a token is sent in."""
SHORTEST: Final = 1
"""Seconds that a token is valid at least."""

_SCOPE: Final = "bff:preview"
_ALGORITHM: Final = "HS256"
_LONGEST_TOKEN: Final = 512  # ours have about 130 characters
# The clock that counts is ours: it is checked below. The rest is on unless said otherwise.
_OPTIONS: Final[Options] = {"require": ["exp", "aud"], "strict_aud": True, "verify_exp": False}


class PreviewTokens:
    """Mints tokens and checks them. `now` is the time of day in seconds since 1970.

    `longest` is how many seconds a token may be valid. Tokens that are valid for longer, because
    the setting was longer when they were minted, are refused.

    Raises:
        ValueError: there is no secret, or no time.
    """

    def __init__(self, secret: str, now: Callable[[], float], longest: float) -> None:
        if not secret.strip() or longest < SHORTEST:
            msg = "preview tokens need a secret and at least a second"
            raise ValueError(msg)
        # A key of its own: what somebody else signs with the same secret is no token of ours.
        self._key = hmac.digest(secret.encode(), _SCOPE.encode(), "sha256")
        self._now = now
        self.longest = int(longest)

    def mint(self, seconds: int) -> tuple[str, int]:
        """Return a token and when it ends, in seconds since 1970.

        Raises:
            ValueError: it would be valid for less than a second, or for too long.
        """
        if not SHORTEST <= seconds <= self.longest:
            msg = f"a preview token is valid for {SHORTEST} to {self.longest} seconds"
            raise ValueError(msg)
        expires_at = int(self._now()) + seconds
        claims = {"aud": _SCOPE, "exp": expires_at}
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM), expires_at

    def check(self, token: str) -> None:
        """Do nothing if the token is ours and has not ended.

        Raises:
            Unauthenticated: whatever is wrong with it; the answer does not say what.
        """
        if not self._is_valid(token):
            msg = f"{HEADER}: the preview token is not valid, or has expired"
            raise Unauthenticated(msg)

    def _is_valid(self, token: str) -> bool:
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            return False
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[_ALGORITHM], audience=_SCOPE, options=_OPTIONS
            )
        except jwt.PyJWTError:
            return False
        ends = claims["exp"]
        return isinstance(ends, int) and 0 < ends - self._now() <= self.longest


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview needs: a catalog that reads drafts, and who may look at it.

    `catalog` must keep nothing. `operators_secret` is what `POST /v1/preview` asks for.

    Raises:
        ValueError: there is no secret: everybody would know it.
    """

    catalog: Catalog
    tokens: PreviewTokens
    operators_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.operators_secret.strip():
            msg = "preview needs the operators' secret"
            raise ValueError(msg)

    def admits(self, authorization: str) -> bool:
        """Tell whether an `Authorization` header carries the operators' secret (RFC 6750).

        It takes the same time whatever is wrong with the secret.
        """
        scheme, _, given = authorization.partition(" ")
        # Headers come as Latin-1, whatever the client meant.
        told = given.strip(" ").encode("latin-1", "replace")
        is_secret = hmac.compare_digest(told, self.operators_secret.encode())
        return is_secret and scheme.lower() == "bearer"
