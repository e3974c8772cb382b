"""An operator learns what the catalogue lacks, all of it, and nothing that is not so."""

from dataclasses import replace

import pytest

from bff.domain.commerce import Handle
from bff.domain.content import ProductContent, ProductRef, ProductReferences
from bff.domain.coverage import DocumentState, Kind, Lack, Report
from bff.domain.merge_policy import Field
from bff.domain.storefront import AddonStatus
from bff.errors import (
    UnknownMarket,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.operations.coverage import found
from bff.ports import Listed, MatchBy
from tests.catalog.fakes import DE, EN, MARKETS, document, pid, policy_over
from tests.operations.coverage_shop import (
    Everything,
    Library,
    Pauses,
    Watcher,
    library,
    looked_through,
    store,
    written,
)

MANY = tuple(f"p{number:03}" for number in range(250))


def addons(report: Report, status: AddonStatus) -> list[tuple[str, str]]:
    faulty = report.addons_that_are(status)
    return [(one.named.handle, one.named.target.key) for one in faulty]


async def test_a_shop_in_which_nothing_is_missing() -> None:
    """No finding of any kind, except for what nobody wrote at all."""
    report = await looked_through(store("tee"), library(document("tee")))

    assert report.products == 1
    assert found(report) == {Kind.LOCALES}  # the fakes have titles and no more
    assert report.missing[Field.TITLE] == {EN: (), DE: ()}
    assert report.missing[Field.DESCRIPTION] == {EN: ("tee",), DE: ("tee",)}


async def test_products_without_content() -> None:
    """Whether there is no document or nothing in it; by handle, whatever came first."""
    report = await looked_through(
        store("tee", "hat", "cap"), library(document("tee"), written("cap"))
    )

    assert {gap.handle: gap.lacks for gap in report.lacking()} == {
        "cap": {"sanity": Lack.NO_TEXT},
        "hat": {"sanity": Lack.NO_DOCUMENT},
    }
    assert [gap.handle for gap in report.lacking()] == ["cap", "hat"]


async def test_content_of_two_systems() -> None:
    """One that has text is enough; what each of them lacks is told, too."""
    report = await looked_through(
        store("tee", "hat"), library(document("tee")), library(written("tee"), name="strapi")
    )

    assert [gap.handle for gap in report.lacking()] == ["hat"]
    assert report.without("strapi", Lack.NO_TEXT) == ("tee",)
    assert report.without("strapi", Lack.NO_DOCUMENT) == ("hat",)
    assert report.without("sanity", Lack.NO_DOCUMENT) == ("hat",)


async def test_languages() -> None:
    """Medusa's own language is there by itself, another one where somebody wrote it."""
    cms = library(document("tee"), written("hat", en="Hat"))

    report = await looked_through(store("tee", "hat"), cms)
    only_english = await looked_through(store("tee", "hat"), cms, locales=[EN])

    assert report.missing[Field.TITLE] == {EN: (), DE: ("hat",)}
    assert only_english.missing[Field.TITLE] == {EN: ()}


async def test_languages_that_medusa_translates() -> None:
    """What it does not tell is not called missing, and said to be so."""
    report = await looked_through(store("tee"), library(), translated=frozenset([DE]))

    assert report.missing[Field.TITLE] == {EN: (), DE: ()}
    assert report.translated == (DE,)


async def test_prices() -> None:
    """Every variant in every market; that of a market's first country stands for all."""
    shop = store("tee", "hat")
    shop.unpriced = {("hat", "JPY"), ("hat", "USD"), ("tee", "EUR")}

    report = await looked_through(shop)

    assert [(one.handle, one.region_id, one.variant) for one in report.prices] == [
        ("hat", "reg_jp", "variant_prod_hat"),
        ("hat", "reg_us", "variant_prod_hat"),
        ("tee", "reg_eu", "variant_prod_tee"),
    ]


async def test_markets_without_a_country() -> None:
    """Prices cannot be asked for there; the report says so instead of keeping quiet."""
    shop = store("tee")
    shop.markets_there = (replace(MARKETS[0], countries=()), MARKETS[1])
    shop.unpriced = {("tee", "EUR")}

    report = await looked_through(shop)

    assert report.unasked == ("Europe",)
    assert [market.name for market in report.markets] == ["Japan"]
    assert report.prices == ()


async def test_a_shop_without_markets() -> None:
    """Nothing can be sold there: an error, not an empty report."""
    shop = store("tee")
    shop.markets_there = ()

    with pytest.raises(UnknownMarket, match="no market serves any country"):
        await looked_through(shop)


STRAYS = (document("tee"), document("ghost"), document("draft"))


async def test_documents_whose_product_may_be_gone() -> None:
    """Nobody can tell without a look at what is not sold: so no alarm is raised."""
    report = await looked_through(store("tee"), library(*STRAYS))

    assert [(one.document_id, one.state) for one in report.strays] == [
        ("doc_draft", DocumentState.UNSOLD_OR_GONE),
        ("doc_ghost", DocumentState.UNSOLD_OR_GONE),
    ]
    assert not report.tells_gone
    assert report.orphans() == ()


async def test_documents_whose_product_is_gone() -> None:
    """With a look at what is not sold it is certain."""
    everything = Everything({"prod_draft": "draft", "prod_tee": "published"})

    report = await looked_through(store("tee"), library(*STRAYS), whole_shop=everything)

    assert [(one.document_id, one.state, one.status) for one in report.strays] == [
        ("doc_draft", DocumentState.UNSOLD, "draft"),
        ("doc_ghost", DocumentState.GONE, None),
    ]
    assert everything.asked == [(("prod_ghost", "prod_draft"), MatchBy.ID)]


async def test_documents_that_name_no_product() -> None:
    """They are nobody's; that they are drafts of a product cannot be."""
    nameless = Listed("doc_x", ProductRef(handle=Handle("tee")))

    report = await looked_through(store("tee"), library(copies=[nameless]))

    assert [(one.document_id, one.state) for one in report.orphans()] == [
        ("doc_x", DocumentState.NAMELESS)
    ]


async def test_several_documents_for_one_product() -> None:
    """Named by the product's handle; the same document listed twice is no fault."""
    tee = ProductRef(pid("tee"))
    copies = [Listed("doc_tee", tee), Listed("doc_copy", tee)]
    ghosts = [Listed(name, ProductRef(pid("ghost"))) for name in ("a", "b")]

    report = await looked_through(
        store("tee"), library(document("tee"), copies=[*copies, *ghosts], page=2)
    )

    assert [(one.product, one.documents) for one in report.duplicates] == [
        ("prod_ghost", ("a", "b")),
        ("tee", ("doc_tee", "doc_copy")),
    ]
    assert len(report.strays) == 2


async def test_a_document_for_each_language() -> None:
    """They are one product's and no duplicates; two in one language are."""
    tee = ProductRef(pid("tee"))
    languages = [Listed("en", tee, EN), Listed("de", tee, DE), Listed("de-2", tee, DE)]

    report = await looked_through(store("tee"), library(copies=languages))

    assert [one.documents for one in report.duplicates] == [("de", "de-2")]
    assert report.strays == ()


async def test_documents_known_by_handle() -> None:
    """Content, orphans and addons alike, where editors know handles only."""
    listed = ProductReferences(
        {None: (ProductRef(handle=Handle("cap")), ProductRef(handle=Handle("ghost")))}
    )
    tee = ProductContent(
        ProductRef(handle=Handle("tee")), "doc_tee", document("tee").fields, (listed,)
    )
    ghost = replace(tee, product=ProductRef(handle=Handle("ghost")), document_id="doc_ghost")
    cms = library(tee, ghost, matches_by=MatchBy.HANDLE)
    everything = Everything({})

    report = await looked_through(store("tee", "cap"), cms, whole_shop=everything)

    assert [gap.handle for gap in report.lacking()] == ["cap"]
    assert [one.product for one in report.orphans()] == ["ghost"]
    assert everything.asked == [(("ghost",), MatchBy.HANDLE)]
    assert addons(report, AddonStatus.UNPUBLISHED) == [("tee", "ghost")]


async def test_addons() -> None:
    """Those that are sold are no fault, be they on a page that comes later."""
    cms = library(
        document("p000", addons=["p249", "gone", "draft"]), document("draft"), document("p249")
    )

    report = await looked_through(store(*MANY), cms)

    assert addons(report, AddonStatus.DANGLING) == [("p000", "prod_gone")]
    assert addons(report, AddonStatus.UNPUBLISHED) == [("p000", "prod_draft")]


async def test_addons_whose_document_is_lost() -> None:
    """Neither id nor handle is known: nobody can be asked, and it leads nowhere."""
    lost = ProductReferences({None: (ProductRef(document_id="doc_lost"),)})
    tee = replace(document("tee"), addons=(lost,))

    report = await looked_through(store("tee"), library(tee))

    assert addons(report, AddonStatus.DANGLING) == [("tee", "doc_lost")]


async def test_addons_that_prove_themselves() -> None:
    """A reference by handle from a system that knows ids: only a document tells that handle."""
    by_handle = ProductReferences({None: (ProductRef(handle=Handle("old"), document_id="d"),)})
    tee = replace(document("tee"), addons=(by_handle,))

    report = await looked_through(store("tee"), library(tee))

    assert addons(report, AddonStatus.UNPUBLISHED) == [("tee", "old")]


async def test_addons_of_two_systems() -> None:
    """Each one's own documents tell what became of its addons."""
    sanity = library(document("tee", addons=["hat"]), document("hat"))
    strapi = library(document("tee", addons=["hat"]), name="strapi")

    report = await looked_through(store("tee"), sanity, strapi)

    assert [(one.named.source, one.status) for one in report.addons] == [
        ("sanity", AddonStatus.UNPUBLISHED),
        ("strapi", AddonStatus.DANGLING),
    ]


async def test_what_a_large_catalogue_costs() -> None:
    """Per hundred products a call for each market, and one to each content system."""
    shop, sanity = store(*MANY), library(*map(document, MANY))
    strapi = library(name="strapi")

    await looked_through(shop, sanity, strapi)

    assert shop.operations() == ["markets", *["newest", "products", "products"] * 3]
    assert [len(asked.keys) for asked in shop.calls if asked.operation == "products"] == [
        *(100, 100, 100, 100),
        *(50, 50),
    ]
    assert [asked.operation for asked in sanity.calls] == [*["contents"] * 3, "listed"]
    assert [asked.operation for asked in strapi.calls] == [*["contents"] * 3, "listed"]
    assert shop.busiest == 1


async def test_what_findings_cost() -> None:
    """What is not sold is asked for once more, and only that; then its documents."""
    shop = store("tee")
    cms = library(document("tee", addons=["gone", "ghost"]), document("ghost"))

    await looked_through(shop, cms)

    again = [asked.keys for asked in shop.calls if asked.operation == "products"][2:]
    assert again == [("prod_ghost",), ("prod_gone", "prod_ghost")]
    assert [asked.keys for asked in cms.calls] == [
        ("prod_tee",),
        ("",),
        ("prod_gone", "prod_ghost"),
    ]


async def test_only_offers_are_asked_for_in_other_markets() -> None:
    """Texts are the same there, and Medusa's time is scarce."""
    shop = store("tee")

    await looked_through(shop)

    wishes = [asked.wish for asked in shop.calls if asked.wish]
    assert [wish.text for wish in wishes] == [True, False, False]
    assert [wish.pricing.country for wish in wishes if wish.pricing] == ["AT", "JP", "US"]


async def test_products_that_leave_while_one_reads() -> None:
    """What comes after them moves up: it is not passed by."""
    shop = store(*MANY)
    shop.leaving = ["p000", "p001"]

    report = await looked_through(shop)

    assert report.products == 250  # the two were still there when they were read


async def test_products_that_come_while_one_reads() -> None:
    """Their documents are no orphans, and whoever moves to the next page is not counted twice."""
    shop, cms = store("tee"), library(document("tee"), document("new"))

    class Adding(Watcher):
        def __call__(self, what: str, done: int, total: int | None) -> None:
            super().__call__(what, done, total)
            shop.handles = {Handle("new"): pid("new"), **shop.handles}

    report = await looked_through(shop, cms, watcher=Adding())

    assert report.products == 1
    assert report.strays == ()


async def test_progress() -> None:
    """Whoever watches sees how far it is."""
    watcher = Watcher()

    await looked_through(store(*MANY), library(document("p000"), page=1), watcher=watcher)

    assert watcher.told == [
        ("products", 100, 250),
        ("products", 200, 250),
        ("products", 250, 250),
        ("documents", 1, None),
    ]


async def test_an_empty_shop() -> None:
    """Nothing is sold, and nothing is missing of it."""
    report = await looked_through(store(), library())

    assert report.products == 0
    assert found(report) == frozenset()


PASSING: list[tuple[UpstreamError, float]] = [
    (UpstreamTimeout("x", "y"), 1),
    (UpstreamUnavailable("x", "y"), 1),
    (UpstreamUnavailable("x", "y", retry_after=7), 7),
    (UpstreamUnavailable("x", "y", retry_after=0), 0),
    (UpstreamUnavailable("x", "y", retry_after=3600), 60),
    (UpstreamMalformed("x", "y"), 1),
]


@pytest.mark.parametrize(("failure", "seconds"), PASSING)
@pytest.mark.parametrize("fails", ["medusa", "sanity"])
async def test_a_failure_in_passing(failure: UpstreamError, seconds: float, fails: str) -> None:
    """The call is made once more after a pause, and the report is whole."""
    shop, cms = store("tee"), library(document("tee"))
    failing = shop if fails == "medusa" else cms
    failing.traffic.fail(failure)
    pauses = Pauses(failing)

    report = await looked_through(shop, cms, pauses=pauses)

    assert pauses.seconds == [seconds]
    assert report.lacking() == ()


@pytest.mark.parametrize("fails", ["medusa", "sanity"])
async def test_a_failure_that_stays(fails: str) -> None:
    """There is no half report that looks whole."""
    shop, cms = store("tee"), library(document("tee"))
    failure = UpstreamUnavailable(fails, "y")
    (shop if fails == "medusa" else cms).traffic.fail(failure)
    pauses = Pauses()

    with pytest.raises(UpstreamUnavailable) as raised:
        await looked_through(shop, cms, pauses=pauses)

    assert raised.value is failure
    assert len(pauses.seconds) == 1


async def test_a_refusal() -> None:
    """Asking again would not help."""
    shop = store("tee")
    shop.traffic.fail(UpstreamRejected("medusa", "newest", status=400))
    pauses = Pauses()

    with pytest.raises(UpstreamRejected):
        await looked_through(shop, pauses=pauses)

    assert pauses.seconds == []


async def test_failures_of_two_sources_at_once() -> None:
    """One of them is told, plainly; the other one's read is not left behind."""
    shop, cms = store("tee"), library(document("tee"))
    gate = shop.traffic.hold(pid("tee"))
    cms.traffic.fail(UpstreamRejected("sanity", "contents", status=401))

    with pytest.raises(UpstreamRejected):
        await looked_through(shop, cms)

    assert shop.traffic.ended_early == 1
    gate.set()


async def test_a_list_without_end() -> None:
    """A content system that sends one round in circles is out of order."""
    cms = Library({"prod_tee": document("tee")}, has_end=False)

    with pytest.raises(UpstreamMalformed, match="the list has no end"):
        await looked_through(store("tee"), cms)


async def test_every_call_has_its_own_time() -> None:
    """A large catalogue takes long, and a single call may not."""
    shop = store("tee")

    await looked_through(shop)

    assert {asked.call.deadline for asked in shop.calls} == {1030.0}


async def test_addons_that_the_policy_does_not_ask_for() -> None:
    """Shoppers never see them, so they are no fault."""
    cms = library(document("tee", addons=["gone"]))
    rules = {**policy_over("sanity").rules, Field.ADDONS: ()}

    report = await looked_through(
        store("tee"), cms, policy=replace(policy_over("sanity"), rules=rules)
    )

    assert report.addons == ()
