"""Who may speak for which field: what the operator chose, and what is usual otherwise."""

from bff.domain.commerce import MEDUSA
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergeOrder, MergePolicy, SourceRule
from bff.settings.model import Settings


def merge_policy(settings: Settings) -> MergePolicy:
    """Return the policy; without a choice, the content systems in their order, then Medusa."""
    usual = {
        field: (
            *(SourceRule(source.kind, source.usual_reach(field)) for source in settings.content),
            SourceRule(MEDUSA),
        )
        for field in Field
    }
    return MergePolicy(
        rules={**usual, **settings.merge.rules()},
        base_language=Locale(settings.medusa.base_language),
        order=MergeOrder(settings.merge.order),
        commerce=MEDUSA,
    )
