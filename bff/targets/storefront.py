"""A storefront that keeps pages, such as Next.js: a signed POST of the tags.

    POST /api/revalidate
    content-type: application/json
    webhook-id: msg_4f0c..._1           the same whenever the same is sent again
    webhook-timestamp: 1763647920       seconds since 1970
    webhook-signature: v1,<Base64 of HMAC-SHA256 of "{id}.{timestamp}.{body}">

    {"tags": ["product:prod_01", "handles"]}

The body is signed as the bytes that are sent. Doing the same twice is harmless, and a receiver may
drop an id that it has had; one that refuses timestamps older than five minutes cannot be flooded
with old calls. Of a change in several parts each part has an id of its own.

Source: the Standard Webhooks specification 1.0, for which there are libraries in many languages.
"""

import base64
import hashlib
import hmac
import json

from bff.ports import Call, Message, WallClock
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

    async def tell(self, message: Message, call: Call) -> None:
        """See `Target.tell`."""
        for part, keys in enumerate(keys_in_parts(message.tags, self._most), start=1):
            body = json.dumps({"tags": keys}, separators=(",", ":")).encode()
            headers = self._signed(f"{message.number}_{part}", body)
            await self._upstream.tell(
                Notice("revalidate", "POST", self._path, self._params, headers, body), call
            )

    def _signed(self, number: str, body: bytes) -> tuple[tuple[str, str], ...]:
        sent_at = int(self._now())
        return (
            ("webhook-id", number),
            ("webhook-timestamp", str(sent_at)),
            ("webhook-signature", signature(self._key, number, sent_at, body)),
        )


def signature(key: bytes, number: str, sent_at: int, body: bytes) -> str:
    """Return what goes into `webhook-signature`."""
    signed = hmac.digest(key, f"{number}.{sent_at}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"
