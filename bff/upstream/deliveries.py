"""What the webhooks of all sources have in common: signatures, ages, and ids nobody trusts."""

import hashlib
import hmac
import re
from typing import Final

from bff.errors import WebhookRejected

LONGEST_AGE: Final = 3600.0
"""Seconds. Sanity goes on trying for half an hour, Contentful for as long as its plan says; that
they sign again each time is not documented."""
FURTHEST_AHEAD: Final = 300.0
"""Seconds by which a sender's clock may be ahead of ours."""

_ID = re.compile(r"[^\s,\x00-\x20\x7f]{1,200}")


def key_of(secret: str) -> bytes:
    """Return the key that a secret is.

    Raises:
        ValueError: it is blank: everybody would know it.
    """
    if not secret.strip():
        msg = "a webhook's secret must not be blank"
        raise ValueError(msg)
    return secret.strip().encode()


def check_signature(sent: str, expected: str) -> None:
    """Do nothing if the two are the same.

    Neither how alike they are nor how long they are shows in the time that it takes.

    Raises:
        WebhookRejected: they differ.
    """
    one, other = (hashlib.sha256(text.encode()).digest() for text in (sent, expected))
    if not hmac.compare_digest(one, other):
        raise WebhookRejected("forged")  # noqa: EM101 - a word for the log, not a message


def check_age(sent_at: float, now: float) -> None:
    """Do nothing if a delivery was signed not long before `now`; both in seconds since 1970.

    Raises:
        WebhookRejected: it is older than any retry, or from the future.
    """
    if now - sent_at > LONGEST_AGE:
        raise WebhookRejected("too_old")  # noqa: EM101 - a word for the log
    if sent_at - now > FURTHEST_AHEAD:
        raise WebhookRejected("from_the_future")  # noqa: EM101 - a word for the log


def within(value: object, *path: str) -> object:
    """Return what is at a path of names; `None` if there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def identifier(value: object) -> str | None:
    """Return an id that tags can be made of; `None` for anything else."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
