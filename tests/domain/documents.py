"""A document with every kind of node in it."""

from bff.domain.richtext import (
    Block,
    CodeBlock,
    Divider,
    Heading,
    Image,
    ItemList,
    LineBreak,
    Link,
    ListItem,
    Marked,
    Paragraph,
    Quote,
    Text,
)

EVERYTHING: tuple[Block, ...] = (
    Heading(2, (Text("Care"),)),
    Paragraph(
        (
            Text("Wash at "),
            Marked("strong", (Text("30 °C"),)),
            LineBreak(),
            Link("/care", (Marked("unknown", (Text("label"),), "highlight"),)),
        )
    ),
    ItemList(
        (
            ListItem(
                (
                    Paragraph((Text("one"),), tight=True),
                    ItemList((ListItem((Paragraph((Text("deeper"),)),)),), ordered=True),
                )
            ),
        )
    ),
    Quote((Paragraph((Text("Lovely."),), tight=True),)),
    Image("https://cdn.example/a.jpg", 'the "label"', 20, 10),
    CodeBlock("a < b", "python"),
    Divider(),
)
