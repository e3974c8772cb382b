"""What is not published: in no public answer of any content system, and in every preview."""

from dataclasses import replace

from bff.domain.locale import Locale
from tests.sources.contract.reading_products import named, said
from tests.sources.contract.reading_public import ReadsWhatIsPublic, everything
from tests.sources.contract.shop import DRAFT, SHOP
from tests.sources.contract.system import Can, Harness, System


class TestReading(ReadsWhatIsPublic):
    """What can be read everywhere."""


async def test_a_content_system_that_answers_with_drafts(system: System, harness: Harness) -> None:
    """A proxy that strips a parameter must not publish anything, where a draft can be told."""
    fake = harness.publish(SHOP)
    fake.answers_with_drafts = True
    system.wire.answer_with(fake)

    answers = await everything(system.source, system)

    assert (DRAFT in repr(answers)) is not system.can(Can.TELL_DRAFTS_APART)


async def test_a_preview_shows_what_is_not_published_yet(system: System) -> None:
    """Drafts and changes are there, in the place of what is public."""
    shop = SHOP.edited()

    seen = await everything(system.preview(), system)

    for handle in ("prototype", "coat"):
        article = shop.article(handle)
        if handle == "coat" and not system.can(Can.HOLD_PENDING_CHANGES):
            article = SHOP.article(handle)
        content = seen.contents[system.key(article)]
        assert content
        for tag, text in article.texts.items():
            assert said(content.fields[Locale(tag)]) == text
    for slug in ("soon", "bald"):
        [page] = seen.pages[slug]
        assert said(page.fields[Locale("de")]) == shop.page("soon").texts["de"]
    assert seen.menus["hidden"]
    secret = shop.collections[1]
    group = seen.groups[system.key(secret)]
    assert group
    assert said(group.fields[Locale("en")]) == secret.texts["en"]
    by_key = {one.product.id for one in seen.listed} | {one.product.handle for one in seen.listed}
    assert set(system.keys(list(shop.articles))) <= by_key


async def test_a_preview_shows_what_is_published_too(system: System) -> None:
    """A page that nobody edits looks as it does to shoppers, by its one id."""
    article = SHOP.article("shirt")
    key = system.key(article)

    public = (await system.source.contents([key], system.call))[key]
    drafts = (await system.preview().contents([key], system.call))[key]

    assert public
    assert drafts
    assert drafts.document_id == public.document_id
    assert drafts.fields == public.fields
    shown = named(system, drafts.addon_refs((Locale("en"), None)))
    assert system.key(SHOP.article("prototype")) in shown


def test_no_preview_without_credentials(harness: Harness) -> None:
    """Nobody reads drafts with what shoppers' pages are read with, unless the operator says so."""
    bare = {k: v for k, v in harness.settings.items() if k not in ("preview_token", "preview")}

    assert harness.chosen().has_preview
    assert not replace(harness, settings=bare).chosen().has_preview
