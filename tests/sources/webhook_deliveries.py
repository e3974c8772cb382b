"""Deliveries as senders make them, and recorded ones."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bff.ports import Delivery

GOLDEN = Path(__file__).parents[1] / "golden" / "webhooks"
SECRET = "a-secret-of-the-tests"
NOW = 1_792_022_400.0
"""When the recorded deliveries were signed."""


def recorded(name: str) -> Any:
    """Return a file of recorded deliveries."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def delivered(
    body: bytes, headers: Mapping[str, str], path: str = "/webhooks/x", method: str = "POST"
) -> Delivery:
    """Return a delivery with its headers in lower case, as the web side makes them."""
    return Delivery(method, path, {name.lower(): value for name, value in headers.items()}, body)


def as_json(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def by_medusa(body: object, secret: str = SECRET) -> Delivery:
    """Return an event as the forwarder posts it."""
    raw = as_json(body)
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return delivered(raw, {"x-medusa-signature": f"sha256={digest}"})


def by_sanity(body: object, at: float = NOW, secret: str = SECRET, **headers: str) -> Delivery:
    """Return a document as Sanity posts it."""
    raw, instant = as_json(body), round(at * 1000)
    digest = hmac.new(secret.encode(), f"{instant}.".encode() + raw, hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return delivered(raw, {"sanity-webhook-signature": f"t={instant},v1={signature}", **told})


def by_contentful(
    topic: str,
    body: object,
    *,
    at: float = NOW,
    secret: str = SECRET,
    signed: tuple[str, ...] = (),
    path: str = "/webhooks/contentful",
) -> Delivery:
    """Return an entry as Contentful posts it; `signed` are headers' names instead of all."""
    raw = as_json(body)
    headers = {
        "x-contentful-timestamp": str(round(at * 1000)),
        "x-contentful-topic": f"ContentManagement.{topic}",
        "x-contentful-webhook-name": "bff",
    }
    names = sorted(signed or (*headers, "x-contentful-signed-headers"))
    headers["x-contentful-signed-headers"] = ",".join(names)
    line = ";".join(f"{name}:{headers[name]}" for name in names)
    canonical = f"POST\n{path}\n{line}\n".encode() + raw
    digest = hmac.new(secret.encode(), canonical, hashlib.sha256).hexdigest()
    return delivered(raw, {**headers, "x-contentful-signature": digest}, path)


def by_strapi(body: object, authorization: str = SECRET) -> Delivery:
    """Return an event as Strapi posts it."""
    return delivered(as_json(body), {"Authorization": authorization})
