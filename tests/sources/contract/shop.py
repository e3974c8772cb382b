"""The articles that are published in every content system before it is asked."""

from dataclasses import replace

from tests.sources.contract.articles import Article, Group, Line, Menu, Page, Picture, Shop, Text

LOCALES = ("en", "de", "es", "pt-BR")
DRAFT = "DRAFT"
"""Stands in every text that is not published."""
MISSING = "missing"
"""The handle of a product that no article is about."""


def texts(name: str, *tags: str) -> dict[str, Text]:
    """Return every text of a thing in some languages."""
    return {
        tag: Text(
            title=f"{name} {tag}",
            subtitle=f"{name}: subtitle {tag}",
            description=f"All about {name} {tag}",
            seo_title=f"Buy {name} {tag}",
            seo_description=f"{name} for you {tag}",
        )
        for tag in tags
    }


def article(handle: str, *tags: str, **more: object) -> Article:
    """Return an article with every text in these languages, or in all of the shop's."""
    written = Article(f"prod_{handle}", handle, texts(handle, *(tags or LOCALES)))
    return replace(written, **more)  # type: ignore[arg-type] # checked by the class


FRONT = Picture("frontview", {"en": "Seen from the front", "de": "Von vorne"})
BACK = Picture("backview", {"en": "Seen from the back"}, 1200, 900)
LABEL = Picture("labelview", {}, 40, 40)

SHIRT = article(
    "shirt",
    facts={
        "fabric_weight": 180,
        "is_washable": True,
        "made_in": "Portugal",
        "certifications": ["GOTS", "OEKO-TEX"],
        "size_table": {"rows": [{"name": "S", "chest": [52, None, 0]}]},
        "fits": {"XL": "wide", "arm_length": 64},
    },
    mirrors={
        "price": 9.99,
        "medusa_product_id": "prod_shirt",
        "currency_code": "eur",
        "sku": "TEE-1",
    },
    words={
        "care_instructions": {"en": "Wash at 30 degrees", "de": "Bei 30 Grad waschen"},
    },
    hero=FRONT,
    gallery=[BACK, LABEL],
    addons=["socks", "belt", "socks", "shirt", "prototype", MISSING, "mug"],
    addons_titles={"en": "Complete your look", "de": "Passt dazu"},
)
"""Has everything; its addons are untidy."""

SHOP = Shop(
    LOCALES,
    articles=[
        SHIRT,
        article("socks", addons=["belt"], addons_titles={"en": "To go with it"}),
        article("belt"),
        Article(
            "prod_mug",
            "mug",
            {
                "en": Text("Mug", "   ", "", None, "\n"),
                "de": Text("", None, " ", "", None),
                "es": Text(None, "Sólo un subtítulo"),
                "pt-BR": Text("Caneca"),
            },
            facts={
                "note": "",
                "nothing": None,
                "empty_list": [],
                "pieces": 0,
                "is_fragile": False,
            },
            words={"care_instructions": {"en": " ", "es": "No lavar"}},
        ),
        Article(
            "prod_cafe",
            "cafe",
            {
                "en": Text(
                    '<b>Café</b> & "Söhne" 👕', None, "<script>alert(1)</script> 5 < 6 & so"
                ),
            },
        ),
        article("lederhose", "de"),
        article("prototype", is_published=False, texts=texts(f"{DRAFT} prototype", *LOCALES)),
        article(
            "coat",
            facts={"lining": "wool"},
            pending=article(
                "coat", texts=texts(f"{DRAFT} coat", *LOCALES), facts={"lining": f"{DRAFT} silk"}
            ),
        ),
        # Two about one product: the younger one comes first wherever order is not asked for.
        article("twin", document="twin-younger", texts={"en": Text("Younger", "Younger too")}),
        article("twin", document="twin-elder", texts={"en": Text("Elder"), "de": Text("Älter")}),
    ],
    collections=[
        Group("pcol_summer", "summer", texts("summer", "en", "de")),
        Group("pcol_secret", "secret", texts(f"{DRAFT} secret", "en"), is_published=False),
    ],
    categories=[Group("pcat_shirts", "shirts", texts("shirts", "en", "de"))],
    pages=[
        Page(
            "home",
            {"en": "home", "de": "startseite", "es": "inicio"},
            texts("home", "en", "de", "es"),
            products=["belt", "shirt", "prototype"],
        ),
        Page("about", {"en": "about", "de": "ueber-uns"}, texts("about", "en", "de")),
        # One slug in two languages, and two pages that share one.
        Page("faq", {"en": "faq", "de": "faq"}, texts("faq", "en", "de")),
        Page("contact", {"en": "contact", "de": "info"}, texts("contact", "en", "de")),
        Page("hours", {"en": "info", "de": "zeiten"}, texts("hours", "en", "de")),
        Page("soon", {"en": "soon", "de": "bald"}, texts(f"{DRAFT} soon", "en", "de"), (), False),
    ],
    menus=[
        Menu(
            "main",
            [
                Line({"en": "Home", "de": "Start"}, page="home"),
                Line({"en": "Sale", "de": "Ausverkauf"}, url="/sale"),
                Line({"en": "The shirt", "de": "Das Hemd"}, product="shirt"),
                Line({"en": "Shirts", "de": "Hemden"}, category="shirts"),
                Line(
                    {"en": "More", "de": "Mehr"},
                    below=[
                        Line({"en": "Imprint", "de": "Impressum"}, url="/imprint"),
                        Line({"en": "About us", "de": "Über uns"}, page="about"),
                    ],
                ),
            ],
        ),
        Menu("hidden", [Line({"en": f"{DRAFT} line"}, url="/hidden")], is_published=False),
    ],
)


def many(count: int, *tags: str, with_addons: bool = False) -> Shop:
    """Return a shop with many articles that have little more than a title."""
    names = [f"p{number:05d}" for number in range(count)]
    return Shop(
        LOCALES,
        [
            Article(
                f"prod_{name}",
                name,
                {tag: Text(f"{name} {tag}") for tag in tags or ("en",)},
                addons=[names[number - 1], names[number - 2]] if with_addons else (),
            )
            for number, name in enumerate(names)
        ],
    )
