"""Problem details (RFC 9457): what REST says instead of an answer, and all on a fault."""

from starlette.requests import Request
from starlette.responses import Response

from bff.web.answers import PROBLEM, Answer, to_json
from bff.web.errors import headers_of, problem
from bff.web.incoming import request_id
from bff.web.seen import seen_of


def problem_answer(failure: BaseException, current_id: str) -> Answer:
    """Return a failure as problem details; nobody is to keep it."""
    details = problem(failure, current_id)
    return Answer(
        details["status"],
        to_json(details),
        PROBLEM,
        more=headers_of(failure),
        codes=(details["code"],),
    )


def problem_response(failure: BaseException, request: Request) -> Response:
    """Return a failure as problem details where there is nothing else to be said."""
    answer = problem_answer(failure, request_id(request.scope))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.more}
    headers["Cache-Control"] = "no-store"
    (seen_of(request.scope).code,) = answer.codes
    return Response(answer.body, answer.status, headers, PROBLEM)
