"""One context's way to AWS: its clients, and the one door through which every call goes."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from evwatch import __version__
from evwatch.aws.answers import HollowAnswerError, while_parsing
from evwatch.aws.credential_process import PATIENCE_SECONDS
from evwatch.aws.credentials import Keys, keys_of, load_credentials, new_session
from evwatch.aws.errors import AwsError, aws_error, outcome_of
from evwatch.aws.guard import ReadOnlyGuard
from evwatch.aws.meter import Meter
from evwatch.aws.mfa import Prompter, no_prompt
from evwatch.aws.pace import Pace
from evwatch.aws.service import Call, Service
from evwatch.aws.shapes import is_answer
from evwatch.model.context import Context
from evwatch.model.fault import Fault

log = logging.getLogger(__name__)

CALLS_IN_FLIGHT = 8
"""More at once gains nothing and stalls the event loop: eight fit one frame, fifty cost a tenth of a second."""
CONNECT_SECONDS = 5
READ_SECONDS = 15
OVERALL_SECONDS = 40
"""A body that drips in never trips the SDK's timeout, which is for each read; so there is one around the whole call."""

_AWS_HOST = re.compile(r"\.(amazonaws\.com(\.cn)?|api\.aws|aws\.dev|c2s\.ic\.gov|sc2s\.sgov\.gov)(:\d+)?(/|$)")
_LONG_POLLS = frozenset({"sqs:ReceiveMessage"})
"""They hold their connection for seconds: without a client and places of their own they would starve the rest."""


def _nowhere(_: str) -> bool:
    return False


class ServiceModels:
    """The SDK's descriptions of the services. Parsing them takes a fifth of a second, so all contexts share them."""

    def __init__(self) -> None:
        self._loader: Any = None

    def share_with(self, session: Any) -> None:
        """Let a session use what was parsed for others."""
        if self._loader is None:
            self._loader = session.get_component("data_loader")
        else:
            session.register_component("data_loader", self._loader)


class _Clients:
    """The clients of one SDK session. When credentials fail the set is replaced, and closed once nobody uses it."""

    def __init__(self) -> None:
        self.session: Any = None
        self.by_purpose: dict[tuple[str, str], Any] = {}
        self.stack = AsyncExitStack()
        self.users = 0
        self.fault: Fault | None = None
        """Why the set was retired. Whoever still waits for a client of it hears the same, without trying once more."""


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
        hear_headers: Callable[[Mapping[str, str]], None] | None = None,
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
        self._guard = ReadOnlyGuard(context, self._declared.values(), may_look) if read_only else None
        self._overall_seconds = overall_seconds
        self._models = models or ServiceModels()
        self._hear_headers = hear_headers
        self._prompter = prompter
        self._process_seconds = process_seconds
        self._slots = asyncio.Semaphore(CALLS_IN_FLIGHT)
        self._long_slots = asyncio.Semaphore(CALLS_IN_FLIGHT)
        self._paces: dict[str, Pace] = {}
        self._clients = _Clients()
        self._making = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clients.stack.aclose()

    @property
    def endpoint_url(self) -> str | None:
        """The custom endpoint in use, from whichever rule it came; None while no client was made or where it is AWS."""
        for client in self._clients.by_purpose.values():
            url = str(client.meta.endpoint_url)
            if not _AWS_HOST.search(url):
                return url
        return self.context.endpoint_url

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`, as the region says."""
        for client in self._clients.by_purpose.values():
            return str(client.meta.partition)
        return "aws"

    async def keys(self) -> Keys:
        """What the calls are signed with, now. Raises AwsError where there are no credentials."""
        session = await self._session()
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
        long_poll = call.name in _LONG_POLLS
        async with self._long_slots if long_poll else self._slots:
            clients = self._clients
            clients.users += 1
            endpoint = None
            sent = False
            begun = self._clock()
            try:
                client = await self._client(clients, call, _purpose(call))
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
                if refused.fault.code == "credentials" and self._clients is clients:
                    clients.fault = refused.fault
                    self._clients = _Clients()
                if refused is error:
                    raise
                raise refused from error
            finally:
                clients.users -= 1
                if clients.fault and not clients.users:
                    await clients.stack.aclose()
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

    async def _client(self, clients: _Clients, call: Call, purpose: str) -> Any:
        key = (call.service, purpose)
        if key not in clients.by_purpose:
            async with self._making:
                if key not in clients.by_purpose:
                    if clients.fault:
                        raise AwsError(clients.fault)
                    clients.by_purpose[key] = await self._make(clients, call.service, attempts=1 if call.sends else 3)
        return clients.by_purpose[key]

    async def _session(self) -> Any:
        return await asyncio.to_thread(new_session, self.context, self._prompter, self._process_seconds)

    async def _make(self, clients: _Clients, service: str, attempts: int) -> Any:
        if clients.session is None:
            session = await self._session()
            self._models.share_with(session)
            await load_credentials(session, self.context.name)
            clients.session = session
        await asyncio.to_thread(clients.session.warm_up_loader_caches, service)
        custom = self.context.endpoint_url is not None
        client = await clients.stack.enter_async_context(
            clients.session.create_client(
                service,
                region_name=self.context.region,
                endpoint_url=self.context.endpoint_url,
                config=_config(attempts, inject_host_prefix=not custom),
            )
        )
        model = client.meta.service_model
        client.meta.events.register("response-received", functools.partial(self._heard, service, model))
        if self._guard:
            self._guard.watch(client, service)
        return client

    def _heard(
        self,
        service: str,
        service_model: Any,
        event_name: str,
        parsed_response: dict[str, Any] | None = None,
        response_dict: dict[str, Any] | None = None,
        exception: Exception | None = None,
        **_: Any,
    ) -> None:
        """Count each answer, and refuse one that the SDK would take for an empty list though it is not AWS's."""
        operation = event_name.rsplit(".", 1)[-1]
        if self._hear_headers and response_dict:
            self._hear_headers(response_dict.get("headers") or {})
        outcome = outcome_of(parsed_response, exception)
        hollow = outcome == "ok" and not is_answer(
            service_model.operation_model(operation).output_shape,
            parsed_response,
            response_dict,
            service_model.resolved_protocol,
        )
        self.meter.attempt(f"{service}:{operation}", "failed" if hollow else outcome)
        if hollow:
            raise HollowAnswerError(f"{service}:{operation}")


def _purpose(call: Call) -> str:
    """What a client is for beyond its service: long polls hold connections, and what sends is never repeated."""
    if call.name in _LONG_POLLS:
        return call.operation
    return "send" if call.sends else ""


def _config(attempts: int, *, inject_host_prefix: bool) -> Any:
    from aiobotocore.config import AioConfig
    from botocore import __version__ as botocore_version

    return AioConfig(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=CALLS_IN_FLIGHT * 2,
        retries={"mode": "standard", "total_max_attempts": attempts},
        # StartLiveTail's host prefix makes `stream-127.0.0.1` of a custom endpoint.
        inject_host_prefix=inject_host_prefix,
        # Said once: the SDK would put its own together anew for each request, which costs more than signing it.
        user_agent=f"evwatch/{__version__} Botocore/{botocore_version}",
    )


def _method(operation: str) -> str:
    from botocore import xform_name

    return str(xform_name(operation))
