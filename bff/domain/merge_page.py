"""An editor's page, and the products that it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bff.domain.addons import offered
from bff.domain.content import PageContent, ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergePlan, Place
from bff.domain.pages import Page
from bff.domain.richtext import RichText
from bff.domain.storefront import Addon, StorefrontProduct
from bff.domain.walk import Written, attributes_of, first, images_of, is_missing, languages_of


def page_called(
    slug: str, pages: Sequence[PageContent], order: Sequence[Locale | None]
) -> PageContent:
    """Return which of the pages that have a slug is meant by it; there is at least one.

    That is the one that is called so in the earliest language of `order`, as two pages may share
    a slug in different languages. Several such keep their order, and so do pages that are called
    so in none of these languages: the first is meant.
    """

    def place(page: PageContent) -> int:
        called = (at for at, locale in enumerate(order) if page.slugs.get(locale) == slug)
        return next(called, len(order))

    return min(pages, key=place)


def merge_page(source: str, content: PageContent, plan: MergePlan) -> Page:
    """Return a page in the shopper's language, without its items and its other languages.

    All of it comes from the one content system that has the page, along the chain; fields that
    move together do so here too. By which slug it was found does not matter.
    """
    own = plan_of(source, plan)
    written = Written({}, {source: content.fields})
    together = languages_of(written, own)
    return Page(
        id=content.document_id,
        source=source,
        slug=shown_slug(content.slugs, plan.reading) or "",
        title=first(written, own, Field.TITLE, str, together),
        body=first(written, own, Field.DESCRIPTION, RichText, together),
        seo_title=first(written, own, Field.SEO_TITLE, str, together),
        seo_description=first(written, own, Field.SEO_DESCRIPTION, str, together),
        images=images_of(written, own, together),
        attributes=attributes_of(written, own, together),
        context=plan.context,
    )


def plan_of(source: str, plan: MergePlan) -> MergePlan:
    """Return the plan for what one content system alone speaks for."""
    places = tuple(Place(source, locale) for locale in plan.reading)
    return replace(plan, places=dict.fromkeys(Field, places), skipped={})


def shown_slug(slugs: Mapping[Locale | None, str], order: Iterable[Locale | None]) -> str | None:
    """Return the slug in the first language along `order`, else any; `None` without one."""
    written = {locale: slug for locale, slug in slugs.items() if not is_missing(slug)}
    return next((written[locale] for locale in (*order, *written) if locale in written), None)


def page_items(content: PageContent, plan: MergePlan) -> tuple[ProductRef, ...]:
    """Return the products that a page shows, in the editor's order, each once."""
    return content.items.in_order(plan.lists)


def page_addons(
    content: PageContent,
    plan: MergePlan,
    sold: Mapping[str, StorefrontProduct | None] | None,
    documents: Mapping[str, ProductContent | None],
) -> tuple[Addon, ...]:
    """Return what became of them; `sold` and `documents` are as for `addon_groups`."""
    return offered(page_items(content, plan), sold, documents)
