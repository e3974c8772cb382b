"""What kept values depend on besides what the sources say: our release and the settings."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from importlib.metadata import version

from bff.settings import Settings
from bff.wiring.catalog import lifetimes_of

_BYTES = 8
_HOW_MUCH = {"connections", "requests_per_second"}
"""Settings of how much is asked: what is answered does not depend on them."""


def terms_of(settings: Settings) -> bytes:
    """Return what tells values that were kept by these settings from those of others.

    Which shop, sales channel, dataset and fields were read, and how old a value may become: what
    other settings kept in the same Redis, or these before they were changed, is not what would
    be read now. Tokens say who may read, and are no part of it.
    """
    key = settings.medusa.publishable_key.get_secret_value()  # it names the sales channels
    told = (
        version("bff"),  # two may read the same answer of a source in different ways
        key,
        settings.medusa.model_dump(exclude=_HOW_MUCH),
        [one.model_dump(exclude=_HOW_MUCH) for one in settings.content],
        settings.own_locale,
        settings.locales,
        repr(lifetimes_of(settings.cache)),
    )
    return blake2b(_spelled(told).encode(), digest_size=_BYTES).digest()


def _spelled(value: object) -> str:
    """Return a value as text, the same in every process: sets have no order of their own."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, Mapping):
        parts = sorted(f"{_spelled(key)}:{_spelled(each)}" for key, each in value.items())
    elif isinstance(value, AbstractSet):
        parts = sorted(map(_spelled, value))
    elif isinstance(value, Sequence):
        parts = list(map(_spelled, value))
    else:
        return str(value)  # of a secret only that it is there
    return f"[{','.join(parts)}]"
