"""The functions, what feeds them and where their failures go, and the state machine."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evwatch.demo import functions
from evwatch.demo.api import Api
from evwatch.demo.environment import WITHOUT_SDK
from evwatch.demo.functions import weather
from evwatch.demo.system import names


@dataclass(frozen=True, slots=True)
class Function:
    """A function and its code's file."""

    name: str
    code: str = "acknowledge"
    timeout: int = 30
    environment: dict[str, str] = field(default_factory=dict)
    dlq: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """An event source mapping of a queue."""

    queue: str
    function: str
    batch_size: int
    concurrency: int | None = None


FUNCTIONS = (
    Function(names.PROCESS_ORDER, "process_order", environment={"TABLE": names.ORDERS_TABLE}),
    Function(names.RESERVE_STOCK, "reserve_stock"),
    Function(names.SEND_CONFIRMATION, dlq=names.SEND_CONFIRMATION_DLQ),
    Function(names.NOTIFY_CUSTOMER),
    Function(names.RECORD_PAYMENT),
    Function(names.FLAG_DECLINED),
    Function(names.SEND_RECEIPT),
    Function(names.OFFBOARD_CUSTOMER, timeout=900),
    Function(names.INDEX_EXPORT),
    Function(names.PROJECT_ORDER),
    Function(names.ARCHIVE_AUDIT),
    Function(names.RECONCILE_PAYMENTS, timeout=300),
)
MAPPINGS = (
    Mapping(names.ORDER_EVENTS, names.PROCESS_ORDER, batch_size=10, concurrency=2),
    Mapping(names.INVENTORY, names.RESERVE_STOCK, batch_size=2, concurrency=2),
    Mapping(names.NOTIFICATIONS, names.NOTIFY_CUSTOMER, batch_size=10, concurrency=2),
    Mapping(names.PAYMENT_LEDGER, names.RECORD_PAYMENT, batch_size=10, concurrency=2),
    Mapping(names.OFFBOARDING, names.OFFBOARD_CUSTOMER, batch_size=1),
)
INVOKERS = (
    (names.SEND_CONFIRMATION, "events", names.rule_arn(names.BUS, "order-confirmation")),
    (names.RECONCILE_PAYMENTS, "events", names.rule_arn("default", "reconcile-payments-nightly")),
    (names.FLAG_DECLINED, "sns", names.topic_arn(names.TOPIC)),
    (names.SEND_RECEIPT, "sns", names.topic_arn(names.TOPIC)),
    (names.INDEX_EXPORT, "s3", f"arn:aws:s3:::{names.EXPORTS_BUCKET}"),
)
"""Function, and which service may invoke it on behalf of what."""
_FULFILMENT = {
    "StartAt": "Pack",
    "States": {"Pack": {"Type": "Pass", "Next": "Ship"}, "Ship": {"Type": "Pass", "End": True}},
}


def create_functions(api: Api, began: float, speed: float) -> None:
    """Create the functions, which know when the story began and how fast it is told, and the state machine."""
    told = {weather.BEGAN: str(began), weather.SPEED: str(speed), WITHOUT_SDK: "1"}
    for function in FUNCTIONS:
        dlq: dict[str, Any] = {}
        if function.dlq:
            dlq = {"DeadLetterConfig": {"TargetArn": names.queue_arn(function.dlq)}}
        api.client("lambda").create_function(
            FunctionName=function.name,
            Runtime="python3.12",
            Role=names.ROLE,
            Handler=f"{function.code}.handler",
            Code={"ZipFile": _zipped(function.code)},
            Timeout=function.timeout,
            MemorySize=128,
            Environment={"Variables": function.environment | told},
            Tags=names.TAGS,
            **dlq,
        )
    for name, service, source in INVOKERS:
        api.client("lambda").add_permission(
            FunctionName=name,
            StatementId=f"{service}-{name}",
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            SourceArn=source,
        )
    api.client("lambda").put_function_event_invoke_config(
        FunctionName=names.RECONCILE_PAYMENTS,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": names.queue_arn(names.RECONCILE_FAILURES)}},
    )
    api.client("stepfunctions").create_state_machine(
        name=names.FULFIL_ORDER,
        definition=json.dumps(_FULFILMENT),
        roleArn=names.ROLE,
        tags=[{"key": key, "value": value} for key, value in names.TAGS.items()],
    )


def create_mappings(api: Api, table_stream_arn: str, *, enabled: bool) -> None:
    """Let the functions consume. Not enabled, queues keep what is in them."""
    lambda_ = api.client("lambda")
    for mapping in MAPPINGS:
        scaling: dict[str, Any] = {}
        if mapping.concurrency:
            scaling = {"ScalingConfig": {"MaximumConcurrency": mapping.concurrency}}
        lambda_.create_event_source_mapping(
            EventSourceArn=names.queue_arn(mapping.queue),
            FunctionName=mapping.function,
            BatchSize=mapping.batch_size,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            Enabled=enabled,
            **scaling,
        )
    for source, function, failures in (
        (table_stream_arn, names.PROJECT_ORDER, names.PROJECTION_FAILURES),
        (names.arn("kinesis", f"stream/{names.AUDIT_STREAM}"), names.ARCHIVE_AUDIT, names.AUDIT_FAILURES),
    ):
        lambda_.create_event_source_mapping(
            EventSourceArn=source,
            FunctionName=function,
            BatchSize=100,
            StartingPosition="LATEST",
            MaximumRetryAttempts=2,
            DestinationConfig={"OnFailure": {"Destination": names.queue_arn(failures)}},
            Enabled=enabled,
        )


def _zipped(code: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(Path(functions.__path__[0]) / f"{code}.py", f"{code}.py")
    return content.getvalue()
