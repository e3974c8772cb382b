"""Plain text: what of it can be shown, whether a reader would see anything, how it begins."""

import re
import unicodedata


def printable(text: str) -> str:
    r"""Return `text` with "\n" for every kind of line end, and no control characters.

    Lone surrogates, which JSON can carry and UTF-8 cannot, become U+FFFD.
    """
    if text.isprintable() or not _UNPRINTABLE.search(text):  # the first is quick, and strict
        return text
    return _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub("", _LINE_END.sub("\n", text)))


def one_line(text: object) -> str:
    """Return `text` in one line, without control characters; "" for what is no text."""
    return " ".join(printable(text).split()) if isinstance(text, str) else ""


def is_blank(text: str) -> bool:
    """Tell whether a reader would see nothing: only white space and zero-width characters."""
    return not _VISIBLE.search(text)


def excerpt(text: str, length: int) -> str:
    """Return the beginning of `text` in at most `length` characters, ellipsis included.

    White space is collapsed. The cut is at the last word boundary that fits (CJK text has one
    beside every character) and, where there is none, between two visible characters: accents,
    joined emoji and flags stay whole. A length of zero or less gives "".
    """
    words = " ".join(text.split())
    if length <= 0 or len(words) <= length:
        return words if length > 0 else ""
    ends = range(length - 1, 0, -1)
    whole = (end for end in ends if not _is_joined(words, end))
    last = next((end for end in ends if _is_word_end(words, end)), None) or next(whole, 0)
    return words[:last].rstrip() + "…"


_VISIBLE = re.compile(r"[^\s\u00ad\u200b-\u200f\u2060\ufeff]")
_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")  # \v: pasted from Word
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_JOINER = "\u200d"


def _is_word_end(text: str, end: int) -> bool:
    if text[end] == " ":
        return True
    return bool(_CJK.search(text[end - 1 : end + 1])) and not _is_joined(text, end)


def _is_joined(text: str, end: int) -> bool:
    """Whether the character at `end` belongs to what the shopper sees before it."""
    after = text[end]
    if after == _JOINER or text[end - 1] == _JOINER or unicodedata.category(after)[0] == "M":
        return True
    if _is_flag_half(after):
        start = end
        while start and _is_flag_half(text[start - 1]):
            start -= 1
        return (end - start) % 2 == 1
    return "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
