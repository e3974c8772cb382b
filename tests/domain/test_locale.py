from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.locale import (
    MAX_TAG_LENGTH,
    Language,
    Locale,
    Locales,
    LocaleTags,
    language_for,
    lenient_locale,
    negotiate,
    parse_locale,
    truncations,
)

EN, DE, ES, ES_419, ES_MX = map(Locale, ("en", "de", "es", "es-419", "es-MX"))
SHOP = Locales(default=EN, supported=(EN, DE, ES))

# Well-formed by construction: language, script, region, variant, extension, private use.
TAGS = (
    st.builds(
        lambda *subtags: "-".join(filter(None, subtags)),
        st.sampled_from(("en", "de", "gsw", "zh-yue", "abcd")),
        st.sampled_from(("", "Latn", "hant")),
        st.sampled_from(("", "DE", "us", "419")),
        st.sampled_from(("", "1996", "rozaj-biske")),
        st.sampled_from(("", "u-co-phonebk", "a-bb-cc")),
        st.sampled_from(("", "x-a", "x-a-b", "x-a-b-c", "x-one-b-two")),
    )
    .filter(lambda text: len(text) <= MAX_TAG_LENGTH)
    .map(parse_locale)
)
LOCALES = st.sampled_from([Locale(tag) for tag in ("en", "en-GB", "es", "es-419", "es-MX", "pt")])
SHOPS = st.builds(
    Locales,
    default=LOCALES,
    supported=st.lists(LOCALES, unique=True).map(tuple),
    parents=st.dictionaries(LOCALES, LOCALES),
)


def locales(*tags: str) -> tuple[Locale, ...]:
    return tuple(map(Locale, tags))


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("DE-at", "de-AT"),
        ("de-latn-de", "de-Latn-DE"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("zh-YUE-hk", "zh-yue-HK"),
        ("sl-ROZAJ-Biske-1994", "sl-rozaj-biske-1994"),
        ("de-DE-1996", "de-DE-1996"),
        ("de-DE-U-co-PhoneBk", "de-DE-u-co-phonebk"),
        ("zh-Hant-CN-x-Private1-PRIVATE2", "zh-Hant-CN-x-private1-private2"),
        ("en-x-de", "en-x-de"),  # after a singleton even two letters are no region
        ("gsw", "gsw"),
        ("language", "language"),
    ],
)
def test_well_formed_tags_get_their_canonical_spelling(text: str, tag: str) -> None:
    """However a storefront spells a language, it is one language."""
    assert parse_locale(text) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "d",
        "languages",  # nine letters
        "de-",
        "-de",
        "de--AT",
        " de",
        "de ",
        "de\n",
        "de\0",
        "de_AT",
        "de-AT_x",
        "de-A",
        "de-abcdefghi",
        "de-DE-AT",
        "de-AT-Latn",  # the script comes before the region
        "de-Latn-Cyrl",
        "de-41",
        "de-4199-u",
        "en-u",
        "en-x",
        "en-x-abcdefghi",
        "en-a-x-y",
        "1e",
        "*",
        "de;q=1",
        "de,en",
        "../de",
        "d\u00e9",
        "\u0434\u0435",
        "\uff44\uff45",  # full-width "de"
        "\u0130s",  # a capital whose lower case is longer
        "\u212aa",  # the Kelvin sign, whose lower case is an ASCII k
        "de-\u0661\u0662\u0663",  # digits, but not ASCII's
        "\ud800",
        "de-\udfff",
        "de" * 5_000,
        "de-" * 3_500,
        "en-x" + "-abcdefgh" * 4,  # well-formed, but longer than anybody needs
    ],
)
def test_malformed_tags_are_refused(text: str) -> None:
    """Nonsense is told apart from a language that the shop merely does not speak."""
    assert parse_locale(text) is None


