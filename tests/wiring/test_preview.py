"""A preview shows what is there now, and leaves nothing behind for shoppers."""

from bff import wiring
from bff.demo import DemoUpstreams, demo_upstreams
from bff.ports import Call
from bff.settings import Settings

SECRET = "0123456789abcdef0123456789abcdef"


def settings(upstreams: DemoUpstreams) -> Settings:
    sanity = {"kind": "sanity", "project_id": upstreams.project_id, "preview_token": "sk"}
    return Settings.model_validate(
        {
            "medusa": {"url": "http://medusa.test", "publishable_key": upstreams.publishable_key},
            "content": [sanity],
            "default_country": upstreams.default_country,
            "operators_secret": SECRET,
        }
    )


async def test_a_preview_is_asked_for_each_time() -> None:
    """What shoppers see comes out of the cache; what an editor sees never goes into one."""
    upstreams = demo_upstreams()
    clients = wiring.demo_client(upstreams)
    service = wiring.wire(settings(upstreams), example=None, clients=clients)
    call = Call(service.shop.clock() + 60)
    preview = service.shop.preview
    assert preview is not None

    for _ in range(3):
        await preview.catalog.markets(call)
    previewed = upstreams.medusa.calls.total()
    for _ in range(3):
        await service.shop.catalog.markets(call)
    await service.close()

    assert (previewed, upstreams.medusa.calls.total() - previewed) == (3, 1)


async def test_tokens_live_as_long_as_the_operator_says() -> None:
    """At most: who mints one may ask for less."""
    upstreams = demo_upstreams()
    chosen = settings(upstreams).model_copy(update={"preview_seconds": 90})
    service = wiring.wire(chosen, example=None, clients=wiring.demo_client(upstreams))
    await service.close()

    assert service.shop.preview is not None
    assert service.shop.preview.tokens.longest == 90
