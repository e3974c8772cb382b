"""What orders the versions of an entry or an asset, in answers and in webhooks. Pure."""

from collections.abc import Mapping

from bff.domain.marks import Version


def version_of(sys: Mapping[str, object]) -> Version | None:
    """Return how often a resource was published, as its `sys` says.

    Source: Content Delivery API, `sys.revision`; a tombstone's, too.
    """
    revision = sys.get("revision")
    if isinstance(revision, bool) or not isinstance(revision, int):
        return None
    return revision