@pytest.mark.parametrize(
    ("length", "accepted"), [(MAX_TAG_LENGTH, True), (MAX_TAG_LENGTH + 1, False)]
)
def test_the_longest_tag_has_thirty_five_characters(length: int, accepted: bool) -> None:
    """A tag as long as RFC 5646 makes everybody hold is understood, a longer one is not."""
    text = "en-x-abcdefgh-abcdefgh-abcdefgh-".ljust(length, "a")

    assert MAX_TAG_LENGTH == 35
    assert (parse_locale(text) == text) is accepted


@given(st.text(max_size=40))
def test_any_text_is_a_tag_or_refused(text: str) -> None:
    """No input breaks the parser, and what it accepts it accepts again unchanged."""
    tag = parse_locale(text)

    assert tag is None or parse_locale(tag) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("pt_BR", "pt-BR"),
        (" EN ", "en"),
        ("de-at", "de-AT"),
        ("zh_hant_TW", "zh-Hant-TW"),
        ("\tfr\n", "fr"),
        ("", None),
        ("  ", None),
        ("de AT", None),
        ("english please", None),
        (None, None),
        (7, None),
        (["de"], None),
    ],
)
def test_editors_may_spell_languages_loosely(text: object, tag: str | None) -> None:
    """An editor's `pt_BR` is Brazilian Portuguese; what is no language is nothing."""
    assert lenient_locale(text) == tag


@pytest.mark.parametrize(
    ("tag", "shorter"),
    [
        ("de", ["de"]),
        ("de-AT", ["de-AT", "de"]),
        ("de-Latn-DE", ["de-Latn-DE", "de-Latn", "de"]),
        ("zh-Hant-TW", ["zh-Hant-TW", "zh-Hant", "zh"]),
        (
            "zh-Hant-CN-x-private1-private2",  # the example of RFC 4647 section 3.4
            [
                "zh-Hant-CN-x-private1-private2",
                "zh-Hant-CN-x-private1",
                "zh-Hant-CN",
                "zh-Hant",
                "zh",
            ],
        ),
        ("de-DE-u-co-phonebk", ["de-DE-u-co-phonebk", "de-DE-u-co", "de-DE", "de"]),
        ("zh-Hant-x-a", ["zh-Hant-x-a", "zh-Hant", "zh"]),
        ("de-x-a-b", ["de-x-a-b", "de"]),
        ("de-x-one-b-two", ["de-x-one-b-two", "de-x-one", "de"]),
        ("de-a-bb-x-c", ["de-a-bb-x-c", "de-a-bb", "de"]),
    ],
)
def test_lookup_truncates_from_the_right(tag: str, shorter: list[str]) -> None:
    """A precise wish is tried first, then ever less of it; no form ends in a single letter."""
    assert truncations(Locale(tag)) == locales(*shorter)


@given(TAGS)
def test_every_shorter_form_is_a_tag_of_the_same_language(tag: Locale) -> None:
    """Whatever is looked up is a well-formed beginning of what was asked for."""
    forms = truncations(tag)

    assert forms[0] == tag
    assert "-" not in forms[-1]
    assert [parse_locale(form) for form in forms] == list(forms)
    assert all(long.startswith(f"{short}-") for long, short in pairwise(forms))


@pytest.mark.parametrize(
    ("requested", "chain"),
    [
        ("en", "en"),
        ("de", "de en"),
        ("de-AT", "de en"),
        ("de-Latn-DE", "de en"),
        ("es-MX", "es en"),
        ("en-GB", "en"),
        ("it", "en"),
        ("de-x-a", "de en"),
        ("deu", "en"),  # no prefix match: three letters are another subtag
    ],
)
def test_a_language_falls_back_to_less_of_itself_then_to_the_default(
    requested: str, chain: str
) -> None:
    """An Austrian reads German where there is no Austrian, and the default where neither is."""
    expected = locales(*chain.split())

    answer = language_for(Locale(requested), SHOP)

    assert answer == Language(Locale(requested), expected[0], expected)


