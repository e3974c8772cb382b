"""Settings of the demo's shop, as an operator would write them, to be changed by tests."""

from bff.demo import DemoUpstreams
from bff.settings import Settings
from bff.sources.medusa import MedusaSettings
from bff.sources.sanity import SanitySettings


def shop_settings(
    upstreams: DemoUpstreams,
    *,
    medusa_url: str = "http://medusa.test",
    sanity_url: str = "http://sanity.test",
    sanity_token: str | None = None,
    preview_token: str | None = None,
    operators_secret: str | None = None,
    deadline: float = 60.0,
    content_budget: float = 60.0,
    flight: float = 60.0,
) -> Settings:
    """Return production settings for a shop with the demo's data.

    Durations are in seconds. By default they are so long that a slow machine does not matter.
    """
    return Settings.model_validate(
        {
            "medusa": MedusaSettings.model_validate(
                {"url": medusa_url, "publishable_key": upstreams.publishable_key}
            ),
            "content": (
                SanitySettings.model_validate(
                    {
                        "project_id": upstreams.project_id,
                        "dataset": upstreams.dataset,
                        "token": sanity_token,
                        "preview_token": preview_token,
                        "url": sanity_url,
                    }
                ),
            ),
            "locales": tuple(upstreams.locales),
            "default_locale": upstreams.default_locale,
            "locale_names": dict(upstreams.locales),
            "default_country": upstreams.default_country,
            "operators_secret": operators_secret,
            "deadline_seconds": deadline,
            "content_budget_seconds": content_budget,
            "flight_seconds": flight,
        }
    )
