"""What `/readyz` looks at, and where it is answered."""

from collections.abc import Callable, Sequence

from starlette.applications import Starlette

from bff.web.ending import Ending
from bff.web.health import Check, health_routes
from bff.wiring.storage import Storage


def checks_of(
    storage: Storage, warming: Callable[[], str | None] | None, ending: Ending
) -> tuple[Check, ...]:
    """Return what is looked at.

    Without Redis each process goes on by itself, so that taking it out of service would make
    things worse. `warming` says what the cache still lacks at the start.
    """
    found: list[Check] = [ending.check]
    shared = storage.shared
    if shared is not None:

        def redis() -> str | None:
            return shared.trouble

        def changes() -> str | None:
            is_live = storage.store.marks.is_live
            return None if is_live else "those of other replicas do not arrive"

        found += [Check("redis", redis), Check("changes", changes)]
    if warming is not None:
        found.append(Check("warm", warming, is_needed=True))
    return tuple(found)


def operations_app(checks: Sequence[Check]) -> Starlette:
    """Return the application of the operations port."""
    return Starlette(routes=health_routes(checks))
