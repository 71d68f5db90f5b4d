"""Which credentials and region apply, what asks for MFA, and that what failed is tried anew once it was put right."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws import cloudwatch, sqs, sts
from evwatch.aws.credentials import resolve_contexts
from evwatch.aws.errors import AwsError
from evwatch.aws.profiles import needs_mfa
from evwatch.config import ContextRequest
from evwatch.model.context import Context
from evwatch.model.fault import Fault
from tests.aws.calling import caller_for, calling, error_of, fault_of, open_files
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused
from tests.emulator.recording import Recording


class Files:
    """The AWS files of the user of this test."""

    def __init__(self, folder: Path) -> None:
        self.config_path, self.credentials_path = folder / "config", folder / "credentials"
        self.environment = {
            "AWS_CONFIG_FILE": str(self.config_path),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.credentials_path),
        }

    def config(self, text: str) -> None:
        self.config_path.write_text(text, encoding="utf-8")

    def credentials(self, text: str) -> None:
        self.credentials_path.write_text(text, encoding="utf-8")

    def keys(self, profile: str, key: str) -> None:
        self.credentials(f"[{profile}]\naws_access_key_id = {key}\naws_secret_access_key = test\n")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """The files, and no keys in the environment."""
    found = Files(tmp_path)
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    return found


def resolved(environment: Mapping[str, str], *requests: ContextRequest) -> list[tuple[str, str]]:
    return [
        (context.name, context.region) for context in resolve_contexts(requests or (ContextRequest(),), environment)
    ]


def refused_to_resolve(environment: Mapping[str, str], *requests: ContextRequest) -> Fault:
    with pytest.raises(AwsError) as raised:
        resolve_contexts(requests or (ContextRequest(),), environment)
    return raised.value.fault


def test_the_region_is_the_one_named_then_aws_region_then_the_default_then_the_profiles(files: Files) -> None:
    files.config("[default]\nregion = eu-west-1\n[profile ops]\nregion = eu-west-2\n")
    both = files.environment | {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"}
    assert resolved(both, ContextRequest(region="sa-east-1")) == [("default/sa-east-1", "sa-east-1")]
    assert resolved(both) == [("default/us-east-1", "us-east-1")]
    assert resolved(files.environment | {"AWS_DEFAULT_REGION": "us-east-2"}) == [("default/us-east-2", "us-east-2")]
    assert resolved(files.environment) == [("default/eu-west-1", "eu-west-1")]
    assert resolved(files.environment, ContextRequest(profile="ops")) == [("ops/eu-west-2", "eu-west-2")]
    assert resolved(files.environment | {"AWS_PROFILE": "ops"}) == [("ops/eu-west-2", "eu-west-2")]


def test_a_region_in_the_credentials_file_counts_as_it_does_for_the_sdk(files: Files) -> None:
    files.credentials("[ops]\nregion = eu-south-1\naws_access_key_id = 1\naws_secret_access_key = 2\n")
    assert resolved(files.environment, ContextRequest(profile="ops")) == [("ops/eu-south-1", "eu-south-1")]


def test_profiles_and_regions_make_a_context_each_and_the_same_one_once(files: Files) -> None:
    requests = [
        ContextRequest(profile=profile, region=region) for profile in ("a", "b") for region in ("r1", "r2", "r1")
    ]
    assert [name for name, _ in resolved(files.environment, *requests)] == ["a/r1", "a/r2", "b/r1", "b/r2"]


def test_no_region_says_where_one_could_be_set(files: Files) -> None:
    files.config("[default]\noutput = json\n")
    fault = refused_to_resolve(files.environment)
    assert (fault.code, fault.message) == ("region", "no AWS region is set")
    assert "AWS_REGION" in fault.hint


def test_a_profile_that_does_not_exist_is_told_rather_than_its_lack_of_a_region(files: Files) -> None:
    files.config("[profile production]\nregion = eu-west-1\n[sso-session prodution-sso]\n[services prodution]\n")
    fault = refused_to_resolve(files.environment, ContextRequest(profile="prodution"))
    assert (fault.code, fault.message) == ("credentials", "the AWS profile prodution does not exist")
    assert fault.hint == "is it production?", "and no section that is no profile"


async def test_a_profile_that_does_not_exist_is_told_by_the_first_call_where_the_region_was_named(
    files: Files,
) -> None:
    async with caller_for(Context("x/r", "eu-west-1", profile="nobody")) as caller:
        fault = await fault_of(caller, sts.WHO_AM_I)
    assert (fault.code, fault.source) == ("credentials", "sts:GetCallerIdentity")
    assert "nobody" in fault.message


@pytest.mark.parametrize(
    ("config", "environment", "asks"),
    [
        ("", {}, False),
        ("[default]\nrole_arn = r\nmfa_serial = m\nsource_profile = base\n[profile base]\n", {}, True),
        ("[default]\nrole_arn = r\nsource_profile = base\n[profile base]\nrole_arn = q\nmfa_serial = m\n", {}, True),
        ("[default]\nrole_arn = r\nsource_profile = base\n[profile base]\nregion = x\n", {}, False),
        ("[default]\nrole_arn = r\nsource_profile = default\n", {}, False),
        ("[profile a]\nsource_profile = b\n[profile b]\nsource_profile = a\n", {"AWS_PROFILE": "a"}, False),
        ("[profile ops]\nrole_arn = r\nmfa_serial = m\n", {"AWS_PROFILE": "ops"}, True),
        ("[default]\nrole_arn = r\nmfa_serial = m\n", {"AWS_ACCESS_KEY_ID": "1"}, False),
        ("[default]\nmfa_serial = m\n", {}, False),
        ("not a settings file", {}, False),
    ],
)
def test_mfa_is_foreseen_from_the_files_alone(
    files: Files, config: str, environment: dict[str, str], asks: bool
) -> None:
    files.config(config)
    assert needs_mfa(ContextRequest(), files.environment | environment) is asks


def test_mfa_of_a_named_profile_is_asked_for_whatever_the_environment_holds(files: Files) -> None:
    files.config("[profile ops]\nrole_arn = r\nmfa_serial = m\n")
    assert needs_mfa(ContextRequest(profile="ops"), files.environment | {"AWS_ACCESS_KEY_ID": "1"})


async def test_a_named_profile_wins_over_keys_in_the_environment(
    aws: Account, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.keys("other", "200000000002")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    async with aws.gateway() as url, caller_for(Context("c", aws.region, "other", url)) as caller:
        assert (await sts.identity(caller)).account == "200000000002"
    async with aws.gateway() as url, caller_for(Context("c", aws.region, None, url)) as caller:
        assert (await sts.identity(caller)).account == aws.number


async def test_keys_that_expired_work_again_as_soon_as_the_file_holds_new_ones(aws: Account, files: Files) -> None:
    files.keys("default", "200000000003")
    recording = Recording()
    expired = Faults().on("*", refused("expired"), times=2)
    async with calling(aws, recording, expired) as caller:
        assert (await fault_of(caller, sts.WHO_AM_I)).code == "credentials"
        assert (await fault_of(caller, sqs.LIST_QUEUES)).code == "credentials"
        files.keys("default", aws.number)
        assert (await sts.identity(caller)).account == aws.number
    assert [call.access_key_id for call in recording.calls] == ["200000000003", "200000000003", aws.number]


async def test_keys_that_appear_while_evwatch_runs_are_found(aws: Account, files: Files) -> None:
    async with calling(aws) as caller:
        fault = await fault_of(caller, sts.WHO_AM_I)
        assert (fault.code, fault.message) == ("credentials", "no AWS credentials were found")
        files.credentials("[default]\naws_access_key_id = 1\n")
        fault = await fault_of(caller, sts.WHO_AM_I)
        assert (fault.code, "aws_secret_access_key" in fault.message) == ("credentials", True)
        files.keys("default", aws.number)
        assert (await sts.identity(caller)).account == aws.number


async def test_calls_under_way_finish_while_another_ones_credentials_fail(aws: Account) -> None:
    release = asyncio.Event()
    held = asyncio.Event()

    class Hold(Recording):
        async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
            answer = await super().__call__(request, handler)
            if self.names[-1] == "sqs:ListQueues":
                held.set()
                await release.wait()
            return answer

    async with calling(aws, Hold(), Faults().on("sts:*", refused("expired"))) as caller:
        waiting = asyncio.create_task(caller.call(sqs.LIST_QUEUES))
        await held.wait()
        assert (await fault_of(caller, sts.WHO_AM_I)).code == "credentials"
        release.set()
        assert "QueueUrls" in await waiting
        assert (await sts.identity(caller)).account == aws.number


async def test_failing_credentials_leave_neither_clients_nor_sockets_behind(aws: Account) -> None:
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        async with calling(aws, Faults().on("*", refused("expired"), times=None)) as caller:
            calls = (sqs.LIST_QUEUES, sts.WHO_AM_I, cloudwatch.DESCRIBE_ALARMS)
            counts = []
            for _ in range(4):
                await asyncio.gather(*(fault_of(caller, call) for call in calls))
                counts.append(open_files())
        gc.collect()
    assert counts[-1] <= counts[0] + 3, counts
    assert [str(warning.message) for warning in told] == []


async def test_a_credential_process_cannot_read_the_keys_that_are_typed(
    aws: Account, files: Files, tmp_path: Path
) -> None:
    script = tmp_path / "process.py"
    keys = {"Version": 1, "AccessKeyId": aws.number, "SecretAccessKey": "test"}
    script.write_text(
        "import json, sys\n"
        f"keys = {json.dumps(keys)}\n"
        "sys.stderr.write(repr(sys.stdin.read()))\n"
        "print(json.dumps(keys))\n"
    )
    files.config(f"[profile p]\ncredential_process = {sys.executable} {script}\n")
    read, write = os.pipe()
    os.write(write, b"typed by the operator")
    os.close(write)
    stdin = os.dup(0)
    os.dup2(read, 0)
    try:
        async with aws.gateway() as url, caller_for(Context("p/r", aws.region, "p", url)) as caller:
            assert (await sts.identity(caller)).account == aws.number
        assert os.read(0, 100) == b"typed by the operator"
    finally:
        os.dup2(stdin, 0)
        os.close(stdin)
        os.close(read)


@pytest.mark.parametrize(
    ("process", "says"),
    [
        ("/nowhere/to/be/found", "No such file"),
        ("/bin/echo not json", "the AWS credentials cannot be read"),
        ("/bin/sh -c 'echo >&2 log in first; exit 3'", "log in first"),
    ],
)
async def test_a_credential_process_that_fails_is_a_matter_of_credentials(
    aws: Account, files: Files, process: str, says: str
) -> None:
    files.config(f"[profile p]\ncredential_process = {process}\n")
    async with aws.gateway() as url, caller_for(Context("p/r", aws.region, "p", url)) as caller:
        error = await error_of(caller, sts.WHO_AM_I)
    assert (error.fault.code, error.fault.source) == ("credentials", "sts:GetCallerIdentity")
    assert says in error.fault.message


async def test_a_role_of_an_emulator_is_not_left_where_the_aws_cli_would_use_it(
    aws: Account, files: Files, tmp_path: Path
) -> None:
    files.keys("base", aws.number)
    async with aws.gateway() as url:
        context = Context("prod", aws.region, "base", url, role_arn=f"arn:aws:iam::{aws.number}:role/watcher")
        for _ in range(2):
            async with caller_for(context) as caller:
                await caller.call(sqs.LIST_QUEUES)
    assert not (tmp_path / "home" / ".aws").exists()


async def test_a_role_of_aws_that_the_aws_cli_assumed_serves_here_too(
    aws: Account, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.credentials("[base]\naws_access_key_id = 1\naws_secret_access_key = 2\n")
    role = "arn:aws:iam::1:role/r"
    files.config(f"[profile ops]\nrole_arn = {role}\nsource_profile = base\nmfa_serial = arn:mfa\n")
    # As the CLI keeps it: a file named by the SHA-1 of what the role is assumed with (botocore, AssumeRole fetcher).
    asked = json.dumps({"RoleArn": role, "SerialNumber": "arn:mfa"}, sort_keys=True)
    keys = {
        "AccessKeyId": aws.number,
        "SecretAccessKey": "x",
        "SessionToken": "y",
        "Expiration": "2099-01-01T00:00:00Z",
    }
    cache = tmp_path / "home" / ".aws" / "cli" / "cache"
    cache.mkdir(parents=True)
    (cache / f"{hashlib.sha1(asked.encode()).hexdigest()}.json").write_text(json.dumps({"Credentials": keys}))
    async with aws.gateway() as url, caller_for(Context("ops/r", aws.region, "ops")) as caller:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", url)
        assert "QueueUrls" in await caller.call(sqs.LIST_QUEUES)


async def test_a_contexts_role_is_assumed_at_its_endpoint_from_the_named_profile(aws: Account, files: Files) -> None:
    files.keys("base", aws.number)
    recording = Recording()
    role = f"arn:aws:iam::{aws.number}:role/watcher"
    async with aws.gateway(recording) as url:
        context = Context("prod", aws.region, "base", url, role_arn=role)
        async with caller_for(context) as caller:
            await caller.call(sqs.LIST_QUEUES)
    assert recording.names == ["sts:AssumeRole", "sqs:ListQueues"]
    assert recording.calls[0].access_key_id == aws.number
    assert recording.calls[0].parameters["RoleArn"] == role
    assert recording.calls[1].access_key_id not in ("", aws.number)


async def test_a_contexts_role_is_assumed_with_the_keys_of_the_environment(
    aws: Account, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    recording = Recording()
    async with aws.gateway(recording) as url:
        context = Context("prod", aws.region, None, url, role_arn=f"arn:aws:iam::{aws.number}:role/watcher")
        async with caller_for(context) as caller:
            await caller.call(sqs.LIST_QUEUES)
    assert recording.names == ["sts:AssumeRole", "sqs:ListQueues"]
    assert recording.calls[0].access_key_id == aws.number


async def test_a_role_that_asks_for_mfa_once_the_screen_is_open_is_told_and_stalls_nothing(
    aws: Account, files: Files
) -> None:
    files.credentials(f"[base]\naws_access_key_id = {aws.number}\naws_secret_access_key = test\n")
    files.config("[profile ops]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nmfa_serial = arn:mfa\n")
    async with aws.gateway() as url, caller_for(Context("ops/r", aws.region, "ops", url)) as caller:
        fault = await fault_of(caller, sts.WHO_AM_I)
    assert (fault.code, fault.message) == ("credentials", "the role needs an MFA code")
