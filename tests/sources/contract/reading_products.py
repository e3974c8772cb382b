"""What a shopper reads of a product, whichever content system it was written in."""

from collections.abc import Mapping

from bff.domain.content import ContentFields, ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.ports import MatchBy
from tests.sources.contract.articles import Article, Tag, Text, in_language
from tests.sources.contract.system import Can, System

CARDS = 24
"""Products on one page of a list."""
LOST = "?"
"""What stands for an addon of which nobody can tell which product it is."""


def said(fields: ContentFields | None) -> Text:
    """Return the texts that a shopper sees."""
    if fields is None:
        return Text()
    return Text(
        title=fields.title,
        subtitle=fields.subtitle,
        description=" ".join(fields.description.text.split()) if fields.description else None,
        seo_title=fields.seo_title,
        seo_description=fields.seo_description,
    )


async def read(system: System, articles: list[Article]) -> dict[str, ProductContent]:
    """Return the content of articles by their handles; all of them have some."""
    found = await system.source.contents(system.keys(articles), system.call)
    read = {one.handle: found[system.key(one)] for one in articles}
    missing = [handle for handle, content in read.items() if content is None]
    assert not missing
    return {handle: content for handle, content in read.items() if content}


def named(system: System, refs: tuple[ProductRef, ...]) -> list[str]:
    """Return what references say of the products that they mean."""
    by_id = system.source.matches_by is MatchBy.ID
    return [(ref.id if by_id else ref.handle) or LOST for ref in refs]


def expected_names(system: System, handles: list[str]) -> list[str]:
    """Return what references to articles can say here."""
    found = []
    for handle in dict.fromkeys(handles):
        article = system.shop.article(handle)
        is_there = article in system.shop.articles
        told = Can.TELL_UNPUBLISHED_ADDONS if is_there else Can.TELL_MISSING_ADDONS
        if is_there and article.is_published:
            found.append(system.key(article))
        elif system.can(Can.SHOW_LOST_ADDONS):
            found.append(system.key(article) if system.can(told) else LOST)
    return found


def expected_attributes(system: System, article: Article) -> dict[Tag | None, dict[str, object]]:
    """Return the attributes by language."""
    facts = present(article.facts)
    words = article.translated()
    shown: dict[Tag | None, dict[str, object]]
    if system.can(Can.KEEP_NEUTRAL_VALUES):
        shown = {None: facts} | {tag: present(one) for tag, one in words.items()}
    else:
        languages = article.languages()
        shown = {tag: facts | present(words.get(tag, {})) for tag in languages}
    return {tag: found for tag, found in shown.items() if found}


def present(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields that say something, named as storefronts want it."""
    told = ((camel_case(name), plain(value)) for name, value in fields.items())
    return {name: value for name, value in told if value is not None}


def plain(value: object) -> object:
    """Return a value without what says nothing; items of a list keep their places."""
    match value:
        case dict():
            members = {name: plain(inside) for name, inside in value.items()}
            return {name: one for name, one in members.items() if one is not None} or None
        case list():
            items = [plain(item) for item in value]
            return items if any(item is not None for item in items) else None
        case str():
            return value if value.strip() else None
        case _:
            return value


def camel_case(name: str) -> str:
    """Return a name as storefronts want it."""
    first, *others = name.split("_")
    return (first.lower() if first.isupper() else first) + "".join(map(str.title, others))


class ReadsProducts:
    """Assertions that only read."""

    async def test_every_language_of_a_text_is_there_under_the_shops_own_tag(
        self, system: System
    ) -> None:
        """German is `de`, even where the content system writes `de-DE`."""
        articles = system.shop.public()

        contents = await read(system, articles)

        for article in articles:
            fields = contents[article.handle].fields
            shown = {tag: said(one) for tag, one in fields.items() if said(one) != Text()}
            written = {tag: text.shown() for tag, text in article.texts.items()}
            assert shown == {tag: text for tag, text in written.items() if text != Text()}

    async def test_a_field_that_nobody_mapped_is_an_attribute(self, system: System) -> None:
        """In camelCase; a translated one in its languages, any other in none. Blanks are missing.

        What only Medusa knows, such as ids and prices, is none, and neither are references.
        """
        articles = system.shop.public()

        contents = await read(system, articles)

        for article in articles:
            fields = contents[article.handle].fields
            shown = {tag: one.attributes for tag, one in fields.items() if one.attributes}
            assert shown == expected_attributes(system, article), article.handle

    async def test_content_says_what_it_was_made_of(self, system: System) -> None:
        """An edit of the document is an edit of the product's content."""
        articles = system.shop.public()

        contents = await read(system, articles)

        for article in articles:
            content = contents[article.handle]
            assert content.document_id in content.made_of
            assert named(system, (content.product,)) == [system.key(article)]

    async def test_an_unknown_product_has_no_content(self, system: System) -> None:
        """Its key is in the answer all the same, so that it can be remembered."""
        [known, *_] = system.shop.public()
        keys = [system.key(known), "prod_nobody-knows"]

        found = await system.source.contents(keys, system.call)

        assert found["prod_nobody-knows"] is None
        assert found[system.key(known)] is not None

    async def test_addons_are_in_the_editors_order(self, system: System) -> None:
        """Each once, the product itself never; titles are the language's own."""
        articles = [one for one in system.shop.public() if one.addons]

        contents = await read(system, articles)

        for article in articles:
            content = contents[article.handle]
            for tag in system.shop.locales:
                order = (Locale(tag), None)
                own = list(in_language(article.addons, tag))
                others = [one for one in own if one != article.handle]
                refs = content.addon_refs(order)
                assert named(system, refs) == expected_names(system, others), (article, tag)
                if refs:
                    [group] = content.addons
                    title = group.titles.get(Locale(tag), group.titles.get(None))
                    assert title == article.addons_titles.get(tag)

    async def test_addons_bring_their_own_documents(self, system: System) -> None:
        """Where the content system can do that, nobody has to ask for them."""
        articles = [one for one in system.shop.public() if one.addons]
        keys = system.keys(articles)

        found = await system.source.contents(keys, system.call)

        names = {
            name
            for article in articles
            for tag in system.shop.locales
            for name in expected_names(system, list(in_language(article.addons, tag)))
        }
        public = set(system.keys(system.shop.public()))
        assert set(keys) <= set(found) <= set(keys) | names
        if system.can(Can.BRING_ADDONS):
            assert (names & public) <= set(found)
        assert {key for key, content in found.items() if content} == set(found) & public

    async def test_a_page_of_cards_with_addons_is_one_request(self, system: System) -> None:
        """Besides what is read once for all, such as the space's languages."""
        articles = sorted(system.shop.public(), key=lambda one: not one.addons)[:CARDS]

        found = await system.source.contents(system.keys(articles), system.call)

        assert len(system.wire.asked) == 1
        assert set(system.keys(articles)) <= set(found)
