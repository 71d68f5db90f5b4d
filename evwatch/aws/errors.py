"""What the SDK raises, as sentences: what is wrong and what to do about it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from evwatch.aws.answers import HollowAnswerError, while_parsing
from evwatch.aws.error_codes import (
    DENIED,
    EXPIRED,
    INVALID,
    MISSING,
    SIGNING_IN,
    SKEWED,
    THROTTLED,
    UNSUPPORTED,
    named_failure,
    response_codes,
)
from evwatch.aws.skew import skew_named, time_in
from evwatch.model.fault import LATER, EvwatchError, Fault, FaultCode
from evwatch.model.usage import Outcome

_CLOCK = re.compile(r"expired|not yet current|time", re.IGNORECASE)
_LOGIN = "log in again (aws sso login, or renew the keys); evwatch goes on by itself once it works"

_UNSAFE = re.compile(r"[^\x20-\x7e\u00a0-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]+")

_Making = Callable[[FaultCode, str, str], Fault]
"""Makes a fault of code, message and hint: where it happened is known already."""


class AwsError(EvwatchError):
    """A call that AWS refused or that never reached it. `codes` are AWS's own, for those who must tell them apart."""

    def __init__(self, fault: Fault, codes: frozenset[str] = frozenset(), *, not_done: bool = False) -> None:
        super().__init__(fault)
        self.codes = codes
        self.not_done = not_done
        """True where it is known that nothing was done: AWS refused it (a 4xx), or it was never sent."""

    @property
    def unsupported(self) -> bool:
        """The endpoint does not know this operation: an emulator, or an older partition."""
        return bool(self.codes & UNSUPPORTED)


def outcome_of(response: Mapping[str, Any] | None, failed: BaseException | None) -> Outcome:
    """How one request ended, for the meter."""
    if failed is not None or response is None:
        return "failed"
    codes = response_codes(response)
    if codes & THROTTLED:
        return "throttled"
    if codes & DENIED:
        return "denied"
    if codes & UNSUPPORTED:
        return "unsupported"
    status = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode", 200)
    return "failed" if codes or status >= 400 else "ok"


def aws_error(error: BaseException, source: str, context: str = "", endpoint: str | None = None) -> AwsError:
    """The SDK's exception as one that a user can read.

    `source` is the IAM action that was tried. What the SDK or the service says is kept in the message, cut and without
    control characters, because it comes from outside.
    """
    from botocore import exceptions as sdk

    endpoint = _endpoint(error) or endpoint

    def fault(code: FaultCode, message: str, hint: str) -> Fault:
        return Fault(code, message, hint, source, context)

    if isinstance(error, AwsError):
        return error
    if isinstance(error, sdk.ClientError):
        if error.operation_name in SIGNING_IN and not source.endswith(f":{error.operation_name}"):
            return _not_signed_in(error, fault)
        return _refused(error.response, fault, source)
    found = _unanswered(error, fault, source, endpoint)
    if found is None:
        raise error
    return AwsError(found, not_done=_never_sent(error))


def _unanswered(error: BaseException, fault: _Making, source: str, endpoint: str | None) -> Fault | None:
    """What is told where there is no answer of AWS; None for a defect."""
    from botocore import exceptions as sdk

    if found := _nobody_to_be(error, fault) or _nothing_heard(error, fault, endpoint):
        return found
    if isinstance(error, ValueError) and "Invalid endpoint" in str(error):
        hint = "give AWS_ENDPOINT_URL, --endpoint-url or the profile's endpoint_url an address such as http://localhost:4566"
        return fault("network", readable(error), hint)
    if isinstance(error, (sdk.BotoCoreError, ValueError)):
        return fault("aws", f"{source}: {readable(error)}", "this is the SDK's own word; see --debug for more")
    return None


def _nobody_to_be(error: BaseException, fault: _Making) -> Fault | None:
    """Profile, credentials or region are lacking."""
    from botocore import exceptions as sdk

    if isinstance(error, sdk.ProfileNotFound):
        return fault("credentials", readable(error), "name one that `aws configure list-profiles` shows")
    if isinstance(error, sdk.NoCredentialsError):
        hint = "set AWS_PROFILE or --profile, log in (aws sso login), or try `evwatch demo`"
        return fault("credentials", "no AWS credentials were found", hint)
    if isinstance(error, sdk.PartialCredentialsError):
        return fault("credentials", readable(error), "set both the access key id and the secret access key")
    if isinstance(error, (sdk.NoRegionError, sdk.InvalidRegionError)):
        return fault("region", "no usable AWS region is set", "use --region, AWS_REGION or the profile's region")
    if isinstance(error, sdk.RefreshWithMFAUnsupportedError):
        hint = "the role's session has ended; the dashboard asks for a code, a command on a terminal"
        return fault("credentials", "the role needs a new MFA code", hint)
    if isinstance(error, _credential_errors()):
        return fault("credentials", readable(error), _LOGIN)
    return None


