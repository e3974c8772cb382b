"""What orders the versions of a Sanity document, in its answers and its webhooks. Pure."""

from collections.abc import Mapping

from bff.domain.instants import milliseconds
from bff.domain.marks import Version


def version_of(document: Mapping[str, object]) -> Version | None:
    """Return when a document was changed last, in milliseconds since 1970.

    A `_rev` says which version it is, but not which of two is the newer one.
    """
    return milliseconds(document.get("_updatedAt"))
