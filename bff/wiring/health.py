"""What `/readyz` looks at, and where it is answered."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bff.upstream import Guard
from bff.web.ending import Ending
from bff.web.health import Check, health_routes
from bff.web.middleware import Faults, RequestIds
from bff.wiring.storage import Storage


def checks_of(
    storage: Storage,
    warming: Callable[[], str | None] | None,
    ending: Ending,
    guards: Mapping[str, Guard],
) -> tuple[Check, ...]:
    """Return what is looked at.

    Without Redis each process goes on by itself, and without a source it answers from what it
    has kept: taking it out of service would make things worse, for a source that is down is down
    for all replicas. `warming` says what the cache still lacks at the start; `guards` are those
    of the sources, by name, and tell what calls have shown: nobody is asked for this.
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
    found += [Check(f"source:{name}", partial(_trouble, guard)) for name, guard in guards.items()]
    if warming is not None:
        found.append(Check("warm", warming, is_needed=True))
    return tuple(found)


def _trouble(guard: Guard) -> str | None:
    return guard.trouble


def operations_app(checks: Sequence[Check]) -> Starlette:
    """Return the application of the operations port."""
    middleware = [Middleware(RequestIds), Middleware(Faults)]
    return Starlette(routes=health_routes(checks), middleware=middleware)
