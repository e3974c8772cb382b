"""What one answer was made of."""

from collections import Counter

from bff.domain.explain import Decided
from bff.domain.freshness import Verdict
from bff.domain.marks import Position, Tag
from bff.domain.storefront import Degraded
from bff.ports.entries import Entry, Level
from bff.ports.journal import Exchange, Journal


class Trail:
    """What one answer was made of, written down by the cache as it gave it out.

    The least fresh part decides for how long the answer may be used.
    """

    def __init__(self) -> None:
        self.tags: set[Tag] = set()
        self.parts: set[tuple[Position, frozenset[Tag]]] = set()
        """The stamp of each part with its own tags: an old part is not condemned by a mark that
        only a newer one carries."""
        self.fresh_until: float | None = None
        self.refresh_until: float | None = None
        self.error_until: float | None = None
        self.took = 0.0
        self.fetched = 0
        """Values that had to be fetched, or that others were already fetching."""
        self.verdicts: Counter[tuple[Level, Verdict]] = Counter()
        self.degraded: dict[Degraded, None] = {}
        self.keys: set[str] = set()
        """All that was asked of the cache."""
        self.brought: frozenset[str] = frozenset()
        """What `Foresight` has fetched from the shared cache for this answer."""
        self.journals: dict[Journal, None] = {}
        """Those of the flights that were waited for."""

        self.decided: list[Decided] | None = None
        """How products were merged; only where somebody wants to know."""

    @property
    def exchanges(self) -> list[Exchange]:
        """The calls to sources that were waited for, whoever began them."""
        return [one for journal in self.journals for one in journal.exchanges]

    @property
    def was_at_hand(self) -> bool:
        """Whether all of it came from this process's own memory."""
        return not self.fetched and all(level is Level.MEMORY for level, _ in self.verdicts)

    def beside(self) -> "Trail":
        """Return a trail for what may turn out to be no part of the answer; see `absorb`."""
        other = Trail()
        other.keys, other.brought = self.keys, self.brought
        other.journals = self.journals
        return other

    def note(self, entry: Entry) -> None:
        """Take down that an entry's value is part of the answer."""
        policy = entry.policy
        self.tags |= entry.tags
        self.parts.add((entry.stamp, entry.tags))
        ends = entry.started_at + policy.fresh
        self.fresh_until = _earlier(self.fresh_until, ends)
        self.refresh_until = _earlier(self.refresh_until, ends + policy.while_refresh)
        self.error_until = _earlier(self.error_until, ends + policy.if_error)
        self.took = max(self.took, entry.took)

    def absorb(self, other: "Trail") -> None:
        """Take down all that another trail has."""
        self.tags |= other.tags
        self.parts |= other.parts
        for name in ("fresh_until", "refresh_until", "error_until"):
            ends = getattr(other, name)
            if ends is not None:
                setattr(self, name, _earlier(getattr(self, name), ends))
        self.took = max(self.took, other.took)
        self.fetched += other.fetched
        self.verdicts.update(other.verdicts)
        for degraded in other.degraded:
            self.tell(degraded)

    def tell(self, degraded: Degraded) -> None:
        """Take down what a healthy system would have answered better; of copies the oldest."""
        for known in self.degraded:
            if (known.source, known.reason, known.served) == (
                degraded.source,
                degraded.reason,
                degraded.served,
            ):
                if (known.age_seconds or 0.0) >= (degraded.age_seconds or 0.0):
                    return
                del self.degraded[known]
                break
        self.degraded[degraded] = None


def _earlier(one: float | None, other: float) -> float:
    return other if one is None else min(one, other)