def test_all_forms_of_a_language_are_tried_in_turn() -> None:
    """Taiwanese text comes first, then traditional script, then any Chinese, then the default."""
    shop = Locales(EN, locales("zh", "en", "zh-Hant-TW", "zh-Hant", "zh-Hans"))

    answer = language_for(Locale("zh-Hant-TW"), shop)

    assert answer.chain == locales("zh-Hant-TW", "zh-Hant", "zh", "en")


def test_without_a_wish_the_default_language_answers() -> None:
    """A storefront that names no language gets the shop's own, and not as a fallback."""
    assert language_for(None, SHOP) == Language(EN, EN, (EN,))


def test_the_default_answers_even_when_it_is_not_listed() -> None:
    """A shop that lists only its other languages still ends in its default."""
    assert language_for(DE, Locales(EN, (DE,))).chain == (DE, EN)


@pytest.mark.parametrize(
    ("requested", "supported", "parents", "chain"),
    [
        ("es-MX", "es-MX es es-419 en", {"es-MX": "es-419"}, "es-MX es es-419 en"),
        ("es-MX", "es-MX es-419 en", {"es-MX": "es-419"}, "es-MX es-419 en"),
        ("es-MX", "es-419 en", {"es-MX": "es-419"}, "es-419 en"),
        ("es-MX", "pt en", {"es-MX": "es-419", "es-419": "pt"}, "pt en"),
        ("es-MX", "es en", {"es-MX": "es-419", "es-419": "es"}, "es en"),
        ("es-MX", "es-419 pt en", {"es": "pt", "es-MX": "es-419"}, "es-419 pt en"),
        ("gsw-CH", "de en", {"gsw": "de-CH"}, "de en"),
        ("es", "es es-419 en", {"es-MX": "es-419"}, "es en"),
        ("en", "en es", {"en": "es"}, "en es"),
    ],
    ids=str,
)
def test_configured_parents_stand_in_before_the_default(
    requested: str, supported: str, parents: dict[str, str], chain: str
) -> None:
    """A Mexican reads Spanish, then Latin American Spanish, and only then the default."""
    shop = Locales(
        EN,
        locales(*supported.split()),
        {Locale(child): Locale(parent) for child, parent in parents.items()},
    )

    assert language_for(Locale(requested), shop).chain == locales(*chain.split())


@pytest.mark.parametrize(
    ("requested", "chain"),
    [
        # As configured, and with what a browser may add to it.
        ("es-MX", "es-MX es es-419 en"),
        ("es-MX-u-nu-latn", "es-MX es es-419 en"),
        ("es-MX-x-shop", "es-MX es es-419 en"),
        ("es-Latn-MX", "es en"),  # not a longer form of es-MX: the script stands between
        ("es-AR", "es en"),  # another region has no parent of its own
        ("es-419", "es-419 es en"),
        # Script and region.
        ("zh-Hant-TW", "zh-Hant zh en"),
        ("zh-Hant-HK", "zh-Hant zh en"),
        ("zh-Hant-HK-u-co-stroke", "zh-Hant zh en"),
        ("zh-Hans-CN", "zh en"),
        ("zh-TW", "zh zh-Hant en"),
        ("zh", "zh en"),
        # A parent of a parent, past one that the shop does not speak.
        ("gsw-CH-1996", "de en"),
        ("gsw-x-bern", "de en"),
        # A parent is looked up in ever shorter forms too.
        ("nds", "de en"),
        # Three-letter languages, extended ones, and what nobody speaks.
        ("yue-Hant-HK", "zh-Hant zh en"),
        ("zh-yue-HK", "zh en"),
        ("deu", "en"),
        ("tlh", "en"),
        # The default's own parent stands behind it: the default is what everybody reads.
        ("en", "en de"),
        ("en-GB-oxendict", "en de"),
    ],
)
def test_a_shop_of_many_languages_answers_every_wish(requested: str, chain: str) -> None:
    """The table of RFC 4647 lookups, with parents: own forms, then parents, then the default."""
    shop = Locales(
        EN,
        locales("en", "de", "es", "es-MX", "es-419", "zh", "zh-Hant"),
        {
            Locale("es-MX"): ES_419,
            Locale("gsw"): Locale("gsw-CH"),
            Locale("gsw-CH"): DE,
            Locale("nds"): Locale("de-DE-1996"),
            Locale("zh-TW"): Locale("zh-Hant"),
            Locale("yue"): Locale("zh-Hant-HK"),
            EN: DE,
        },
    )
    tag = parse_locale(requested)
    assert tag == requested

    answer = language_for(tag, shop)

    assert answer.chain == locales(*chain.split())
    assert answer.applied == answer.chain[0]


