"""The service that a command works with."""

from bff import wiring
from bff.commands.arguments import Refused
from bff.commands.settings import unusable
from bff.settings import Settings, SettingsProblem


def production(settings: Settings) -> wiring.Service:
    """Return the service that settings describe, with real clients.

    Raises:
        Refused: they cannot be used, which shows only once all is put together.
    """
    try:
        return wiring.production(settings)
    except SettingsProblem as problem:
        raise Refused(unusable(problem)) from None
