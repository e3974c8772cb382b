"""What `bff check` tells an operator about settings that can be used as they are."""

from bff.settings import Settings, settings_notes

SECRET = "0123456789abcdef0123456789abcdef"
HOOK = "0123456789abcdef"
SANITY: dict[str, object] = {"kind": "sanity", "project_id": "demo1234", "webhook_secret": HOOK}
REDIS = "redis://me:hunter2@redis:6379"
STOREFRONT = {"kind": "storefront", "url": "https://shop.example/api", "secret": SECRET}


def notes(**variables: object) -> tuple[str, ...]:
    shop = {
        "medusa": {
            "url": "http://shop.example:9000",
            "publishable_key": "pk_1",
            "webhook_secret": HOOK,
        },
        "default_country": "DE",
        "locales": ["en", "de"],
        "redis_url": REDIS,
    }
    return settings_notes(Settings.model_validate(shop | variables))


def test_nothing_to_say() -> None:
    """A shop without drafts, and one whose preview is whole; all sources tell of changes."""
    assert notes(content=[SANITY]) == ()
    assert notes(content=[SANITY | {"preview_token": "sk"}], operators_secret=SECRET) == ()


def test_drafts_that_nobody_can_ask_for() -> None:
    """The sources by name, and which variable is missing."""
    old = SANITY | {"name": "old", "preview_token": "hunter2"}

    assert notes(content=[SANITY, old]) == (
        "old could show drafts; there is no preview without BFF_OPERATORS_SECRET",
    )


def test_a_preview_of_nothing() -> None:
    """The secret alone shows no draft."""
    assert notes(content=[SANITY], operators_secret=SECRET) == (
        "BFF_OPERATORS_SECRET is set, but no content system has a token for drafts: no preview",
    )


def test_languages_that_share_an_address() -> None:
    """Search engines would see one page in two languages."""
    shared = {"product": "/p/{handle}", "page": "/{locale}/{slug}"}

    assert notes(urls=shared) == ("BFF_URLS__PRODUCT has no {locale}: en, de share one address",)
    assert notes(urls=shared, locales=["en"]) == ()
    assert notes(urls={"product": {"*": "/p/{handle}", "de": "/de/{handle}"}}) == ()


DEAF: dict[str, object] = {"url": "http://shop.example:9000", "publishable_key": "pk_1"}


def test_nobody_tells_of_changes() -> None:
    """Then the sources are asked, and how often says how late an edit may show."""
    mute = SANITY | {"webhook_secret": None}

    assert notes(medusa=DEAF, content=[mute, SANITY | {"name": "old"}]) == (
        (
            "no webhook secret for medusa, sanity: what changes there is asked for every 60 "
            "seconds (BFF_RECONCILE_SECONDS)"
        ),
    )
    assert notes(medusa=DEAF, content=[SANITY], reconcile_seconds=0) == (
        (
            "no webhook secret for medusa, and BFF_RECONCILE_SECONDS is 0: what changes there "
            "shows when the cache has expired"
        ),
    )


def test_webhooks_that_may_be_lost() -> None:
    """Strapi and Medusa do not send one twice."""
    assert notes(content=[SANITY], reconcile_seconds=0) == (
        (
            "BFF_RECONCILE_SECONDS is 0: an edit whose webhook is lost shows when the cache has "
            "expired"
        ),
    )


def test_webhooks_that_reach_one_of_several() -> None:
    """Without Redis the other processes go on showing what was edited."""
    assert notes(content=[SANITY], redis_url=None) == (
        (
            "without BFF_REDIS_URL a webhook reaches one process only: fine for a single one, "
            "several need it"
        ),
    )


def test_channels_of_no_redis() -> None:
    """There is nothing to listen on."""
    silent = {"medusa": DEAF, "redis_url": None, "redis": {"channels": True}}

    assert notes(**silent)[1:] == ("BFF_REDIS__CHANNELS does nothing without BFF_REDIS_URL",)


def test_figures_in_public() -> None:
    """Only where others reach the address, and nothing keeps them apart."""
    assert notes(host="0.0.0.0", operations_port=9090) == ()
    assert notes(host="0.0.0.0") == (
        (
            "/metrics and /readyz are on port 8000, which others reach; BFF_OPERATIONS_PORT gives "
            "them one of their own"
        ),
    )


def test_a_target_that_will_hear_nothing() -> None:
    """Nobody tells the service what it should pass on."""
    assert notes(revalidate=[STOREFRONT]) == ()
    assert notes(medusa=DEAF, reconcile_seconds=0, revalidate=[STOREFRONT])[1:] == (
        (
            "BFF_REVALIDATE: nothing tells this service of changes, so it has none to pass on but "
            "those of `bff cache purge`"
        ),
    )


def test_browsers_that_no_purge_reaches() -> None:
    """A CDN forgets, a browser does not."""
    assert notes(revalidate=[STOREFRONT], cache={"browser_seconds": 30}) == (
        (
            "BFF_CACHE__BROWSER_SECONDS: no purge reaches browsers, which show what they have for "
            "30 seconds more"
        ),
    )


def test_no_note_holds_a_secret() -> None:
    """All that can be said at once."""
    everything = notes(
        medusa=DEAF | {"webhook_secret": None},
        content=[
            SANITY | {"token": "hunter2", "webhook_secret": None, "preview_token": "hunter2"}
        ],
        host="::",
        reconcile_seconds=0,
        revalidate=[STOREFRONT],
    )

    assert len(everything) == 4
    assert "hunter2" not in "".join(everything)
    assert SECRET not in "".join(everything)
