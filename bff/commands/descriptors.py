"""Room for connections: each takes a file descriptor, and many systems give a process 1 024."""

import sys
from typing import Final

_OURS: Final = 512
"""Descriptors besides those of clients: sources, Redis, files."""
_REFUSED: Final = 1.2
"""Clients that are being told that there is no room take one, too."""


def room_for(connections: int) -> int:
    """Let this process have so many connections if the system allows; return how many it may."""
    if sys.platform == "win32":
        return connections
    import resource  # noqa: PLC0415 - Windows has none

    needed = int(connections * _REFUSED) + _OURS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return connections
    return max(1, int((soft - _OURS) / _REFUSED)) if soft > _OURS else max(1, soft // 2)
