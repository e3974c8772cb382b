"""The composition root: the only place that knows which class stands behind which port."""

from bff.wiring.clients import OpenClient, demo_client, production_client
from bff.wiring.inspecting import Sought, keys_of
from bff.wiring.service import Service, demo, production, wire
from bff.wiring.storage import redis_probe
from bff.wiring.survey import OpenSurvey, demo_survey, production_survey, survey_of
from bff.wiring.warming import kept_by_redis, warming_of

__all__ = [
    "OpenClient",
    "OpenSurvey",
    "Service",
    "Sought",
    "demo",
    "demo_client",
    "demo_survey",
    "kept_by_redis",
    "keys_of",
    "production",
    "production_client",
    "production_survey",
    "redis_probe",
    "survey_of",
    "warming_of",
    "wire",
]
