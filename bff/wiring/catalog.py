"""The reading side for these settings: what is kept how long, and who speaks for what."""

from collections.abc import Sequence

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.lifetimes import Lifetimes
from bff.catalog.product_page import Catalog
from bff.catalog.read_through import ReadThrough
from bff.domain.freshness import Policy
from bff.domain.locale import Locale, Locales
from bff.ports import CommerceSource, ContentSource, GroupKind
from bff.settings import CacheSettings, Settings, group_policy, merge_policy, source_order


def catalog_of(
    settings: Settings,
    commerce: CommerceSource,
    content: Sequence[ContentSource],
    cache: ReadThrough,
) -> Catalog:
    """Return the catalog that reads these sources through this cache."""
    lifetimes = lifetimes_of(settings.cache)
    return Catalog(
        CachedCommerce(commerce, cache, lifetimes),
        [CachedContent(source, cache, lifetimes) for source in content],
        policy=merge_policy(settings),
        translations={Locale(ours): tag for ours, tag in settings.medusa.languages.items()},
        locales=locales_of(settings),
        urls=settings.urls.templates(),
        page_sources=source_order(settings, "pages"),
        menu_sources=source_order(settings, "navigation"),
        group_sources={
            GroupKind.COLLECTION: source_order(settings, "collections"),
            GroupKind.CATEGORY: source_order(settings, "categories"),
        },
        clock=cache.clock,
        content_budget=settings.content_budget_seconds,
        group_policy=group_policy(settings),
    )


def locales_of(settings: Settings) -> Locales:
    """Return the shop's languages, its own first."""
    default = settings.own_locale
    others = [Locale(tag) for tag in settings.locales if tag != default]
    return Locales(
        default=Locale(default),
        supported=(Locale(default), *others),
        parents={Locale(tag): Locale(up) for tag, up in settings.locale_parents.items()},
        names={Locale(tag): name for tag, name in settings.locale_names.items()},
    )


def lifetimes_of(cache: CacheSettings) -> Lifetimes:
    """Return the named policies.

    Prices and Medusa's texts are fetched as often, but an old text does no harm: it lives on
    through an outage like any other text. So do markets and handles, without which no text could
    be shown; nobody sees more than a price that is old enough to be withheld.
    """
    refresh, error = cache.content_refresh_seconds, cache.content_error_seconds
    return Lifetimes(
        commerce=Policy(
            "COMMERCE",
            cache.commerce_seconds,
            cache.commerce_refresh_seconds,
            cache.commerce_error_seconds,
            is_price=True,
        ),
        text=Policy("TEXT", cache.commerce_seconds, cache.commerce_refresh_seconds, error),
        content=Policy("CONTENT", cache.content_seconds, refresh, error),
        reference=Policy("REFERENCE", cache.reference_seconds, if_error=error),
        absent=Policy("ABSENT", cache.absent_seconds),
    )
