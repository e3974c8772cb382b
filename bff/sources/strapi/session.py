"""A service account's session: one login for everybody, renewed when Strapi no longer takes it.

Strapi allows ten logins a minute from one address, right passwords included, and says nothing of
how long to wait: so few are tried, and none for a minute after one was refused.

Source: users-permissions, POST /api/auth/local, recorded in tests/golden/strapi/.
"""

import asyncio
from collections import deque
from dataclasses import replace

from pydantic import BaseModel, Field, SecretStr

from bff.errors import (
    UpstreamError,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, Clock
from bff.upstream import Question, Upstream

OPERATION = "login"

_WINDOW = 60.0  # seconds
_LOGINS = 5  # of the ten: others may share the address
_SECONDS = 10.0  # a login costs Strapi a tenth of one


class _Session(BaseModel):
    jwt: str = Field(pattern=r"^[\x21-\x7e]{1,8192}$")


class ServiceAccount:
    """Logs in, and keeps the token; it is in no log and no message."""

    def __init__(
        self, upstream: Upstream, clock: Clock, identifier: str, password: SecretStr
    ) -> None:
        self._upstream = upstream
        self._clock = clock
        self._identifier = identifier
        self._password = password
        self._token: str | None = None
        self._login: asyncio.Task[str] | None = None
        self._begun: deque[float] = deque(maxlen=_LOGINS)
        self._refusal: UpstreamRejected | None = None
        self._closed_until: float | None = None

    async def token(self, call: Call, *, refused: str | None = None) -> str:
        """Return a token, by a login if there is none but one that Strapi has `refused`.

        Who waits for a login that is under way waits for the same one; it goes on when one of
        them gives up.

        Raises:
            UpstreamRejected: Strapi does not know the account or its password.
            UpstreamUnavailable: too many logins lately, or Strapi is not there.
            UpstreamTimeout: the login did not end before the call's deadline.
        """
        if self._token is not None and self._token != refused:
            return self._token
        self._token = None
        login = self._login
        if login is None:
            self._check_closed()
            login = self._login = asyncio.create_task(self._log_in(call))
            login.add_done_callback(self._landed)
        done, _ = await asyncio.wait({login}, timeout=max(0.0, call.deadline - self._clock()))
        if not done:
            raise UpstreamTimeout(self._upstream.source, OPERATION)
        if login.cancelled():  # with the service: not a cancellation of this request
            raise UpstreamUnavailable(self._upstream.source, OPERATION)
        failure = login.exception()  # noqa: LOG004 - a task's
        if isinstance(failure, UpstreamError):
            raise failure from failure.__cause__
        return login.result()

    def _landed(self, login: asyncio.Task[str]) -> None:
        self._login = None
        if not login.cancelled():
            # Asked for here, since perhaps nobody waits any more.
            login.exception()  # noqa: LOG004 - a task's

    def _check_closed(self) -> None:
        now, source = self._clock(), self._upstream.source
        if self._closed_until is not None and now < self._closed_until:
            if self._refusal is not None:
                raise UpstreamRejected(
                    source,
                    OPERATION,
                    self._refusal.detail,
                    status=self._refusal.status,
                    reason=self._refusal.reason,
                )
            raise UpstreamUnavailable(
                source, OPERATION, "too many logins", retry_after=self._closed_until - now
            )
        if len(self._begun) == _LOGINS and now - self._begun[0] < _WINDOW:
            wait = _WINDOW - (now - self._begun[0])
            raise UpstreamUnavailable(source, OPERATION, "too many logins", retry_after=wait)

    async def _log_in(self, call: Call) -> str:
        now = self._clock()
        # Others wait for it, too. It is tried once: each try is one of the ten.
        own = replace(call, deadline=now + _SECONDS, is_retried=True)
        self._begun.append(now)
        question = Question(
            OPERATION,
            "/api/auth/local",
            body={
                "identifier": self._identifier,
                "password": self._password.get_secret_value(),
            },
        )
        self._refusal = self._closed_until = None
        try:
            session = await self._upstream.read(question, own, _Session)
        except UpstreamRejected as refused:
            self._refusal, self._closed_until = refused, self._clock() + _WINDOW
            raise
        except UpstreamUnavailable as failure:
            if failure.detail == "HTTP 429":
                self._closed_until = self._clock() + max(failure.retry_after or 0.0, _WINDOW)
            raise
        self._token = session.jwt
        return session.jwt
