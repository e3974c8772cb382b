"""A tee, what content systems say about it, and plans by which to merge the two."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from bff.domain.commerce import (
    CommerceProduct,
    CountryCode,
    Handle,
    Image,
    Pricing,
    ProductId,
    ProductText,
    RegionId,
)
from bff.domain.content import (
    ContentFields,
    Film,
    Picture,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import (
    Field,
    MergeOrder,
    MergePlan,
    MergePolicy,
    Reach,
    SourceRule,
    merge_plan,
)
from bff.domain.money import CurrencyCode
from bff.domain.richtext import RichText, from_plain, to_text
from bff.domain.richtext_html import to_html
from bff.domain.storefront import ShopperContext, StorefrontProduct

EN, DE, ES, ES_MX, FR = map(Locale, ("en", "de", "es", "es-MX", "fr"))
SHOP = Locales(default=EN, supported=(EN, DE, ES, ES_MX))
TEE_ID, CAP_ID = map(ProductId, ("prod_tee", "prod_cap"))
FRONT, BACK, HERO = Image("front.jpg"), Image("back.jpg"), Image("hero.jpg", alt="Worn")
FRONT_PICTURE, HERO_PICTURE = Picture("front.jpg"), Picture("hero.jpg", {None: "Worn"})
"""The editor's pictures, which are shown as `FRONT` and `HERO`."""

Written = Mapping[Locale | None, ContentFields]
Documents = Mapping[str, Written | None]


def rich(text: str) -> RichText:
    """Return a description as plain text becomes one."""
    blocks = from_plain(text)
    return RichText(blocks, to_html(blocks), to_text(blocks))


TEE = ProductText(
    id=TEE_ID,
    handle=Handle("tee"),
    title="Tee",
    subtitle="Plain",
    description=rich("Soft."),
    thumbnail=None,
    images=(FRONT, BACK),
    variants=(),
    collection=None,
    categories=(),
    tags=(),
    attributes={"weight": 180},
)
BARE = replace(TEE, subtitle=None, description=None, images=(), attributes={})
"""A product of which Medusa knows the name only."""


def policy(*sources: SourceRule | str, order: MergeOrder = MergeOrder.SOURCE) -> MergePolicy:
    """Ask the same sources for every field; Medusa's text is English."""
    rules = tuple(rule if isinstance(rule, SourceRule) else SourceRule(rule) for rule in sources)
    return MergePolicy(dict.fromkeys(Field, rules), EN, order)


CMS_FIRST = policy("sanity", "medusa")
BY_LANGUAGE = policy("contentful", "sanity", "medusa", order=MergeOrder.LANGUAGE)
SYNCED = SourceRule("sanity", Reach.TRANSLATED)
SYNCED_FIRST = policy(SYNCED, "medusa")


def plan_for(
    tag: str, rules: MergePolicy = CMS_FIRST, *, shop: Locales = SHOP, translates: bool = False
) -> MergePlan:
    """Plan an answer to a shopper in Germany who wants to read `tag`."""
    pricing = Pricing(RegionId("reg_eu"), CountryCode("DE"), CurrencyCode("EUR"))
    context = ShopperContext(language_for(Locale(tag), shop), pricing)
    return merge_plan(rules, context, commerce_translates=translates)


def titles(**by_language: str) -> Written:
    """Write titles by language; `neutral` belongs to none, `es_MX` is Mexican Spanish."""
    return {
        None if tag == "neutral" else Locale(tag.replace("_", "-")): ContentFields(title=title)
        for tag, title in by_language.items()
    }


def content(written: Written, *addons: ProductId) -> ProductContent:
    """Return a document about the tee, with at most one group of addons."""
    listed = ProductReferences({None: tuple(map(ProductRef, addons))})
    return ProductContent(ProductRef(TEE_ID), "doc", written, (listed,) if addons else ())


def halves(documents: Documents, text: ProductText = TEE) -> Halves:
    """Return what is known of the tee; `None` is a content system without a document."""
    contents = {
        source: None if written is None else content(written)
        for source, written in documents.items()
    }
    return Halves(CommerceProduct(text, None), text, contents)


def merged(documents: Documents, plan: MergePlan, text: ProductText = TEE) -> StorefrontProduct:
    """Return the tee as the shopper is to see it."""
    return merge_product(halves(documents, text), plan)


# --- any product, under any policy ------------------------------------------------------------

_WORDS = st.sampled_from(("", "\t ", "Soft", "Slim"))
_MAYBE = st.none() | _WORDS
_ATTRIBUTES = st.dictionaries(st.sampled_from(("fit", "wash")), _WORDS | st.just(0), max_size=2)
REQUESTS = st.sampled_from(("en", "de", "es-MX", "it"))

TEXTS = st.builds(
    lambda subtitle, description, thumbnail, images, attributes: replace(
        TEE,
        subtitle=subtitle,
        description=description,
        thumbnail=thumbnail,
        images=images,
        attributes=attributes,
    ),
    _MAYBE,
    _MAYBE.map(lambda text: rich(text) if text else None),
    st.sampled_from((None, " ", "hero.jpg")),
    st.sampled_from(((), (FRONT, BACK))),
    _ATTRIBUTES,
)
_FIELDS = st.builds(
    ContentFields,
    title=_MAYBE,
    subtitle=_MAYBE,
    description=_WORDS.map(rich),
    seo_title=_MAYBE,
    seo_description=_MAYBE,
    images=st.sampled_from(((), (HERO_PICTURE,))),
    videos=st.sampled_from(((), (Film("worn.mp4"),))),
    attributes=_ATTRIBUTES,
)
_CONTENTS = st.builds(
    content, st.dictionaries(st.sampled_from((None, EN, DE, ES_MX)), _FIELDS)
) | st.builds(content, st.just({}), st.sampled_from((TEE_ID, CAP_ID)))
HALVES = st.builds(
    lambda text, contents: Halves(CommerceProduct(text, None), text, contents),
    TEXTS,
    st.dictionaries(st.sampled_from(("sanity", "contentful")), st.none() | _CONTENTS),
)


def _any_policy(rules: list[SourceRule], base_language: Locale, order: MergeOrder) -> MergePolicy:
    # A list of addons belongs to no language: the settings refuse to ask only for translations.
    addons = tuple(SourceRule(rule.source) for rule in rules)
    return MergePolicy(
        {**dict.fromkeys(Field, tuple(rules)), Field.ADDONS: addons}, base_language, order
    )


PLANS = st.builds(
    lambda tag, rules, translates: plan_for(tag, rules, translates=translates),
    REQUESTS,
    st.builds(
        _any_policy,
        st.lists(
            st.builds(
                SourceRule,
                st.sampled_from(("medusa", "sanity", "contentful")),
                st.sampled_from(Reach),
            ),
            max_size=4,
        ),
        st.sampled_from((EN, DE, FR)),
        st.sampled_from(MergeOrder),
    ),
    st.booleans(),
)
