"""The SDK's clients of one context: made when they are first needed, and replaced when AWS refuses the credentials."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from evwatch import __version__
from evwatch.aws.answers import HollowAnswerError
from evwatch.aws.credential_process import PATIENCE_SECONDS
from evwatch.aws.credentials import load_credentials, new_session
from evwatch.aws.errors import AwsError, outcome_of
from evwatch.aws.guard import ReadOnlyGuard
from evwatch.aws.meter import Meter
from evwatch.aws.mfa import Prompter, no_prompt
from evwatch.aws.service import Call
from evwatch.aws.shapes import is_answer
from evwatch.model.context import Context
from evwatch.model.fault import Fault

CONNECT_SECONDS = 5
READ_SECONDS = 15
CALLS_IN_FLIGHT = 8
"""More at once gains nothing and stalls the event loop: eight fit one frame, fifty cost a tenth of a second."""
LONG_POLLS = frozenset({"sqs:ReceiveMessage"})
"""They hold their connection for seconds: without a client and places of their own they would starve the rest."""
_READS_TRIED = 3

HearHeaders = Callable[[Mapping[str, str]], None]


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


class Clients:
    """The clients of one SDK session, one for each service and purpose."""

    def __init__(self) -> None:
        self.session: Any = None
        self.by_purpose: dict[tuple[str, str], Any] = {}
        self.stack = AsyncExitStack()
        self.users = 0
        self.fault: Fault | None = None
        """Why the set was retired. Whoever still waits for a client of it hears the same, without trying once more."""


class ClientSet:
    """Makes clients, and begins anew with what the environment and files hold once a set of them is retired."""

    def __init__(
        self,
        context: Context,
        meter: Meter,
        *,
        guard: ReadOnlyGuard | None = None,
        models: ServiceModels | None = None,
        prompter: Prompter = no_prompt,
        process_seconds: float = PATIENCE_SECONDS,
        hear_headers: HearHeaders | None = None,
    ) -> None:
        self._context = context
        self._meter = meter
        self._guard = guard
        self._models = models or ServiceModels()
        self._prompter = prompter
        self._process_seconds = process_seconds
        self._hear_headers = hear_headers
        self._newest = Clients()
        self._making = asyncio.Lock()

    @property
    def made(self) -> Iterable[Any]:
        """Every client that was made."""
        return self._newest.by_purpose.values()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Clients]:
        """The newest set. One that was retired meanwhile is closed once nobody uses it any more."""
        clients = self._newest
        clients.users += 1
        try:
            yield clients
        finally:
            clients.users -= 1
            if clients.fault and not clients.users:
                await clients.stack.aclose()

    def retire(self, clients: Clients, fault: Fault) -> None:
        """Use a set no more, because AWS does not accept what it signs with."""
        if self._newest is clients:
            clients.fault = fault
            self._newest = Clients()

    async def aclose(self) -> None:
        """Close the newest set."""
        await self._newest.stack.aclose()

    async def session(self) -> Any:
        """A session of the SDK. Raises AwsError."""
        return await asyncio.to_thread(new_session, self._context, self._prompter, self._process_seconds)

    async def client(self, clients: Clients, call: Call) -> Any:
        """The client of this set for a call. Raises AwsError where there are no credentials, or not any more."""
        key = (call.service, _purpose(call))
        if key not in clients.by_purpose:
            async with self._making:
                if key not in clients.by_purpose:
                    if clients.fault:
                        raise AwsError(clients.fault)
                    clients.by_purpose[key] = await self._make(clients, call)
        return clients.by_purpose[key]

    async def _make(self, clients: Clients, call: Call) -> Any:
        if clients.session is None:
            session = await self.session()
            self._models.share_with(session)
            await load_credentials(session, self._context.name)
            clients.session = session
        await asyncio.to_thread(clients.session.warm_up_loader_caches, call.service)
        custom = self._context.endpoint_url is not None
        client = await clients.stack.enter_async_context(
            clients.session.create_client(
                call.service,
                region_name=self._context.region,
                endpoint_url=self._context.endpoint_url,
                config=_config(attempts=1 if call.sends else _READS_TRIED, inject_host_prefix=not custom),
            )
        )
        heard = functools.partial(self._heard, call.service, client.meta.service_model)
        client.meta.events.register("response-received", heard)
        if self._guard:
            self._guard.watch(client, call.service)
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
        self._meter.attempt(f"{service}:{operation}", "failed" if hollow else outcome)
        if hollow:
            raise HollowAnswerError(f"{service}:{operation}")


def _purpose(call: Call) -> str:
    """What a client is for beyond its service: long polls hold connections, and what sends is never repeated."""
    if call.name in LONG_POLLS:
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
