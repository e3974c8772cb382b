"""Keys of every sort, to every content system."""

from tests.sources.contract.reading_keys import ReadsHostileKeys


class TestReading(ReadsHostileKeys):
    """What can be read everywhere."""
