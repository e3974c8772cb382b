"""Where spans go, as the settings say."""

from importlib import import_module
from importlib.metadata import version
from typing import Protocol

from bff.settings import Settings
from bff.telemetry.spans import TRACING, Tracer


class _Closing(Tracer, Protocol):
    async def close(self) -> None:
        """Send what is left."""
        ...


class Tracers:
    """What takes spans down while the service runs; nothing, where the settings name no place."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.traces
        self._tracer: _Closing | None = None

    def start(self) -> None:
        """Begin to take spans down."""
        url = self._settings.url
        if url is None:
            return
        # Only here: it is not always installed, and takes a third of a second to import.
        otel = import_module("bff.telemetry.otel")
        headers = self._settings.headers.items()
        tracer: _Closing = otel.sending_to(
            str(url),
            {name: value.get_secret_value() for name, value in headers},
            ratio=self._settings.ratio,
            version=version("bff"),
        )
        self._tracer = tracer
        TRACING.use(tracer)

    async def close(self) -> None:
        """Send what is left."""
        if self._tracer is not None:
            TRACING.use(None)
            await self._tracer.close()
