"""Every way to credentials, each before a stand-in of what gives them, and what happens when they end meanwhile."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from evwatch.aws import sts
from evwatch.aws.mfa import MfaCodes
from evwatch.demo.gateway.app import running
from evwatch.model.context import Context
from tests.aws.calling import caller_for, fault_of
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused
from tests.emulator.recording import Recording
from tests.emulator.refusals import error_answer

LATER = "%Y-%m-%dT%H:%M:%SZ"


def write(path: Path, text: str) -> None:
    path.write_text(text)


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No keys in the environment; returns the file of profiles."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    return config


@asynccontextmanager
async def answering(answers: Mapping[str, Any]) -> AsyncIterator[tuple[str, list[web.Request]]]:
    """A server that gives these documents, or texts, by path; and every request that came."""
    came: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        came.append(request)
        found = answers.get(request.path)
        if callable(found):
            found = found(request)
        if isinstance(found, web.Response):
            return found
        if found is None:
            return web.Response(status=404)
        return web.Response(text=found) if isinstance(found, str) else web.json_response(found)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with running(app) as url:
        yield url, came


async def account(aws: Account, profile: str | None = None) -> str:
    async with aws.gateway() as url, caller_for(Context("c", aws.region, profile, url)) as caller:
        return (await sts.identity(caller)).account


async def test_a_container_role(aws: Account, nothing_else: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"AccessKeyId": aws.number, "SecretAccessKey": "s", "Token": "t", "Expiration": f"{in_an_hour():{LATER}}"}
    async with answering({"/creds": keys}) as (url, came):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/creds")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token")
        assert await account(aws) == aws.number
    assert came[0].headers["Authorization"] == "pod-token"


async def test_an_instance_role(aws: Account, nothing_else: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {
        "Code": "Success",
        "AccessKeyId": aws.number,
        "SecretAccessKey": "s",
        "Token": "t",
        "Expiration": f"{in_an_hour():{LATER}}",
    }
    roles = "/latest/meta-data/iam/security-credentials/"
    async with answering({"/latest/api/token": "v2", roles: "watcher", f"{roles}watcher": keys}) as (url, came):
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        assert await account(aws) == aws.number
    assert [request.method for request in came] == ["PUT", "GET", "GET"]


async def test_a_web_identity(
    aws: Account, nothing_else: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text("signed-by-the-cluster")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ROLE_ARN", f"arn:aws:iam::{aws.number}:role/pod")
    recording = Recording()
    async with aws.gateway(recording) as url, caller_for(Context("c", aws.region, None, url)) as caller:
        await sts.identity(caller)
    # It is not signed, so nothing in it says of which service it is.
    assert [name.split(":")[1] for name in recording.names] == ["AssumeRoleWithWebIdentity", "GetCallerIdentity"]
    assert recording.calls[0].parameters["WebIdentityToken"] == "signed-by-the-cluster"


async def test_logging_in_to_sso_again_while_it_runs_is_enough(
    aws: Account, nothing_else: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The SDK works out its folder under the home directory once, when it is imported.
    monkeypatch.setattr("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", str(tmp_path))
    start = "https://corp.awsapps.com/start"
    write(
        nothing_else,
        f"[profile sso]\nsso_start_url = {start}\nsso_region = eu-west-1\nsso_account_id = {aws.number}\n"
        "sso_role_name = OnCall\n",
    )
    cache = tmp_path / f"{hashlib.sha1(start.encode()).hexdigest()}.json"

    def log_in(token: str, until: datetime) -> None:
        found = {"startUrl": start, "region": "eu-west-1", "accessToken": token, "expiresAt": f"{until:{LATER}}"}
        cache.write_text(json.dumps(found))

    def federate(request: web.Request) -> Any:
        if request.headers["x-amz-sso_bearer_token"] != "fresh":
            headers = {"x-amzn-errortype": "UnauthorizedException"}
            return web.json_response({"message": "Session token not found or invalid"}, status=401, headers=headers)
        soon = int(in_an_hour().timestamp() * 1000)
        keys = {"accessKeyId": aws.number, "secretAccessKey": "s", "sessionToken": "t", "expiration": soon}
        return {"roleCredentials": keys}

    async with (
        answering({"/federation/credentials": federate}) as (sso, _),
        aws.gateway() as url,
        caller_for(Context("c", aws.region, "sso", url)) as caller,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", sso)
        log_in("stale", datetime.now(UTC) - timedelta(minutes=1))
        over = await fault_of(caller, sts.WHO_AM_I)
        log_in("revoked", in_an_hour())
        revoked = await fault_of(caller, sts.WHO_AM_I)
        log_in("fresh", in_an_hour())
        assert (await sts.identity(caller)).account == aws.number
    for fault in (over, revoked):
        assert fault.code == "credentials"
        assert "aws sso login" in fault.hint


def with_mfa(config: Path, aws: Account) -> None:
    keys = f"aws_access_key_id = {aws.number}\naws_secret_access_key = test\n"
    role = f"role_arn = arn:aws:iam::{aws.number}:role/ops\nsource_profile = base\nmfa_serial = arn:mfa/me\n"
    config.write_text(f"[profile base]\n{keys}[profile ops]\n{role}")


async def test_a_role_whose_session_ends_asks_for_another_code_and_goes_on(aws: Account, nothing_else: Path) -> None:
    with_mfa(nothing_else, aws)
    codes, recording = MfaCodes(), Recording()
    ended = Faults().on("sts:GetCallerIdentity", refused("expired"), after=1)
    async with aws.gateway(recording, ended) as url:
        context = Context("ops", aws.region, "ops", url)
        async with caller_for(context, prompter=codes.prompter("ops")) as caller:
            assert (await fault_of(caller, sts.WHO_AM_I)).message == "the role needs an MFA code"
            assert dict(codes.wanted) == {"ops": "arn:mfa/me"}
            assert not codes.refused("ops")
            codes.give("ops", "111111")
            await sts.identity(caller)
            assert not codes.wanted
            assert (await fault_of(caller, sts.WHO_AM_I)).message == "the AWS credentials have expired"
            assert (await fault_of(caller, sts.WHO_AM_I)).message == "the role needs an MFA code"
            assert codes.refused("ops")
            codes.give("ops", "222222")
            await sts.identity(caller)
    assert [call.parameters["TokenCode"] for call in recording.of("sts:AssumeRole")] == ["111111", "222222"]


async def test_a_wrong_code_is_told_as_that_and_not_as_a_lack_of_permission(aws: Account, nothing_else: Path) -> None:
    with_mfa(nothing_else, aws)
    codes = MfaCodes()

    async def wrong(_: web.Request, call: Any, __: Any) -> web.StreamResponse:
        return error_answer(call, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA code.", 403)

    async with aws.gateway(Faults().on("sts:AssumeRole", wrong)) as url:
        context = Context("ops", aws.region, "ops", url)
        async with caller_for(context, prompter=codes.prompter("ops")) as caller:
            codes.give("ops", "000000")
            fault = await fault_of(caller, sts.WHO_AM_I)
    assert fault.code == "credentials"
    assert fault.message == "AssumeRole was refused: MultiFactorAuthentication failed with invalid MFA code."


async def test_a_credential_process_that_hangs_is_given_up_with_all_that_it_started(
    aws: Account, nothing_else: Path, tmp_path: Path
) -> None:
    script, pid = tmp_path / "hang.py", tmp_path / "pid"
    write(
        script,
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
        "try:\n    open('/dev/tty')\nexcept OSError:\n    time.sleep(600)\n",
    )
    write(nothing_else, f"[profile p]\ncredential_process = {sys.executable} {script}\n")
    async with aws.gateway() as url, caller_for(Context("c", aws.region, "p", url), process_seconds=1.0) as caller:
        fault = await fault_of(caller, sts.WHO_AM_I)
    assert fault.code == "credentials"
    assert fault.message.endswith("gave nothing within 1 s")
    assert not _alive(pid)


def _alive(pid: Path) -> bool:
    """Whether the process is there whose id stands in this file; one that is dead and not reaped is not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", pid.read_text()], capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")