def _nothing_heard(error: BaseException, fault: _Making, endpoint: str | None) -> Fault | None:
    """The way to AWS is broken, or something else answers there."""
    from botocore import exceptions as sdk

    where = endpoint or "the AWS endpoint"
    if isinstance(error, (sdk.ConnectTimeoutError, sdk.ReadTimeoutError, asyncio.TimeoutError)):
        of = f" from {endpoint}" if endpoint else ""
        return fault("network", f"no answer in time{of}", "check network, proxy and region")
    if isinstance(error, sdk.SSLError):
        hint = "behind a proxy that opens TLS, set AWS_CA_BUNDLE to the file with its certificate"
        return fault("network", f"the certificate of {where} is not trusted: {readable(error)}", hint)
    if isinstance(error, HollowAnswerError) or while_parsing(error):
        # A hotel's log-in page answers like this. It says nothing of whether AWS acted, so it is not `not_done`.
        hint = "check the endpoint, and whether a proxy or a log-in page answers instead"
        return fault("network", f"{where} does not answer as AWS does", hint)
    if isinstance(error, (sdk.ConnectionClosedError, sdk.ResponseStreamingError, sdk.IncompleteReadError)):
        return fault("network", f"{where} broke off the connection", "check network and proxy")
    if isinstance(error, (sdk.HTTPClientError, sdk.ConnectionError, OSError)):
        hint = "check the endpoint, the region's name, network and proxy"
        return fault("network", f"{where} cannot be reached", hint)
    return None


def _never_sent(error: BaseException) -> bool:
    """Whether the request cannot have left this machine: there was nobody to be, nowhere to connect to, or no sense."""
    from aiohttp import ClientConnectorError
    from botocore import exceptions as sdk

    if isinstance(error, sdk.EndpointConnectionError):
        return isinstance(error.kwargs.get("error"), ClientConnectorError)  # a reset connection is told as this too
    before = (
        sdk.NoCredentialsError,
        sdk.PartialCredentialsError,
        sdk.NoRegionError,
        sdk.RefreshWithMFAUnsupportedError,
        sdk.ParamValidationError,
        sdk.ConnectTimeoutError,
        sdk.ProxyConnectionError,
        sdk.SSLError,
    )
    return isinstance(error, (*before, *_credential_errors()))


def _endpoint(error: BaseException) -> str | None:
    """Where the SDK tried to connect; STS, say, where a role is assumed before the call itself."""
    url = getattr(error, "kwargs", {}).get("endpoint_url")
    parts = urlsplit(str(url or ""))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def _credential_errors() -> tuple[type[Exception], ...]:
    from botocore import exceptions as sdk

    names = (
        "CredentialRetrievalError",
        "TokenRetrievalError",
        "SSOError",
        "SSOTokenLoadError",
        "UnauthorizedSSOTokenError",
        "LoginError",
        "LoginRefreshRequired",
        "LoginTokenLoadError",
        "LoginInsufficientPermissions",
        "MissingDependencyException",
        "InvalidConfigError",
        "InfiniteLoopConfigError",
        "ConfigNotFound",
        "ConfigParseError",
        "MetadataRetrievalError",
        "UnknownCredentialError",
    )
    found = (getattr(sdk, name, None) for name in names)
    return tuple(kind for kind in found if isinstance(kind, type))


def _not_signed_in(error: Any, fault: _Making) -> AwsError:
    """What was refused is not the call itself but the way to credentials for it."""
    codes = response_codes(error.response)
    said = _clean(str((error.response.get("Error") or {}).get("Message") or ""))
    if codes & THROTTLED:
        return AwsError(fault("throttled", f"AWS throttles {error.operation_name}", LATER), codes)
    if codes & EXPIRED or "UnauthorizedException" in codes:
        found = fault("credentials", "the AWS session has expired", _LOGIN)
    else:
        hint = "check the role, who may assume it, and the MFA code"
        found = fault("credentials", f"{error.operation_name} was refused: {said}", hint)
    return AwsError(found, codes, not_done=True)


def _refused(response: Mapping[str, Any], fault: _Making, source: str) -> AwsError:
    codes = response_codes(response)
    status = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode", 0)
    said = _clean(str((response.get("Error") or {}).get("Message") or ""))
    named = named_failure(codes)
    if codes & THROTTLED:
        found = fault("throttled", f"AWS throttles {source}", LATER)
    elif named:
        found = fault(named.code, f"{source}: {named.message}", named.hint)
    elif codes & DENIED:
        found = fault("permission", f"no permission: {source}", f"allow {source} for this caller")
    elif codes & EXPIRED:
        found = fault("credentials", "the AWS credentials have expired", _LOGIN)
    elif "RequestTimeTooSkewed" in codes or (codes & SKEWED and _CLOCK.search(said)):
        found = fault("credentials", _off(said, response), "set this machine's clock right")
    elif codes & (INVALID | SKEWED):
        hint = "check key id, secret and session token, and that the region is enabled for the account"
        found = fault("credentials", "AWS does not accept these credentials", hint)
    elif codes & MISSING:
        hint = "it may have been deleted meanwhile: look again, and check region and profile"
        found = fault("not-found", said or f"{source}: not found", hint)
    else:
        code = next(iter(sorted(codes)), "error")
        hint = f"the service has trouble: {LATER}" if status >= 500 else ""
        found = fault("aws", f"{source}: {code}: {said}" if said else f"{source}: {code}", hint)
    return AwsError(found, codes, not_done=400 <= status < 500)


def _off(said: str, response: Mapping[str, Any]) -> str:
    """How wrong the clock is, where the refusal says it or at least when it was sent."""
    skew = skew_named(said)
    if skew is None and (sent := time_in((response.get("ResponseMetadata") or {}).get("HTTPHeaders") or {})):
        skew = datetime.now(UTC) - sent
    minutes = round(skew.total_seconds() / 60) if skew else 0
    if not minutes:
        return "AWS refused the time of the signature"
    return f"this machine's clock is {abs(minutes)} min {'ahead' if minutes > 0 else 'behind'}, which AWS refuses"


def readable(error: BaseException) -> str:
    """What an exception says of itself, cut and without control characters."""
    return _clean(str(error)) or type(error).__name__


def _clean(text: str, limit: int = 300) -> str:
    text = _UNSAFE.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"
