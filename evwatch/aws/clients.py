"""One context's way to AWS: the one door through which every call goes."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from evwatch.aws.answers import while_parsing
from evwatch.aws.client_set import CALLS_IN_FLIGHT, LONG_POLLS, ClientSet, HearHeaders, ServiceModels
from evwatch.aws.credential_process import PATIENCE_SECONDS
from evwatch.aws.credentials import Keys, keys_of, load_credentials
from evwatch.aws.errors import AwsError, aws_error
from evwatch.aws.guard import ReadOnlyGuard
from evwatch.aws.meter import Meter
from evwatch.aws.mfa import Prompter, no_prompt
from evwatch.aws.pace import Pace
from evwatch.aws.service import Call, Service
from evwatch.model.context import Context

log = logging.getLogger(__name__)

OVERALL_SECONDS = 40
"""A body that drips in never trips the SDK's timeout, which is for each read; so there is one around the whole call."""

_AWS_HOST = re.compile(r"\.(amazonaws\.com(\.cn)?|api\.aws|aws\.dev|c2s\.ic\.gov|sc2s\.sgov\.gov)(:\d+)?(/|$)")


def _nowhere(_: str) -> bool:
    return False


class Caller:
    """Makes the declared calls of one context. Everything it raises is an `AwsError`.

    Clients are made when they are first needed, one for each service and purpose, and live as long as this does, or
    until AWS refuses the credentials: then the next call begins with what the environment and files hold by then.
    """

    def __init__(
        self,
        context: Context,
        services: Iterable[Service],
        meter: Meter,
        clock: Callable[[], float],
        *,
        read_only: bool = False,
        may_look: Callable[[str], bool] = _nowhere,
        overall_seconds: float = OVERALL_SECONDS,
        models: ServiceModels | None = None,
        hear_headers: HearHeaders | None = None,
        prompter: Prompter = no_prompt,
        process_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """`hear_headers` is told the HTTP headers of every answer, refusals included; `prompter` gives MFA codes, and
        must not wait for one; a `credential_process` has `process_seconds`."""
        self.context = context
        self.meter = meter
        self.lacking: set[str] = set()
        """What this endpoint turned out not to know, so that it is not asked for at every poll."""
        self._clock = clock
        self._services = {service.name: service for service in services}
        self._declared = {call.name: call for service in self._services.values() for call in service.calls}
        self._overall_seconds = overall_seconds
        self._slots = asyncio.Semaphore(CALLS_IN_FLIGHT)
        self._long_slots = asyncio.Semaphore(CALLS_IN_FLIGHT)
        self._paces: dict[str, Pace] = {}
        self._clients = ClientSet(
            context,
            meter,
            guard=ReadOnlyGuard(context, self._declared.values(), may_look) if read_only else None,
            models=models,
            prompter=prompter,
            process_seconds=process_seconds,
            hear_headers=hear_headers,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clients.aclose()

    @property
    def endpoint_url(self) -> str | None:
        """The custom endpoint in use, from whichever rule it came; None while no client was made or where it is AWS."""
        for client in self._clients.made:
            url = str(client.meta.endpoint_url)
            if not _AWS_HOST.search(url):
                return url
        return self.context.endpoint_url

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`, as the region says."""
        client = next(iter(self._clients.made), None)
        return str(client.meta.partition) if client else "aws"

    async def keys(self) -> Keys:
        """What the calls are signed with, now. Raises AwsError where there are no credentials."""
        session = await self._clients.session()
        return await keys_of(await load_credentials(session, self.context.name), self.context.name)

    async def call(self, call: Call, **parameters: Any) -> dict[str, Any]:
        """Make one call and return what the service answered, as the SDK parsed it.

        An answer may lack keys that AWS always gives (a broken proxy's empty 200 parses to nothing), so whoever reads
        one asks for keys instead of indexing them.
        """
        if self._declared.get(call.name) is not call:
            raise ValueError(f"{call.name} is not declared by a service")
        if call.paced:
            await self._pace(call).wait()
        slots = self._long_slots if call.name in LONG_POLLS else self._slots
        async with slots, self._clients.lent() as clients:
            endpoint = None
            sent = False
            begun = self._clock()
            try:
                client = await self._clients.client(clients, call)
                endpoint, sent = str(client.meta.endpoint_url), True
                async with asyncio.timeout(self._overall_seconds):
                    answer = await getattr(client, _method(call.operation))(**parameters)
            except Exception as error:
                if while_parsing(error):
                    self.meter.attempt(call.name, "failed")  # the SDK never told of it
                refused = aws_error(error, call.iam_action, self.context.name, endpoint)
                if not sent:  # it failed over a session or client, which knows nothing of the call
                    refused = AwsError(replace(refused.fault, source=call.iam_action), refused.codes, not_done=True)
                log.info("%s %s: %s after %.3f s", self.context.name, call.name, refused.fault.code, self._since(begun))
                if refused.fault.code == "credentials":
                    self._clients.retire(clients, refused.fault)
                if refused is error:
                    raise
                raise refused from error
        log.debug("%s %s: done in %.3f s", self.context.name, call.name, self._since(begun))
        self.meter.spend(call.price(parameters))
        return dict(answer)

    def _since(self, begun: float) -> float:
        return self._clock() - begun

    async def pages(self, call: Call, **parameters: Any) -> AsyncIterator[dict[str, Any]]:
        """Every page of a listing, with the largest page size that the service allows."""
        paging = call.paging
        if paging is None:
            raise ValueError(f"{call.name} has no pages")
        if paging.size_parameter:
            parameters[paging.size_parameter] = paging.size
        seen: set[str] = set()
        while True:
            answer = await self.call(call, **parameters)
            yield answer
            token = answer.get(paging.token_out)
            if not token or token in seen:
                return
            seen.add(token)
            parameters[paging.token_in] = token

    async def items(self, call: Call, key: str, **parameters: Any) -> list[Any]:
        """The elements under `key` of every page."""
        return [item async for page in self.pages(call, **parameters) for item in page.get(key) or ()]

    def _pace(self, call: Call) -> Pace:
        name = call.name if call.own_pace else call.service
        if name not in self._paces:
            declared = self._services[call.service]
            rate, burst = (call.own_pace,) * 2 if call.own_pace else (declared.requests_per_second, declared.burst)
            self._paces[name] = Pace(rate, burst, self._clock)
        return self._paces[name]


def _method(operation: str) -> str:
    from botocore import xform_name

    return str(xform_name(operation))
