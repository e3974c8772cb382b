"""Enough of GROQ to answer a source's queries as the Content Lake would.

    *  $name  ^  @  "text"  7  [a, ...b]  {a, "b": c}  f(a)  !a
    a == b  a > b  a in b  a && b  a || b
    a.b  a["b"]  a[-1]  a[0...7]  a[]  a[filter]  a{projection}  a | order(b)

Source: the GROQ specification, version 1. What is not understood is a `GroqError`.
"""

import json
import re
from functools import lru_cache
from typing import cast

from tests.sources.contract.harnesses.groq_values import (
    COMPARISONS,
    FUNCTIONS,
    Expression,
    Run,
    as_list,
    attribute,
    combined,
    each,
    filtered,
    flat,
    item_at,
)

_TOKEN = re.compile(
    r'\s*(?P<text>"(?:[^"\\]|\\.)*")|\s*(?P<number>-?[0-9]+)'
    r"|\s*(?P<word>\$?[A-Za-z_]\w*(?:::\w+)?)|\s*(?P<sign>\.\.\.|&&|\|\||==|[][(){}.,:!<>*^@|])"
)


class GroqError(ValueError):
    """The query is no GROQ that we understand."""


@lru_cache
def parsed(query: str) -> Run:
    """Return what answers a query."""
    reader = _Reader(_tokens(query))
    whole = reader.either()
    if not reader.is_at_end:
        raise GroqError(query)
    return whole.run


def _tokens(query: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    query = query.rstrip()
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None or match.lastgroup is None:
            raise GroqError(query[at:])
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        return self._tokens[self._at][0] == "end"

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _sees(self, *signs: str) -> bool:
        kind, text = self._tokens[self._at]
        return kind in ("sign", "word") and text in signs

    def _takes(self, *signs: str) -> bool:
        seen = self._sees(*signs)
        self._at += seen
        return seen

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise GroqError(sign, self._tokens[self._at])

    def either(self) -> Expression:
        left = self._both()
        while self._takes("||"):
            left = combined(left, self._both(), lambda a, b: a is True or b is True)
        return left

    def _both(self) -> Expression:
        left = self._comparison()
        while self._takes("&&"):
            left = combined(left, self._comparison(), lambda a, b: a is True and b is True)
        return left

    def _comparison(self) -> Expression:
        left = self._unary()
        for sign, holds in COMPARISONS.items():
            if self._takes(sign):
                return combined(left, self._unary(), holds)
        return left

    def _unary(self) -> Expression:
        if self._takes("!"):
            inner = self._unary().run
            return Expression(lambda scope: inner(scope) is not True)
        return self._postfix(self._primary())

    def _primary(self) -> Expression:  # noqa: C901, PLR0911 - an arm for each beginning
        kind, text = self._next()
        match kind, text:
            case "text", _:
                value = _unquoted(text)
                return Expression(lambda _: value)
            case "number", _:
                return Expression(lambda _: int(text))
            case "sign", "*":
                return Expression(lambda scope: list(scope.everything), is_list=True)
            case "sign", "@":
                return Expression(lambda scope: scope.this)
            case "sign", "^":
                return Expression(lambda scope: scope.outer.this if scope.outer else None)
            case "sign", "(":
                inner = self.either()
                self._expect(")")
                return inner
            case "sign", "[":
                return self._array()
            case "sign", "{":
                return Expression(self._projection())
            case "word", _ if text.startswith("$"):
                return Expression(lambda scope: scope.params[text[1:]])
            case "word", _:
                return self._call(text) if self._takes("(") else attribute(_THIS, text)
            case _:
                raise GroqError(kind, text)

    def _postfix(self, base: Expression) -> Expression:
        while True:
            if self._takes("."):
                base = attribute(base, self._next()[1])
            elif self._takes("["):
                base = self._bracket(base)
            elif self._takes("{"):
                base = each(base, self._projection())
            elif self._takes("|"):
                base = self._ordered(base)
            else:
                return base

    def _bracket(self, base: Expression) -> Expression:
        if self._takes("]"):
            return Expression(lambda scope: flat(base, scope), is_list=True)
        kind, text = self._tokens[self._at]
        if kind in ("text", "number"):
            self._next()
            if kind == "text":
                result = attribute(base, _unquoted(text))
            elif self._takes("..."):
                until = int(self._next()[1])
                start = int(text)
                result = Expression(lambda scope: base.run(scope)[start:until], is_list=True)
            else:
                result = Expression(lambda scope: item_at(base.run(scope), int(text)))
            self._expect("]")
            return result
        test = self.either().run
        self._expect("]")
        return Expression(lambda scope: filtered(base.run(scope), test, scope), is_list=True)

    def _ordered(self, base: Expression) -> Expression:
        self._expect("order")
        self._expect("(")
        by = self.either().run
        self._expect(")")
        return Expression(
            lambda scope: sorted(base.run(scope), key=lambda one: by(scope.within(one))),
            is_list=True,
        )

    def _array(self) -> Expression:
        items: list[tuple[bool, Run]] = []
        while not self._takes("]"):
            is_spread = self._takes("...")
            items.append((is_spread, self.either().run))
            self._takes(",")
        return Expression(
            lambda scope: [
                item
                for is_spread, run in items
                for value in [run(scope)]
                for item in (as_list(value) if is_spread else [value])
            ],
            is_list=True,
        )

    def _projection(self) -> Run:
        members: list[tuple[str, Run]] = []
        while not self._takes("}"):
            kind, text = self._next()
            if kind == "text":
                self._expect(":")
                members.append((_unquoted(text), self.either().run))
            else:
                members.append((text, attribute(_THIS, text).run))
            self._takes(",")

        return lambda scope: {name: member(scope) for name, member in members}

    def _call(self, name: str) -> Expression:
        arguments: list[Run] = []
        while not self._takes(")"):
            arguments.append(self.either().run)
            self._takes(",")
        function = FUNCTIONS.get(name)
        if function is None:
            raise GroqError(name)
        return Expression(
            lambda scope: function(scope, [argument(scope) for argument in arguments])
        )


_THIS = Expression(lambda scope: scope.this)


def _unquoted(text: str) -> str:
    return cast("str", json.loads(text))
