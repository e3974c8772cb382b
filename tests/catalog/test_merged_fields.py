"""What editors can see of texts that shoppers miss: by field, by language, by who was silent."""

from bff.catalog.merged_fields import count_degraded, count_fallbacks
from bff.domain.content import ContentFields
from bff.domain.storefront import Degraded
from bff.telemetry.metrics import REGISTRY
from tests.domain.merging import BARE, DE, EN, merged, plan_for, policy, titles

FALLBACKS = "bff_fallback_fields_total"
DEGRADED = "bff_degraded_fields_total"
Figures = dict[tuple[tuple[str, str], ...], float]


def figures(name: str) -> Figures:
    """Return all counts of a figure by their labels."""
    family = next(one for one in REGISTRY.collect() if one.name == name.removesuffix("_total"))
    return {tuple(sorted(one.labels.items())): one.value for one in family.samples}


class Counted:
    """What is counted from here on, by labels in the order of their names."""

    def __init__(self, name: str) -> None:
        self._name, self._before = name, figures(name)

    @property
    def more(self) -> dict[tuple[str, ...], float]:
        grown = (
            (labels, value - self._before.get(labels, 0.0))
            for labels, value in figures(self._name).items()
        )
        return {tuple(text for _, text in labels): by for labels, by in grown if by}


def test_a_text_in_another_language_is_counted() -> None:
    """A German sees an English title: the figure says that German lacks titles."""
    plan, counted = plan_for("de"), Counted(FALLBACKS)

    count_fallbacks(merged({"sanity": titles(en="Soft tee")}, plan, BARE), plan)

    assert counted.more == {("title", "de"): 1, ("seo.title", "de"): 1}


def test_a_text_in_the_own_language_is_not() -> None:
    """What was translated costs nobody anything."""
    plan, counted = plan_for("de"), Counted(FALLBACKS)
    count_fallbacks(merged({"sanity": titles(de="Hemd", en="Tee")}, plan, BARE), plan)

    assert counted.more == {("seo.title", "de"): 1}  # Medusa's, in English


def test_attributes_count_once() -> None:
    """However many a product has: one translator is missing."""
    fields = ContentFields(title="Tee", attributes={"wash": "Cold", "fit": "Slim"})
    plan, counted = plan_for("de"), Counted(FALLBACKS)

    count_fallbacks(
        merged({"sanity": {EN: fields, DE: ContentFields(title="Hemd")}}, plan, BARE), plan
    )

    assert counted.more[("attributes", "de")] == 1


def test_a_silent_source_is_counted_where_it_speaks_first() -> None:
    """Medusa's title stood in for the editors'; what others said before it is whole."""
    plan = plan_for("de", policy("contentful", "sanity", "medusa"))
    product = merged({"contentful": titles(de="Hemd")}, plan, BARE)
    counted = Counted(DEGRADED)

    count_degraded([product, product], plan, [Degraded("sanity", "UPSTREAM_TIMEOUT", "medusa")])

    assert counted.more == {
        ("subtitle", "de", "sanity"): 2,
        ("description", "de", "sanity"): 2,
        ("seo.title", "de", "sanity"): 2,
        ("seo.description", "de", "sanity"): 2,
        ("images", "de", "sanity"): 2,
        ("videos", "de", "sanity"): 2,
    }


def test_an_old_copy_has_spoken() -> None:
    """Its fields are there: nothing is counted for them."""
    plan, counted = plan_for("de"), Counted(DEGRADED)

    count_degraded(
        [merged({}, plan)], plan, [Degraded("sanity", "UPSTREAM_TIMEOUT", "copy", 60.0)]
    )

    assert not counted.more
