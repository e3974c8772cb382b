"""What an answer has to be where it is not simply one value, and how two are compared."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Json = Any
Event = tuple[str, ...]
"""One step through a document: `("<a>", "href=/x")`, `("text", "Hello")`, `("</a>",)`."""

_UNCOMPARED = {"blocks"}
"""REST shows it too. It is another spelling of `html`, which is compared."""


class Expectation:
    """Something that is not compared by `==`."""

    def differences(self, actual: Json, path: str) -> Iterator[str]:
        raise NotImplementedError


class Anything(Expectation):
    """Something of which the systems' own answers say nothing."""

    def differences(self, actual: Json, path: str) -> Iterator[str]:
        if actual is None:
            yield f"{path}: nothing is there"


@dataclass(frozen=True)
class Markup(Expectation):
    """HTML that a browser would read as these events, however it is spelt."""

    events: Sequence[Event]

    def differences(self, actual: Json, path: str) -> Iterator[str]:
        read = read_html(actual)
        if read != list(self.events):
            yield f"{path}: expected {list(self.events)}, got {read}"


@dataclass(frozen=True)
class Words(Expectation):
    """These words in this order; where lines end is the service's affair."""

    words: str

    def differences(self, actual: Json, path: str) -> Iterator[str]:
        if " ".join(actual.split()) != self.words:
            yield f"{path}: expected the words {self.words!r}, got {actual!r}"


@dataclass(frozen=True)
class Beginning(Expectation):
    """The longest beginning of the words that fits, cut after a word and marked as cut."""

    words: str
    length: int

    def differences(self, actual: Json, path: str) -> Iterator[str]:
        if len(self.words) <= self.length:
            wanted = self.words
        else:
            wanted = self.words[: self.length].rsplit(" ", 1)[0].rstrip() + "…"
        if actual != wanted:
            yield f"{path}: expected {wanted!r}, got {actual!r}"


@dataclass(frozen=True)
class InAnyOrder(Expectation):
    """A list of which the order is not told."""

    items: Sequence[Json]
    key: Callable[[Json], str]

    def differences(self, actual: Json, path: str) -> Iterator[str]:
        wanted = {self.key(item): item for item in self.items}
        found = {self.key(item): item for item in actual}
        if len(found) != len(actual):
            yield f"{path}: something is there twice: {[self.key(item) for item in actual]}"
        if wanted.keys() != found.keys():
            yield f"{path}: expected {sorted(wanted)}, got {sorted(found)}"
        for name in wanted.keys() & found.keys():
            yield from differences(wanted[name], found[name], f"{path}[{name}]")


@dataclass(frozen=True)
class Ranked(Expectation):
    """A list by rank; of what has the same rank the order is not told."""

    ranked: Sequence[tuple[int, Json]]
    key: str

    def differences(self, actual: Json, path: str) -> Iterator[str]:
        items = [item for _, item in self.ranked]
        yield from InAnyOrder(items, lambda item: str(item[self.key])).differences(actual, path)
        ranks = {item[self.key]: rank for rank, item in self.ranked}
        shown = [ranks[item[self.key]] for item in actual if item[self.key] in ranks]
        if shown != sorted(shown):
            yield f"{path}: not by rank: {shown}"


def differences(expected: Json, actual: Json, path: str) -> Iterator[str]:
    """Name every place where an answer is not as expected.

    An answer need not hold all that is expected: its operation may not have asked. What it holds
    beyond that was never compared, and is named too.
    """
    if isinstance(expected, Expectation) and actual is not None:
        yield from expected.differences(actual, path)
    elif isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name in actual.keys() - _UNCOMPARED:
            if name in expected:
                yield from differences(expected[name], actual[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}: nobody knows what it has to be"
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{path}: expected {len(expected)} items, got {len(actual)}: {actual}"
        for place, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from differences(one, other, f"{path}[{place}]")
    elif expected != actual or type(expected) is not type(actual):
        yield f"{path}: expected {expected!r}, got {actual!r}"


def count_values(answer: Json) -> int:
    """Return how many single values an answer holds."""
    if isinstance(answer, Mapping):
        return sum(count_values(value) for value in answer.values())
    if isinstance(answer, list):
        return sum(count_values(value) for value in answer)
    return 1


@dataclass
class _Reader(HTMLParser):
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = sorted(f"{name}={value}" for name, value in attrs if name != "loading")
        self.events.append((f"<{tag}>", *shown))

    def handle_endtag(self, tag: str) -> None:
        self.events.append((f"</{tag}>",))

    def handle_data(self, data: str) -> None:
        self.events.append(("text", data))


def read_html(html: str) -> list[Event]:
    """Return what a browser would read."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return joined(reader.events)


def joined(events: Sequence[Event]) -> list[Event]:
    """Return the events with neighbouring texts made one."""
    found: list[Event] = []
    for event in events:
        if event[0] == "text" and found and found[-1][0] == "text":
            found[-1] = ("text", found[-1][1] + event[1])
        else:
            found.append(event)
    return found
