"""Who may speak for which field: what the operator chose, and what is usual otherwise."""

from typing import assert_never

from bff.domain.commerce import MEDUSA
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergeOrder, MergePolicy, Reach, SourceRule
from bff.settings.model import ContentSettings, Settings
from bff.sources.sanity import SanitySettings


def merge_policy(settings: Settings) -> MergePolicy:
    """Return the policy; without a choice, the content systems in their order, then Medusa."""
    chosen = settings.merge.rules()
    usual = {
        field: (*(_usual_rule(source, field) for source in settings.content), SourceRule(MEDUSA))
        for field in Field
    }
    return MergePolicy(
        rules={**usual, **chosen},
        base_language=Locale(settings.medusa.base_language),
        order=MergeOrder(settings.merge.order),
        commerce=MEDUSA,
    )


def _usual_rule(source: ContentSettings, field: Field) -> SourceRule:
    match source:
        case SanitySettings():
            # A document's title in the shop's own language is a copy of Medusa's.
            reach = Reach.TRANSLATED if field is Field.TITLE else Reach.CHAIN
            return SourceRule(source.kind, reach)
        case _:
            assert_never(source)
