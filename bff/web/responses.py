"""Finished answers that are kept, bounded by their bytes.

A question is what a client wrote: document, variables and operation name, or the path of REST
with its parameters. An answer is kept under its question and the values of exactly those
dimensions that were read while it was executed.
"""

from collections import OrderedDict
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import orjson

from bff.telemetry.metrics import CACHE_BYTES, CACHE_EVICTIONS
from bff.web.answers import Answer
from bff.web.dimensions import Dimensions, Used

QuestionHash: TypeAlias = bytes
"""A hash of what was asked, in a canonical spelling."""

_Key: TypeAlias = tuple[QuestionHash, Used, tuple[str | None, ...]]

_OVERHEAD: Final = 3_000
"""Bytes of one answer besides its body and tags: its key, its objects, its headers as written."""
_PER_TAG: Final = 140
"""Bytes of a tag besides its text, which is there three times: by itself and in two headers."""


def question_of(
    surface: str, document: str, variables: Mapping[str, Any] | None, name: str | None
) -> QuestionHash | None:
    """Return what is asked; `None` if that cannot be spelled, and so not be kept.

    Variables are the same in any order of their names. `surface` tells answers of one form from
    those of another.
    """
    try:
        # As text: in Python 1, 1.0 and True are the same key.
        spelled = orjson.dumps(
            (surface, document, variables or {}, name), option=orjson.OPT_SORT_KEYS
        )
    except TypeError:  # integers over 64 bits, lone surrogates, nested too deeply
        return None
    return blake2b(spelled, digest_size=20).digest()


class KeptAnswers:
    """The answers used last. `bytes` is about how much memory they take."""

    def __init__(self, most_bytes: int) -> None:
        self.bytes = 0
        self._most = most_bytes
        self._kept: OrderedDict[_Key, Answer] = OrderedDict()
        self._readings: dict[QuestionHash, dict[Used, int]] = {}
        """By which dimensions the answers to a question differ, and how many do."""
        self._evictions = CACHE_EVICTIONS.labels("answers")
        self._gauge = CACHE_BYTES.labels("answers")

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, question: QuestionHash, dimensions: Dimensions) -> Answer | None:
        """Return what is kept for a request; it now is the one used last."""
        readings = self._readings.get(question)
        if readings is None:
            return None
        for used in readings:
            key = (question, used, dimensions.values(used) if used else ())
            answer = self._kept.get(key)
            if answer is not None:
                self._kept.move_to_end(key)
                return answer
        return None

    def keep(self, question: QuestionHash, dimensions: Dimensions, answer: Answer) -> bool:
        """Keep an answer under what was read; those used longest ago make room for it.

        Return whether there is room for it at all.
        """
        key = (question, answer.used, dimensions.values(answer.used))
        self._remove(key)
        size = _size(answer)
        if size > self._most:
            return False
        self._kept[key] = answer
        readings = self._readings.setdefault(question, {})
        readings[answer.used] = readings.get(answer.used, 0) + 1
        self.bytes += size
        while self.bytes > self._most:
            self._remove(next(iter(self._kept)))
            self._evictions.inc()
        self._gauge.set(self.bytes)
        return True

    def drop(self, question: QuestionHash, dimensions: Dimensions, answer: Answer) -> None:
        """Drop an answer that nobody can use any more."""
        self._remove((question, answer.used, dimensions.values(answer.used)))
        self._gauge.set(self.bytes)

    def _remove(self, key: _Key) -> None:
        answer = self._kept.pop(key, None)
        if answer is None:
            return
        self.bytes -= _size(answer)
        question, used, _ = key
        readings = self._readings[question]
        readings[used] -= 1
        if not readings[used]:
            del readings[used]
        if not readings:
            del self._readings[question]


def _size(answer: Answer) -> int:
    tags = answer.parts.tags if answer.parts else ()
    return (
        _OVERHEAD
        + len(answer.body)
        + sum(_PER_TAG + 3 * len(tag) for tag in tags)
        + sum(len(value) for _, value in answer.more)
    )
