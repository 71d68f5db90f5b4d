"""Sessions of the SDK for a context's profile and role, so made that nothing asks for a key press behind the screen."""

from __future__ import annotations

import asyncio
import difflib
import functools
import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from evwatch.aws.answers import read_times_quickly
from evwatch.aws.credential_process import PATIENCE_SECONDS, Patient
from evwatch.aws.errors import AwsError, aws_error, readable
from evwatch.aws.mfa import Prompter, no_prompt
from evwatch.aws.profiles import profile_of, shared_profiles
from evwatch.config import ContextRequest
from evwatch.model.context import Context
from evwatch.model.fault import Fault

_ROLES = "~/.aws/cli/cache"


def new_session(context: Context, prompter: Prompter = no_prompt, process_seconds: float = PATIENCE_SECONDS) -> Any:
    """An SDK session of this context's profile and role. Slow (it imports the SDK): call it in a thread.

    Roles that were assumed are kept where the aws CLI keeps its own (`~/.aws/cli/cache`), so that a code given before
    the screen opened, or to the CLI, serves here too; but not those of an emulator, with which the CLI would then go to
    AWS. Raises AwsError.
    """
    from aiobotocore.session import AioSession
    from botocore import credentials as sdk

    try:
        session = AioSession(profile=context.profile)
        if context.role_arn:
            session = _with_role(session, context)
        # Whoever names a region names it for the role's sake too: STS would have none where the profile has none.
        session.set_config_variable("region", context.region)
        read_times_quickly(session)
        provider = session.get_component("credential_provider")
        assume_role = provider.get_provider("assume-role")
        if not _custom_endpoint(context):
            assume_role.cache = sdk.JSONFileCache(str(Path(_ROLES).expanduser()))
        # The SDK offers no public way to hand these in (botocore.credentials.AssumeRoleProvider, ProcessProvider).
        assume_role._prompter = prompter
        if context.endpoint_url:  # one endpoint for every service: a role must not be assumed anywhere else
            for name in ("assume-role", "assume-role-with-web-identity"):
                found = provider.get_provider(name)
                found._client_creator = functools.partial(found._client_creator, endpoint_url=context.endpoint_url)
        provider.get_provider("custom-process")._popen = Patient(context.name, process_seconds)
    except Exception as error:
        raise aws_error(error, "", context.name) from error
    return session


def _custom_endpoint(context: Context) -> bool:
    return bool(context.endpoint_url) or any(f"AWS_ENDPOINT_URL{name}" in os.environ for name in ("", "_STS"))


async def load_credentials(session: Any, context: str) -> Any:
    """The credentials that the session finds, by which its clients will sign. Raises AwsError where it finds none.

    What fails in a `credential_process` or in reading a file is Python's own error (no such program, not JSON), which
    would pass for a network failure further up.
    """
    from botocore import exceptions as sdk

    try:
        found = await session.get_credentials()
    except (OSError, ValueError, LookupError) as error:
        said = readable(error)
        hint = "check the profile's credential_process and the AWS files; evwatch goes on by itself once it works"
        raise AwsError(
            Fault("credentials", f"the AWS credentials cannot be read: {said}", hint, "", context)
        ) from error
    except Exception as error:
        raise aws_error(error, "", context) from error
    if found is None:
        raise aws_error(sdk.NoCredentialsError(), "", context)
    return found


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials as they are now, for whoever must keep them out of what is printed. `repr` shows none of them."""

    method: str
    """Where the SDK found them: `env`, `sso`, `assume-role`, `custom-process`, ..."""
    ending: str
    """The last four characters of the key id, by which an operator knows it."""
    expires_at: datetime | None
    secrets: tuple[str, ...] = field(repr=False)
    """Key id, secret and token."""


async def keys_of(credentials: Any, context: str) -> Keys:
    """What these credentials are now. Raises AwsError where they have expired and cannot be renewed."""
    try:
        frozen = await credentials.get_frozen_credentials()
    except Exception as error:
        raise aws_error(error, "", context) from error
    secrets = tuple(str(each) for each in (frozen.access_key, frozen.secret_key, frozen.token) if each)
    expires = getattr(credentials, "_expiry_time", None)  # the SDK tells it nowhere else
    return Keys(
        str(credentials.method or "unknown"),
        str(frozen.access_key)[-4:],
        expires if isinstance(expires, datetime) else None,
        secrets,
    )


def _with_role(session: Any, context: Context) -> Any:
    """A session whose profile assumes the context's role from the profile (or the environment) that was named."""
    from aiobotocore.session import AioSession

    source: dict[str, str] = {"source_profile": context.profile} if context.profile else {}
    if not source:
        in_environment = "AWS_ACCESS_KEY_ID" in os.environ
        source = {"credential_source": "Environment"} if in_environment else {"source_profile": "default"}
    name = f"evwatch {context.name}"
    with_role = AioSession(profile=name)
    with_role.full_config["profiles"] = {
        **session.full_config["profiles"],
        name: {"role_arn": context.role_arn, "role_session_name": "evwatch", "region": context.region, **source},
    }
    return with_role


async def ask_mfa(context: Context) -> None:
    """Ask for the MFA code on the terminal, before a screen opens, unless a cached session still holds.

    Raises AwsError where the role could not be assumed.
    """
    session = await asyncio.to_thread(new_session, context, getpass.getpass)
    try:
        credentials = await load_credentials(session, context.name)
        await credentials.get_frozen_credentials()
    except Exception as error:
        raise aws_error(error, "sts:AssumeRole", context.name) from error


def resolve_contexts(requests: tuple[ContextRequest, ...], environment: Mapping[str, str]) -> tuple[Context, ...]:
    """What was asked for, with the region that applies: named, or AWS_REGION, AWS_DEFAULT_REGION, or the profile's.

    botocore itself ignores AWS_REGION, which the other SDKs and most shells use. Raises AwsError where no region is to
    be found.
    """
    found: dict[str, Context] = {}
    for request in requests:
        region = request.region or _region(request, environment)
        if not region:
            raise AwsError(_no_region(request, environment))
        context = Context(
            name=request.name or f"{profile_of(request, environment) or 'default'}/{region}",
            region=region,
            profile=request.profile,
            endpoint_url=request.endpoint_url,
            role_arn=request.role_arn,
            read_only=request.read_only,
            production=request.production,
            colour=request.colour,
        )
        found.setdefault(context.name, context)
    return tuple(found.values())


def _region(request: ContextRequest, environment: Mapping[str, str]) -> str | None:
    from_environment = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if from_environment:
        return from_environment
    return shared_profiles(environment).get(profile_of(request, environment) or "default", {}).get("region")


def _no_region(request: ContextRequest, environment: Mapping[str, str]) -> Fault:
    """A profile that does not exist has no region either, and is what is really wrong."""
    name, known = profile_of(request, environment), shared_profiles(environment)
    if name and name not in known:
        near = ", ".join(difflib.get_close_matches(name, known))
        hint = f"is it {near}?" if near else "name one that `aws configure list-profiles` shows"
        return Fault("credentials", f"the AWS profile {name} does not exist", hint)
    return Fault("region", "no AWS region is set", "use --region, set AWS_REGION, or give the profile a region")
