"""What sources tell the readers of rich text about the addresses in it."""

from collections.abc import Callable
from typing import TypeAlias

AddressOf: TypeAlias = Callable[[str], str | None]
"""Makes a picture's address absolute; `None` for one that shoppers must not be sent to."""
