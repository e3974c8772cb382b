"""The developer pages: GraphiQL and the REST documentation, from our own origin only.

Their files are built with the wheel (`bff/web/developer/build.py`). Where that was impossible
the pages say why, and nothing else is affected. A service without developer mode has no
`/graphiql`: it answers 404.
"""

import hashlib
import html
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

BUILT: Final = Path(__file__).parent / "developer" / "dist"

_ASSETS: Final = "developer-assets"
_REASON: Final = "why-not-built.txt"

# Fonts and small pictures are inside the style sheets; everything else, workers too, is a file of
# ours.
_POLICY: Final = (
    "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_SECURITY: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: the Origin header of a page's own POST must stay readable.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",  # for browsers that know no frame-ancestors
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_PAGE_HEADERS: Final = {**_SECURITY, "Cache-Control": "no-cache"}
# Monaco, and the page that says what is missing, write style elements.
_STYLED_HEADERS: Final = {
    **_PAGE_HEADERS,
    "Content-Security-Policy": _POLICY.replace(
        "style-src 'self'", "style-src 'self' 'unsafe-inline'"
    ),
}
# The names carry a hash of the content.
_ASSET_HEADERS: Final = {**_SECURITY, "Cache-Control": "public, max-age=31536000, immutable"}

# Not `mimetypes`: it asks the machine, and some machines call JavaScript plain text.
_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}

_NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} is not installed · bff</title>
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; \
padding: 0 1rem }}</style>
</head>
<body>
<h1>{title} is not part of this installation</h1>
<p>{reason}</p>
<p>Only this page is missing. {instead} works as usual.</p>
<p>To get the page, install bff again with the npm registry within reach, and with either Node.js
20.19, 22.12 or newer on the machine or the Python package index within reach:
<code>pip install .</code> in the project's folder. Then start the service again.</p>
</body>
</html>
"""


def developer_pages(example: str | None, built: Path = BUILT) -> list[BaseRoute]:
    """Return the routes of `/graphiql`, `/docs` and the files they load.

    Args:
        example: the GraphQL document that GraphiQL opens with. It should run as it stands
            in this shop. Each example has its own memory in the browser, so that tabs from
            another shop on the same host and port do not come back here. Without one there
            is no GraphiQL, only `/docs`.
        built: the folder of the built pages, read once, now. Without the pages in it both
            routes answer 503 with a page that gives the reason.
    """
    try:
        graphiql = (built / "graphiql.html").read_text("utf-8")
        docs = (built / "docs.html").read_text("utf-8")
        assets = _assets(built / _ASSETS)
    except OSError:
        reason = _reason(built)
        pages = [
            _page("/docs", _not_built("The REST documentation", reason, "/openapi.json"), 503)
        ]
        if example is not None:
            pages.append(_page("/graphiql", _not_built("GraphiQL", reason, "POST /graphql"), 503))
        return [*pages]
    pages = [_page("/docs", docs, headers=_PAGE_HEADERS), assets]
    if example is not None:
        pages.append(_page("/graphiql", _with_example(graphiql, example)))
    return [*pages]


def _reason(built: Path) -> str:
    try:
        return (built / _REASON).read_text("utf-8").strip()
    except OSError:
        return "The page is built when bff is installed with pip, which has not happened here."


def _not_built(title: str, reason: str, instead: str) -> str:
    return _NOT_BUILT.format(title=title, reason=html.escape(reason), instead=instead)


def _with_example(page: str, example: str) -> str:
    memory = f"bff-{hashlib.sha256(example.encode()).hexdigest()[:12]}"
    for name, value in (("example", example), ("remember", memory)):
        filled = f'data-{name}="{html.escape(value)}"'
        page = page.replace(f'data-{name}=""', filled, 1)
    return page


def _page(
    path: str,
    content: str,
    status: int = 200,
    *,
    headers: Mapping[str, str] = _STYLED_HEADERS,
) -> Route:
    async def answer(_: Request) -> Response:
        return Response(content, status, headers, "text/html")

    return Route(path, answer, name=path.removeprefix("/"), include_in_schema=False)


def _assets(folder: Path) -> Route:
    # A fixed list, so that no path from a request ever reaches the disk.
    files = {path.name: path for path in folder.iterdir() if path.is_file()}

    async def answer(request: Request) -> Response:
        path = files.get(request.path_params["name"])
        if path is None:
            return Response("No such file.", 404, _SECURITY, "text/plain")
        media_type = _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
        return FileResponse(path, headers=_ASSET_HEADERS, media_type=media_type)

    return Route(f"/{_ASSETS}/{{name}}", answer, name=_ASSETS, include_in_schema=False)
