"""What is worth knowing about settings that can be used: nothing here is wrong."""

from collections.abc import Iterator

from bff.settings.environment import NESTED, PREFIX
from bff.settings.model import Settings
from bff.settings.urls import EVERYWHERE

_SECRET = f"{PREFIX}OPERATORS_SECRET"
_RECONCILE = f"{PREFIX}RECONCILE_SECONDS"
_REDIS = f"{PREFIX}REDIS_URL"
_OWN_MACHINE = frozenset(("127.0.0.1", "::1", "localhost"))


def settings_notes(settings: Settings) -> tuple[str, ...]:
    """Return the notes, each in one line that holds no secret."""
    return (
        *_preview_notes(settings),
        *_address_notes(settings),
        *_change_notes(settings),
        *_sharing_notes(settings),
        *_target_notes(settings),
    )


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


def _change_notes(settings: Settings) -> Iterator[str]:
    """How soon an edit shows depends on who tells us of it."""
    silent = settings.without_webhooks
    every = settings.reconcile_seconds
    if silent and every:
        yield (
            f"no webhook secret for {', '.join(silent)}: what changes there is asked for every "
            f"{every:g} seconds ({_RECONCILE})"
        )
    elif silent:
        yield (
            f"no webhook secret for {', '.join(silent)}, and {_RECONCILE} is 0: what changes "
            "there shows when the cache has expired"
        )
    elif not every:
        yield f"{_RECONCILE} is 0: an edit whose webhook is lost shows when the cache has expired"


def _sharing_notes(settings: Settings) -> Iterator[str]:
    if settings.redis_url is None:
        if settings.has_webhooks:
            yield (
                f"without {_REDIS} a webhook reaches one process only: fine for a single one, "
                "several need it"
            )
        if settings.redis.channels:
            yield f"{PREFIX}REDIS{NESTED}CHANNELS does nothing without {_REDIS}"
    if settings.operations_port is None and settings.host not in _OWN_MACHINE:
        yield (
            f"/metrics and /readyz are on port {settings.port}, which others reach; "
            f"{PREFIX}OPERATIONS_PORT gives them one of their own"
        )


def _target_notes(settings: Settings) -> Iterator[str]:
    """What is cached elsewhere lives on after a change that nobody hears of."""
    hears = settings.has_webhooks or settings.reconcile_seconds
    if settings.revalidate and not hears:
        yield (
            f"{PREFIX}REVALIDATE: nothing tells this service of changes, so it has none to pass "
            "on but those of `bff cache purge`"
        )
    if settings.revalidate and settings.cache.browser_seconds:
        yield (
            f"{PREFIX}CACHE{NESTED}BROWSER_SECONDS: no purge reaches browsers, which show what "
            f"they have for {settings.cache.browser_seconds:g} seconds more"
        )
