"""How this shop merges: its policy, its languages and its addresses, applied to what was read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TypeAlias

from bff.catalog.content_reads import Contents, halves_of
from bff.catalog.merged_fields import count_fallbacks
from bff.catalog.wants import Wants
from bff.domain.alternates import alternates_of, page_alternates
from bff.domain.commerce import Category, Collection, CommerceProduct
from bff.domain.content import GroupContent, PageContent
from bff.domain.locale import Locale, Locales
from bff.domain.merge import Halves, merge_product, with_groups
from bff.domain.merge_group import merge_group
from bff.domain.merge_policy import Field, MergePlan, MergePolicy, merge_plan
from bff.domain.pages import Page
from bff.domain.storefront import ShopperContext, StorefrontGroup, StorefrontProduct
from bff.domain.urls import UrlTemplates
from bff.ports import Wish

Group: TypeAlias = Collection | Category

_PLANS = 256
_GROUPS = 4_096


@dataclass(frozen=True, slots=True)
class Merged:
    """A product as it is shown, still without its addons, and what it was made of."""

    halves: Halves
    product: StorefrontProduct


class Merging:
    """Makes what shoppers see of what the sources said.

    `translations` maps our locales to Medusa's own tags where the shop has Medusa's translation
    feature on; empty where it is off. `group_policy` is for collections and categories, whose
    sources may be others than those of products.
    """

    def __init__(
        self,
        policy: MergePolicy,
        translations: Mapping[Locale, str],
        locales: Locales,
        urls: UrlTemplates,
        group_policy: MergePolicy,
    ) -> None:
        self.urls = urls
        self._policy = policy
        self._group_policy = group_policy
        self._translations = translations
        self._locales = locales
        # A shop has few languages and markets, and a plan is the same for all its products.
        self.plan = lru_cache(maxsize=_PLANS)(partial(self._plan_for, policy))
        self._group_plan = lru_cache(maxsize=_PLANS)(partial(self._plan_for, group_policy))
        # Groups are few as well, and in most shops nobody writes about them but Medusa.
        self._plain_group = lru_cache(maxsize=_GROUPS)(self._merged_group)

    def speaks(self, source: str, *fields: Field) -> bool:
        """Tell whether a source has a say in one of a product's fields, or in any."""
        return _speaks(source, self._policy, fields or Field)

    def speaks_of_groups(self, source: str) -> bool:
        """Tell whether a source has a say in any field of collections and categories."""
        return _speaks(source, self._group_policy, Field)

    def wish(self, context: ShopperContext, wants: Wants) -> Wish:
        """Return what to ask Medusa for."""
        pricing = context.pricing if wants.offer or wants.addons else None
        return Wish(pricing=pricing, language=self.language(context))

    def language(self, context: ShopperContext) -> str | None:
        """Return Medusa's tag for the language of an answer; `None` where it has only its own."""
        return self._translations.get(context.language.applied)

    def product(
        self,
        product: CommerceProduct,
        contents: Contents,
        groups: Mapping[str, StorefrontGroup],
        plan: MergePlan,
        wants: Wants,
    ) -> Merged:
        """Return a product; its groups are taken from `groups`, by Medusa's id."""
        halves = halves_of(product, contents)
        shown = merge_product(halves, plan)
        if wants.groups and (halves.text.collection or halves.text.categories):
            shown = with_groups(shown, groups, plan)
        if wants.alternates and wants.content:
            alternates = alternates_of(halves, self._policy, self._locales, self.urls)
            shown = replace(shown, alternates=alternates)
        if wants.content:
            count_fallbacks(shown, plan)
        return Merged(halves, shown)

    def group(
        self, group: Group, contents: Mapping[str, GroupContent | None], context: ShopperContext
    ) -> StorefrontGroup:
        """Return a collection or category with what is written about it."""
        if any(contents.values()):
            return merge_group(group, contents, self._group_plan(context))
        return self._plain_group(group, context)

    def alternates_of_page(self, page: Page, content: PageContent) -> Page:
        """Return the page with its other languages."""
        return replace(page, alternates=page_alternates(content, self._locales, self.urls))

    def _merged_group(self, group: Group, context: ShopperContext) -> StorefrontGroup:
        return merge_group(group, {}, self._group_plan(context))

    def _plan_for(self, policy: MergePolicy, context: ShopperContext) -> MergePlan:
        translates = context.language.applied in self._translations
        return merge_plan(policy, context, commerce_translates=translates)


def _speaks(source: str, policy: MergePolicy, fields: Iterable[Field]) -> bool:
    return any(rule.source == source for name in fields for rule in policy.rules.get(name, ()))
