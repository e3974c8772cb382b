"""The `Store` port that keeps nothing: what goes through it is asked for each time."""

from collections.abc import Mapping, Sequence

from bff.ports import Entry


class NoStore:
    """Forgets at once. A preview reads through it: drafts change with every keystroke."""

    async def read(self, keys: Sequence[str]) -> Mapping[str, Entry]:  # noqa: ARG002 - the port's
        """See `Store.read`; nothing is ever there."""
        return {}

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`; it is as if everything had expired."""
