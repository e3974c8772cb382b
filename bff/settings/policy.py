"""Who may speak for which field: what the operator chose, and what is usual otherwise."""

from bff.domain.commerce import MEDUSA
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergeOrder, MergePolicy, SourceRule
from bff.mapping.settings import Part
from bff.settings.model import Settings


def merge_policy(settings: Settings) -> MergePolicy:
    """Return the policy; without a choice, what serves products in its order, then Medusa."""
    usual = {
        field: (
            *(
                SourceRule(source.source_name, source.usual_reach(field))
                for source in settings.content_for("products")
            ),
            SourceRule(MEDUSA),
        )
        for field in Field
    }
    return MergePolicy(
        rules={**usual, **settings.merge.rules()},
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
