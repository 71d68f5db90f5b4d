"""Public serverless patterns as templates: the flow has the links that the template states, and no other."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from tests.emulator.account import Account
from tests.flow.conftest import Deploy
from tests.flow.reading import flow_in, flow_of, links, session


async def test_fan_out(aws: Account, deploy: Deploy, tmp_path: Path) -> None:
    deploy("fan_out")
    flow = await flow_of(aws, tmp_path)
    assert links(flow) == {
        ("sns fan-orders", "subscribes", "sqs fan-billing"),
        ("sns fan-orders", "subscribes", "sqs fan-shipping"),
        ("sns fan-orders", "subscribes", "lambda fan-audit"),
        ("sns fan-orders", "dead-letters", "sqs fan-undelivered"),
        ("sqs fan-billing", "dead-letters", "sqs fan-billing-dlq"),
        ("sqs fan-billing", "consumes", "lambda fan-bill"),
    }
    edges = {(edge.kind, edge.target.rsplit(":", 1)[-1]): edge for edge in flow.edges}
    billing = edges["subscribes", "fan-billing"].details
    assert billing["raw"] == "yes"
    assert billing["filter"] == '{"kind": ["paid"]}'
    assert len(edges["dead-letters", "fan-undelivered"].named("subscription")) == 2
    assert edges["consumes", "fan-bill"].details["batch"] == "5"
    assert not edges["consumes", "fan-bill"].enabled


async def test_saga(aws: Account, deploy: Deploy, tmp_path: Path) -> None:
    deploy("saga")
    flow = await flow_of(aws, tmp_path)
    assert links(flow) == {
        ("events saga-travel", "routes", "events saga-requested"),
        ("events saga-requested", "targets", "states saga-booking"),
        ("events saga-requested", "dead-letters", "sqs saga-start-dlq"),
        ("states saga-booking", "calls", "lambda saga-reserve-flight"),
        ("states saga-booking", "calls", "lambda saga-reserve-hotel"),
        ("states saga-booking", "calls", "lambda saga-cancel-flight"),
        ("states saga-booking", "calls", "dynamodb saga-bookings"),
        ("states saga-booking", "calls", "events saga-travel"),
        ("states saga-booking", "calls", "sns saga-failures"),
    }
    target = next(edge for edge in flow.edges if edge.kind == "targets")
    assert target.named("target") == ("book",)
    assert target.details["retries"] == "3"
    assert target.details["max-age-seconds"] == "3600"


async def test_claim_check(aws: Account, deploy: Deploy, tmp_path: Path) -> None:
    deploy("claim_check")
    flow = await flow_of(aws, tmp_path)
    assert links(flow) == {
        (f"s3 claim-payloads-{aws.number}", "notifies", "events default"),
        (f"s3 claim-manifests-{aws.number}", "notifies", "sqs claim-checks"),
        (f"s3 claim-manifests-{aws.number}", "notifies", "lambda claim-index"),
        ("events default", "routes", "events claim-stored"),
        ("events claim-stored", "targets", "sqs claim-checks"),
        ("sqs claim-checks", "dead-letters", "sqs claim-checks-dlq"),
        ("sqs claim-checks", "consumes", "lambda claim-fetch"),
    }
    consumes = next(edge for edge in flow.edges if edge.kind == "consumes").details
    assert consumes["partial-failures"] == "yes"
    assert '"exists": true' in consumes["filter"]
    bucket = flow.by_arn[f"arn:aws:s3:::claim-manifests-{aws.number}"]
    assert (bucket.kind, bucket.account, bucket.region) == ("bucket", aws.number, aws.region)


async def test_stream_with_failure_queue(aws: Account, deploy: Deploy, tmp_path: Path) -> None:
    deploy("stream_failures")
    async with aws.gateway() as url, session(aws, url, tmp_path) as live:
        # The emulator forgets a pipe's parameters, and the gateway remembers those that it saw.
        dlq = {"Arn": aws.arn("sqs", "stream-click-failures")}
        parameters = {"KinesisStreamParameters": {"DeadLetterConfig": dlq}}
        role = f"arn:aws:iam::{aws.number}:role/stream-role"
        update = partial(aws.boto("pipes", url).update_pipe, Name="stream-keep", RoleArn=role, DesiredState="STOPPED")
        await asyncio.to_thread(update, SourceParameters=parameters)
        flow = flow_in(await live.read())
    assert links(flow) == {
        ("dynamodb stream-carts", "consumes", "lambda stream-project"),
        ("lambda stream-project", "on-failure", "sqs stream-table-failures"),
        ("kinesis stream-clicks", "consumes", "lambda stream-count"),
        ("lambda stream-count", "on-failure", "sqs stream-click-failures"),
        ("kinesis stream-clicks", "consumes", "pipes stream-keep"),
        ("pipes stream-keep", "pipes", "sqs stream-archive"),
        ("pipes stream-keep", "dead-letters", "sqs stream-click-failures"),
    }
    enabled = {(edge.kind, edge.target.rsplit(":", 1)[-1]): edge.enabled for edge in flow.edges}
    assert not enabled["consumes", "stream-project"]
    assert enabled["consumes", "stream-count"]
    assert not enabled["consumes", "pipe/stream-keep"]
    assert not enabled["pipes", "stream-archive"]


async def test_scheduled_pipeline(aws: Account, deploy: Deploy, tmp_path: Path) -> None:
    deploy("scheduled_pipeline")
    flow = await flow_of(aws, tmp_path)
    assert links(flow) == {
        ("scheduler nightly-extract", "schedules", "lambda nightly-extract"),
        ("scheduler nightly-extract", "dead-letters", "sqs nightly-not-started"),
        ("events nightly-weekly", "targets", "lambda nightly-extract"),
        ("lambda nightly-extract", "on-failure", "sqs nightly-failed"),
        ("lambda nightly-extract", "on-success", "lambda nightly-load"),
        ("lambda nightly-load", "dead-letters", "sqs nightly-failed"),
        ("cloudwatch nightly-failures-wait", "notifies", "sns nightly-on-call"),
        ("sns nightly-on-call", "subscribes", "email:on-call@example.com"),
    }
    weekly = [edge for edge in flow.edges if edge.kind == "targets"]
    assert len(weekly) == 1, "two targets of one rule with one ARN are one edge"
    assert weekly[0].named("target") == ("full", "check")
    assert not weekly[0].enabled
