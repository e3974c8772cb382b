"""What `bff coverage` looks through: the sources as they are, without cache or web."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bff.demo import DemoUpstreams
from bff.domain.locale import Locale
from bff.operations.survey import Survey
from bff.settings import Settings, merge_policy
from bff.wiring import clients as http
from bff.wiring.catalog import locales_of
from bff.wiring.commerce import admin_of, store_of, upstream_of
from bff.wiring.content import ContentWiring
from bff.wiring.service import demo_settings, slow_after


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """A survey; `close` ends its connections."""

    survey: Survey
    close: Callable[[], Awaitable[None]]


def survey_of(settings: Settings, clients: http.OpenClient) -> OpenSurvey:
    """Return what these settings describe; nothing is asked yet."""
    clock = time.monotonic
    connections = http.Connections(clients, clock, slow_after=slow_after(settings))
    store = store_of(settings.medusa, upstream_of(settings.medusa, connections), clock)
    locales = locales_of(settings)
    content = ContentWiring(connections, store, locales.supported, clock, preview=False)
    survey = Survey(
        commerce=store,
        content=[content.system(one).source for one in settings.content_for("products")],
        policy=merge_policy(settings),
        locales=locales,
        translated=frozenset(map(Locale, settings.medusa.languages)),
        whole_shop=admin_of(settings.medusa, connections),
        clock=clock,
    )
    return OpenSurvey(survey, connections.close)


def production_survey(settings: Settings) -> OpenSurvey:
    """Return the survey of a real shop."""
    return survey_of(settings, http.production_client)


def demo_survey(upstreams: DemoUpstreams) -> OpenSurvey:
    """Return the survey of the embedded shop."""
    return survey_of(demo_settings(upstreams), http.demo_client(upstreams))
