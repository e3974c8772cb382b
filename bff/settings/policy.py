"""Who may speak for which field: what the operator chose, and what is usual otherwise."""

from collections.abc import Iterable, Mapping
from itertools import takewhile

from bff.domain.commerce import MEDUSA
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergeOrder, MergePolicy, SourceRule
from bff.mapping.settings import Part
from bff.settings.content import ContentSettings
from bff.settings.model import Settings

_GROUPS: frozenset[Part] = frozenset(("collections", "categories"))


def merge_policy(settings: Settings) -> MergePolicy:
    """Return the policy for products: what serves them in its order, then Medusa.

    What the operator chose for a field stands in the place of that.
    """
    usual = _usual(settings.content_for("products"))
    return _policy(settings, {**usual, **settings.merge.rules()})


def group_policy(settings: Settings) -> MergePolicy:
    """Return the policy for collections and categories.

    It is the one for products, less what does not serve them. A source that serves them and no
    products cannot be in a rule of the operator's: it speaks before Medusa.
    """
    serving = [source for source in settings.content if _GROUPS & {*source.serves}]
    names = {MEDUSA, *(source.source_name for source in serving)}
    only = _usual(source for source in serving if "products" not in source.serves)
    rules = _usual(serving)
    for field, chosen in settings.merge.rules().items():
        kept = [rule for rule in chosen if rule.source in names]
        before = sum(1 for _ in takewhile(lambda rule: rule.source != MEDUSA, kept))
        rules[field] = (*kept[:before], *only[field][:-1], *kept[before:])
    return _policy(settings, rules)


def _usual(sources: Iterable[ContentSettings]) -> dict[Field, tuple[SourceRule, ...]]:
    """Return the rules of sources in their order, and Medusa's at the end."""
    known = tuple(sources)
    return {
        field: (
            *(SourceRule(source.source_name, source.usual_reach(field)) for source in known),
            SourceRule(MEDUSA),
        )
        for field in Field
    }


def _policy(settings: Settings, rules: Mapping[Field, tuple[SourceRule, ...]]) -> MergePolicy:
    return MergePolicy(
        rules=rules,
        base_language=Locale(settings.medusa.base_language),
        order=MergeOrder(settings.merge.order),
        lists=_lists(settings),
        together=settings.merge.groups(),
        commerce=MEDUSA,
    )


def source_order(settings: Settings, part: Part) -> tuple[str, ...]:
    """Return the sources of pages or menus by name, best first."""
    chosen = {"pages": settings.merge.pages, "navigation": settings.merge.navigation}
    return chosen.get(part) or tuple(source.source_name for source in settings.content_for(part))


def _lists(settings: Settings) -> tuple[Locale | None, ...] | None:
    """Return whose list of addons counts; where the shop's own has none, the next that has."""
    if settings.merge.lists == "chain":
        return None
    own = settings.own_locale
    others = (Locale(tag) for tag in settings.locales if tag != own)
    return (Locale(own), None, *others)