@pytest.mark.parametrize(
    "parents",
    [
        {ES_MX: ES_MX},
        {ES_MX: ES_419, ES_419: ES_MX},
        {ES_MX: ES_419, ES_419: ES, ES: ES_MX},
        {ES_MX: ES_419, ES: ES_419},
    ],
)
def test_parents_in_a_circle_end(parents: dict[Locale, Locale]) -> None:
    """A circle in the settings costs nobody an answer, and no language is tried twice."""
    shop = Locales(EN, (ES_MX, ES_419, ES, EN), parents)

    chain = language_for(ES_MX, shop).chain

    assert chain[:2] == (ES_MX, ES)
    assert chain[-1] == EN
    assert len(set(chain)) == len(chain)


@given(LOCALES, SHOPS)
def test_a_chain_ends_somewhere_for_every_wish(requested: Locale, shop: Locales) -> None:
    """Whatever the settings, a chain has configured languages only, each once, the default too."""
    answer = language_for(requested, shop)

    assert answer.applied == answer.chain[0]
    assert answer.requested == requested
    assert shop.default in answer.chain
    assert set(answer.chain) <= {*shop.supported, shop.default}
    assert len(set(answer.chain)) == len(answer.chain)


@pytest.mark.parametrize(
    ("locale", "is_fallback"), [("de-AT", False), ("de", True), ("en", True), (None, False)]
)
def test_only_another_language_is_a_fallback(locale: Locale | None, is_fallback: bool) -> None:
    """German for an Austrian is a fallback; what belongs to no language never is."""
    assert language_for(Locale("de-AT"), SHOP).is_fallback(locale) is is_fallback


