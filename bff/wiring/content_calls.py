"""How often each content system is asked, as the code of its source asks it."""

from typing import assert_never

from bff.settings import ContentSettings, Settings
from bff.sources import contentful, sanity, strapi
from bff.web.surface import ContentCalls

_REFERRED_ROUNDS = 3  # of Sanity: what a menu leads to, a few steps deep
_KEYS_IN_STRAPI = 50  # each takes a parameter of its own


def content_calls(settings: Settings) -> tuple[ContentCalls, ...]:
    """Return what asking each content system costs."""
    return tuple(_calls(chosen, len(settings.locales)) for chosen in settings.content)


def _calls(chosen: ContentSettings, languages: int) -> ContentCalls:
    serves = frozenset(chosen.serves)
    keys, page, menu, first = 100, 1, 1, 0
    match chosen:
        case contentful.ContentfulSettings():
            # Slugs and handles are looked for in each language, and in the space's own.
            page = menu = languages + 1
            first = 2  # content types and languages
        case sanity.SanitySettings():
            page += 0 if chosen.knows_products_by_document else _REFERRED_ROUNDS
            menu += _REFERRED_ROUNDS
        case strapi.StrapiSettings():
            keys = max(1, min(_KEYS_IN_STRAPI, chosen.page_size // languages))
            first = 1  # a service account's token
        case _:
            assert_never(chosen)
    return ContentCalls(
        keys=keys,
        products="products" in serves,
        page=page if "pages" in serves else 0,
        menu=menu if "navigation" in serves else 0,
        kinds_of_groups=len(serves & {"collections", "categories"}),
        first=first,
    )
