"""Products, as shoppers see them, from every content system."""

from tests.sources.contract.articles import Text
from tests.sources.contract.reading_products import ReadsProducts, read, said
from tests.sources.contract.shop import SHOP
from tests.sources.contract.system import Can, System


class TestReading(ReadsProducts):
    """What can be read everywhere."""


async def test_blanks_are_missing(system: System) -> None:
    """An empty field is one that nobody wrote: another language may stand in."""
    [content] = (await read(system, [SHOP.article("mug")])).values()

    shown = {tag: said(fields) for tag, fields in content.fields.items() if tag}
    assert {tag: text for tag, text in shown.items() if text != Text()} == {
        "en": Text("Mug"),
        "es": Text(subtitle="Sólo un subtítulo"),
        "pt-BR": Text("Caneca"),
    }


async def test_text_is_never_markup(system: System) -> None:
    """A shopper reads what was typed; a browser is given nothing to run."""
    [content] = (await read(system, [SHOP.article("cafe")])).values()

    [fields] = (one for one in content.fields.values() if one.title)
    assert fields.title == '<b>Café</b> & "Söhne" 👕'
    assert fields.description
    assert fields.description.text == "<script>alert(1)</script> 5 < 6 & so"
    assert "<script" not in fields.description.html


async def test_pictures_have_their_roles_sizes_and_words(system: System) -> None:
    """The hero comes first, the gallery in its order; addresses are whole."""
    article = SHOP.article("shirt")
    [content] = (await read(system, [article])).values()

    shown = [(tag, fields.images) for tag, fields in content.fields.items() if fields.images]
    neutral = system.can(Can.KEEP_NEUTRAL_VALUES)
    assert [tag for tag, _ in shown] == ([None] if neutral else list(SHOP.locales))
    for tag, images in shown:
        assert [image.role for image in images] == ["hero", "gallery", "gallery"]
        for image, picture in zip(images, article.pictures(), strict=True):
            assert image.url.startswith("https://")
            assert picture.file in image.url
            assert (image.width, image.height) == (picture.width, picture.height)
            by_language = system.can(Can.DESCRIBE_PICTURES_BY_LANGUAGE)
            # Of a document in one language, so are the words about its pictures.
            words = {one: text for one, text in picture.alts.items() if tag in (None, one)}
            assert list(image.alts.values()) == [*words.values()][: None if by_language else 1]
            assert set(image.alts) <= ({*words} if by_language else {None})


async def test_of_two_documents_for_one_product_the_older_one_counts(system: System) -> None:
    """Always the same one, whole, however the content system sorts them."""
    [content] = (await read(system, [SHOP.article("twin")])).values()

    texts = {tag: said(fields) for tag, fields in content.fields.items() if said(fields) != Text()}
    assert texts == {"en": Text("Elder"), "de": Text("Älter")}


async def test_a_product_that_is_asked_for_twice_is_read_once(system: System) -> None:
    """A list may show it twice."""
    key = system.key(SHOP.article("belt"))

    found = await system.source.contents([key, key], system.call)

    assert [*found] == [key]
    assert len(system.wire.asked) == 1
