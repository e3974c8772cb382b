"""What is worth knowing about settings that can be used: nothing here is wrong."""

from collections.abc import Iterator

from bff.settings.environment import NESTED, PREFIX
from bff.settings.model import Settings
from bff.settings.urls import EVERYWHERE

_SECRET = f"{PREFIX}OPERATORS_SECRET"


def settings_notes(settings: Settings) -> tuple[str, ...]:
    """Return the notes, each in one line that holds no secret."""
    return (*_preview_notes(settings), *_address_notes(settings))


def _preview_notes(settings: Settings) -> Iterator[str]:
    able = [source.source_name for source in settings.content if source.has_preview]
    if able and settings.operators_secret is None:
        yield f"{', '.join(able)} could show drafts; there is no preview without {_SECRET}"
    if settings.operators_secret is not None and not able:
        yield f"{_SECRET} is set, but no content system has a token for drafts: no preview"


def _address_notes(settings: Settings) -> Iterator[str]:
    """Search engines take two languages at one address for one page."""
    for kind, templates in settings.urls.by_kind().items():
        shared = templates.get(EVERYWHERE, "{locale}")
        others = [tag for tag in settings.locales if tag not in templates]
        if len(others) > 1 and "{locale}" not in shared:
            variable = f"{PREFIX}URLS{NESTED}{kind.value.upper()}"
            yield f"{variable} has no {{locale}}: {', '.join(others)} share one address"
