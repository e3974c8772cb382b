"""A storefront that keeps pages, such as Next.js: a signed POST of the tags.

    POST /api/revalidate
    content-type: application/json
    webhook-id: msg_4f0c...             another one for each call
    webhook-timestamp: 1763647920       seconds since 1970
    webhook-signature: v1,<Base64 of HMAC-SHA256 of "{id}.{timestamp}.{body}">

    {"tags": ["product:prod_01", "handles"]}

The body is signed as the bytes that are sent. Doing the same twice is harmless; a receiver that
refuses timestamps older than five minutes cannot be flooded with old calls.

Source: the Standard Webhooks specification 1.0, for which there are libraries in many languages.
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence

from bff.domain.marks import Tag
from bff.ports import Call, WallClock
from bff.targets.settings import StorefrontSettings, signing_key
from bff.targets.telling import keys_in_parts, place
from bff.upstream import Notice, Upstream


class StorefrontTarget:
    """Tells a storefront; satisfies `Target`."""

    def __init__(self, upstream: Upstream, settings: StorefrontSettings, now: WallClock) -> None:
        self.name = settings.name
        self._upstream = upstream
        self._now = now
        self._key = signing_key(settings.secret)
        self._path, self._params = place(settings.url)
        self._most = settings.keys_per_call

    async def tell(self, tags: Sequence[Tag], call: Call) -> None:
        """See `Target.tell`."""
        for keys in keys_in_parts(tags, self._most):
            body = json.dumps({"tags": keys}, separators=(",", ":")).encode()
            await self._upstream.tell(
                Notice("revalidate", "POST", self._path, self._params, self._signed(body), body),
                call,
            )

    def _signed(self, body: bytes) -> tuple[tuple[str, str], ...]:
        number, sent_at = f"msg_{uuid.uuid4().hex}", int(self._now())
        return (
            ("webhook-id", number),
            ("webhook-timestamp", str(sent_at)),
            ("webhook-signature", signature(self._key, number, sent_at, body)),
        )


def signature(key: bytes, number: str, sent_at: int, body: bytes) -> str:
    """Return what goes into `webhook-signature`."""
    signed = hmac.digest(key, f"{number}.{sent_at}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"
