"""A document with every kind of node in it."""

from bff.domain.richtext import (
    Block,
    CodeBlock,
    Divider,
    Embed,
    Heading,
    Image,
    ItemList,
    LineBreak,
    Link,
    ListItem,
    Marked,
    Paragraph,
    Quote,
    Table,
    TableCell,
    TableRow,
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
    Table(
        (
            TableRow((TableCell((Paragraph((Text("Size"),)),), is_header=True, columns=2),)),
            TableRow(
                (
                    TableCell((Paragraph((Text("M"),), tight=True),), rows=3),
                    TableCell((Paragraph((Text("52"),)), Image("/m.png"))),
                )
            ),
        )
    ),
    Embed("banner", "b1", "Editors' own title"),
    Embed("product", "p1", "Cap", "/p/cap"),
    Paragraph(
        (
            Text("H"),
            Marked("subscript", (Text("2"),)),
            Marked("superscript", (Image("/o.png", "O"),)),
            Embed("product", "p2", "Tee", inline=True),
        )
    ),
)
