"""In which other languages somebody wrote about a product or a page.

The answer depends on what is written and on the shop's settings, never on the language of the
request: so each language names the others, as `hreflang` demands.
"""

from collections.abc import Iterator

from bff.domain.content import ContentFields, PageContent
from bff.domain.locale import Locale, Locales
from bff.domain.merge import Halves
from bff.domain.merge_page import shown_slug
from bff.domain.merge_policy import Field, MergePolicy, SourceRule
from bff.domain.storefront import Alternate
from bff.domain.urls import UrlKind, UrlTemplates
from bff.domain.walk import is_missing


def alternates_of(
    halves: Halves, policy: MergePolicy, locales: Locales, urls: UrlTemplates
) -> tuple[Alternate, ...]:
    """Return the supported languages that have a title or a description of their own.

    It counts what a source that the policy asks for that field has in exactly that language.
    What belongs to no language counts in none, a mere copy (`Reach.TRANSLATED`) not in Medusa's
    base language. That one is always there: Medusa sells nothing without a title. Medusa's
    translations count in none, since nobody can tell which of them exist.
    """
    handle = halves.text.handle
    return tuple(
        Alternate(locale, handle, urls.url(UrlKind.PRODUCT, handle, locale))
        for locale in _spoken(locales)
        if locale == policy.base_language or _has_own(halves, policy, locale)
    )


def _spoken(locales: Locales) -> tuple[Locale, ...]:
    return tuple(dict.fromkeys((*locales.supported, locales.default)))


def _has_own(halves: Halves, policy: MergePolicy, locale: Locale) -> bool:
    for name, rule in _rules(policy):
        content = halves.contents.get(rule.source)
        texts = content.fields.get(locale) if content else None
        if texts is not None and not is_missing(_text(texts, name)):
            return True
    return False


def _rules(policy: MergePolicy) -> Iterator[tuple[Field, SourceRule]]:
    for name in (Field.TITLE, Field.DESCRIPTION):
        for rule in policy.rules.get(name, ()):
            yield name, rule


def _text(texts: ContentFields, name: Field) -> object:
    return texts.title if name is Field.TITLE else texts.description


def page_alternates(
    content: PageContent, locales: Locales, urls: UrlTemplates
) -> tuple[Alternate, ...]:
    """Return the supported languages in which a page has a title or a body of its own.

    Each with the slug in that language, else the one for all languages, else the default's.
    """
    found = []
    for locale in _spoken(locales):
        texts = content.fields.get(locale)
        slug = shown_slug(content.slugs, (locale, None, locales.default))
        if texts and slug and not (is_missing(texts.title) and is_missing(texts.description)):
            found.append(Alternate(locale, slug, urls.url(UrlKind.PAGE, slug, locale)))
    return tuple(found)
