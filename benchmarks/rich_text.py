"""How long rich text keeps the event loop: 100 kB of each kind, read and rendered.

    python -m benchmarks.rich_text [kilobytes]

Prints the best and the middle of 15 runs, in milliseconds of processor time, by step; then for how
long the event loop stands still at the longest while a source translates such an answer.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from bff.domain.document import Asset, Document, Link
from bff.domain.richtext import Block, from_plain, to_text
from bff.domain.richtext_html import to_html
from bff.richtext import (
    ImageSource,
    from_contentful,
    from_markdown,
    from_portable_text,
    from_strapi_blocks,
    render,
)
from bff.upstream import off_loop

RUNS = 15
SENTENCE = "Soft cotton, washed & worn <always>: the café's own. "
SECTION = 6


def portable_text(size: int) -> object:
    """Write paragraphs with a heading, marks, a link and a list item now and then."""
    blocks: list[object] = []
    while len(blocks) * 350 < size:
        number = len(blocks)
        spans = [
            {"_type": "span", "text": SENTENCE * 2, "marks": []},
            {"_type": "span", "text": "and more", "marks": ["strong", "l"]},
        ]
        style = "h2" if number % SECTION == 0 else "normal"
        block: dict[str, object] = {"_type": "block", "style": style, "children": spans}
        block["markDefs"] = [{"_key": "l", "_type": "link", "href": f"/p/{number}"}]
        if number % SECTION == 1:
            block |= {"listItem": "bullet", "level": 1 + number % 3}
        blocks.append(block)
    return blocks


def contentful(size: int) -> object:
    """Write the same for Contentful, with a table and an embedded entry in each section."""

    def text(value: str, *marks: str) -> dict[str, object]:
        kinds = [{"type": mark} for mark in marks]
        return {"nodeType": "text", "value": value, "marks": kinds, "data": {}}

    def node(kind: str, *content: object, **data: object) -> dict[str, object]:
        return {"nodeType": kind, "data": data, "content": list(content)}

    def words() -> dict[str, object]:
        link = node("hyperlink", text("and more", "bold"), uri="https://example.com/?a=1&b=2")
        return node("paragraph", text(SENTENCE * 2), link)

    target = {"sys": {"type": "Link", "linkType": "Entry", "id": "e1"}}
    section = [
        node("heading-2", text(SENTENCE)),
        *(words() for _ in range(SECTION)),
        node("unordered-list", node("list-item", words()), node("list-item", words())),
        node("table", node("table-row", node("table-cell", words()))),
        node("embedded-entry-block", target=target),
    ]
    return node("document", *(section * max(1, size // len(json.dumps(section)))))


def strapi(size: int) -> object:
    """Write the same for Strapi."""
    link = {"type": "link", "url": "/p", "children": [{"type": "text", "text": "more"}]}
    words = [
        {"type": "text", "text": SENTENCE * 2},
        {"type": "text", "text": "and ", "bold": True},
        link,
    ]
    section = [
        {"type": "heading", "level": 2, "children": [{"type": "text", "text": SENTENCE}]},
        *({"type": "paragraph", "children": words} for _ in range(SECTION)),
        {
            "type": "list",
            "format": "unordered",
            "children": [{"type": "list-item", "children": words}],
        },
        {"type": "quote", "children": words},
    ]
    return section * max(1, size // len(json.dumps(section)))


def markdown(size: int) -> object:
    """Write the same in Markdown."""
    words = SENTENCE * 2 + "**and** [more](https://example.com/?a=1&b=2)"
    section = f"## {SENTENCE}\n\n" + f"{words}\n\n" * SECTION
    section += f"- {words}\n  1. {words}\n\n|a|b|\n|-|-|\n|{words}|x|\n\n> {words}\n\n"
    return section * max(1, size // len(section))


def plain_text(size: int) -> object:
    """Write it without any markup."""
    paragraph = SENTENCE * SECTION + "\n\n"
    return paragraph * (size // len(paragraph))


def _picture(name: str) -> ImageSource | None:
    return ImageSource(f"https://cdn.example/{name}")


def _asset(_target: object) -> Asset | None:
    return Asset("https://cdn.example/a.jpg")


def _entry(_target: object) -> Link | None:
    return Link("e1", Document("e1", "banner", {"title": "Banner"}))


KINDS: dict[str, tuple[Callable[[int], object], Callable[[object], Sequence[Block]]]] = {
    "Portable Text": (portable_text, lambda value: from_portable_text(value, image_url=_picture)),
    "Contentful": (contentful, lambda value: from_contentful(value, asset=_asset, entry=_entry)),
    "Strapi blocks": (strapi, lambda value: from_strapi_blocks(value, image_url=str)),
    "Markdown": (markdown, from_markdown),
    "plain text": (plain_text, lambda value: from_plain(str(value))),
}


def _best_and_middle(work: Callable[[], object]) -> str:
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        times.append(1000 * (time.process_time() - started))
    return f"{min(times):5.1f} {statistics.median(times):5.1f}"


async def _longest_stall(work: Callable[[], object], value: object) -> float:
    """Return for how many milliseconds a task that is due every millisecond had to wait."""
    pauses = [0.0]

    async def others() -> None:
        while True:
            due = time.perf_counter() + 0.001
            await asyncio.sleep(0.001)
            pauses.append(time.perf_counter() - due)

    ticking = asyncio.create_task(others())
    await asyncio.sleep(0.05)
    pauses.clear()
    await off_loop(work, value)
    await asyncio.sleep(0.005)
    ticking.cancel()
    return 1000 * max(pauses)


def main() -> None:
    """Print one line per kind."""
    size = 1000 * (int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    print(
        f"{'':14} {'kB':>4} {'text':>5}   {'read':>11} {'to_html':>11} {'render':>11} {'all':>11}"
    )
    for name, (write, read) in KINDS.items():
        value = write(size)
        blocks = read(value)
        steps: tuple[Callable[[], object], ...] = (
            lambda: read(value),  # noqa: B023 - called at once
            lambda: to_html(blocks),  # noqa: B023 - called at once
            lambda: render(blocks),  # noqa: B023 - called at once
            lambda: render(read(value)),  # noqa: B023 - called at once
        )
        figures = " ".join(map(_best_and_middle, steps))
        length = len(value) if isinstance(value, str) else len(json.dumps(value))
        stalls = [asyncio.run(_longest_stall(steps[-1], value)) for _ in range(RUNS)]
        words = len(to_text(blocks)) // 1000
        middle = statistics.median(stalls)
        print(f"{name:14} {length // 1000:4} {words:5}   {figures} {middle:6.1f}")


if __name__ == "__main__":
    main()