@pytest.mark.parametrize(
    ("header", "requested"),
    [
        ("de", "de"),
        ("DE-at", "de-AT"),
        ("de, es", "de"),
        ("es, de", "es"),
        ("es;q=0.5, de;q=0.8", "de"),
        ("es;q=0.8, de", "de"),
        ("es;q=0.501, de;q=0.5", "es"),
        ("es;q=0.5, de;q=0.5", "es"),
        ("de ; q=0.8 , es;Q=0.9", "es"),
        ("de\t;\tq=1.000,es", "de"),
        ("de;q=1.,es", "de"),
        # Not spoken here: the next wish, or the first when there is none.
        ("it, de;q=0.5", "de"),
        ("it, pt, de-CH;q=0.1", "de-CH"),
        ("it;q=0.5, pt", "pt"),
        # Zero is "not this one".
        ("de;q=0, es;q=0.1", "es"),
        ("de;q=0.000", None),
        ("it, de;q=0", "it"),
        # The asterisk is no language.
        ("*", None),
        ("*, de;q=0.1", "de"),
        ("it, *;q=0.5", "it"),
        ("*;q=0", None),
        # Malformed weights are no wish.
        ("de;q=2, es;q=0.1", "es"),
        ("de;q=1.001, es;q=0.1", "es"),
        ("de;q=-1, es;q=0.1", "es"),
        ("de;q=0.1234, es;q=0.1", "es"),
        ("de;q=.9, es;q=0.1", "es"),
        ("de;q=, es;q=0.1", "es"),
        ("de;q=high, es;q=0.1", "es"),
        ("de;q=nan, es;q=0.1", "es"),
        ("de;q=1e0, es;q=0.1", "es"),
        ("de;q=\u0661, es;q=0.1", "es"),
        ("de;level=1, es;q=0.1", "es"),
        ("de;q=0.9;q=0.9, es;q=0.1", "es"),
        # Malformed ranges neither.
        ("de_AT, es;q=0.1", "es"),
        ("\ud800, es;q=0.1", "es"),
        ("<script>, es;q=0.1", "es"),
        (",,;,;q=1, es;q=0.1", "es"),
        ("", None),
        (",", None),
        ("english please", None),
        ("de-" * 3_500, None),
        ("x" * 10_000 + ", de;q=0.5", "de"),
        ("de;q=" + "1" * 10_000, None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_browsers_wishes_choose_the_language(header: str, requested: str | None) -> None:
    """The best wish that the shop can serve wins; a header of nonsense is no wish."""
    assert negotiate(header, SHOP) == requested


def test_a_wish_is_served_through_a_configured_parent() -> None:
    """A shop that sends Swiss German to German serves it before the second wish."""
    shop = Locales(EN, (EN, DE, ES), {Locale("gsw"): DE})

    assert negotiate("gsw-CH, es;q=0.9", shop) == "gsw-CH"


def test_an_endless_header_is_read_up_to_its_twentieth_wish() -> None:
    """Ten kilobytes of languages cost no more than twenty; the rest is not looked at."""
    wishes = [f"{first}{second}" for first in "qrstu" for second in "qrst"]

    assert negotiate(",".join([*wishes[:19], "de"]), SHOP) == "de"
    assert negotiate(",".join([*wishes[:20], "de"]), SHOP) == wishes[0]
    assert negotiate(",".join([*wishes] * 200), SHOP) == wishes[0]


@given(st.text(max_size=200))
def test_no_header_breaks_the_negotiation(header: str) -> None:
    """Whatever a client sends, the answer is a well-formed language or none."""
    tag = negotiate(header, SHOP)

    assert tag is None or parse_locale(tag) == tag


# --- what an upstream calls a language --------------------------------------------------------

TAGS_OF_CMS = LocaleTags({DE: "de-DE", ES_MX: "es_MX", Locale("zh-Hant"): "zh-TW"})


@pytest.mark.parametrize(
    ("ours", "theirs"), [("de", "de-DE"), ("es-MX", "es_MX"), ("zh-Hant", "zh-TW"), ("fr", "fr")]
)
def test_an_upstream_is_asked_in_its_own_spelling(ours: str, theirs: str) -> None:
    """A shop's German may be `de-DE` there; what is not configured is written as it is."""
    assert TAGS_OF_CMS.theirs(Locale(ours)) == theirs


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("de-DE", "de"),
        ("DE-de", "de"),
        (" de_DE ", "de"),
        ("es_MX", "es-MX"),
        ("es-mx", "es-MX"),
        ("zh-TW", "zh-Hant"),
        # Not configured: the language that it names.
        ("fr", "fr"),
        ("pt_br", "pt-BR"),
        ("de-AT", "de-AT"),
        # No language.
        ("", None),
        ("i18n", None),
        ("english please", None),
        (None, None),
        (7, None),
        (["de-DE"], None),
        ({"de": 1}, None),
    ],
)
def test_what_an_upstream_calls_a_language_is_ours(theirs: object, ours: str | None) -> None:
    """Tags are alike in any letter case (RFC 5646 section 2.1.1), with hyphen or underscore."""
    assert TAGS_OF_CMS.ours(theirs) == ours


def test_without_configuration_tags_are_what_they_say() -> None:
    """Nothing to configure where both sides spell languages alike."""
    assert LocaleTags().theirs(ES_MX) == "es-MX"
    assert LocaleTags().ours("es_mx") == ES_MX


@given(TAGS.filter(lambda tag: tag is not None))
def test_every_language_comes_back_as_it_went(tag: Locale) -> None:
    """What we ask for under their tag is read back as the same language."""
    tags = LocaleTags({tag: f"{tag}-x-cms"})

    assert tags.ours(tags.theirs(tag)) == tag
    assert LocaleTags().ours(LocaleTags().theirs(tag)) == tag
