"""The charts of each kind of resource, from its most telling metrics to the rest of its catalogue.

What no metric says evwatch works out: shares in percent, and what a queue gains.
"""

from __future__ import annotations

from collections.abc import Mapping

from evwatch.model import catalogue
from evwatch.model.arn import Arn, parse_arn
from evwatch.model.catalogue import function_metric, query, rule_metric, sqs
from evwatch.model.flow import Flow, Node
from evwatch.model.metric import MetricQuery
from evwatch.model.metric_math import Computed, Plotted

Charts = tuple[tuple[Plotted, ...], ...]
"""Each is one or several series on one axis."""


def charts(node: Node, flow: Flow | None = None) -> Charts:
    """The charts of a resource; `flow` adds those of the mappings that feed a function."""
    arn = parse_arn(node.arn)
    if arn is None:
        return ()
    match node.kind:
        case "queue":
            return _queue(arn.name)
        case "function":
            return (*_function(arn.name), *_mappings(node, flow))
        case "rule":
            return _rule(node.arn)
        case "event-bus":
            return _bus(node.name)
        case "topic":
            return _topic(arn.name)
        case "state-machine":
            return _state_machine(node.arn)
        case "pipe":
            return _pipe(arn.name)
        case "schedule":
            return _schedule(node)
        case "stream":
            return _stream(arn.name)
        case "table":
            return _table(arn.name, node.details.get("stream", ""))
        case "log-group":
            return _log_group(arn)
    return ()


def share(label: str, part: str, whole: str, **terms: MetricQuery) -> Computed:
    """So many of a hundred."""
    return Computed(label, "%", f"100 * ({part}) / ({whole})", tuple(terms.items()))


def _many(namespace: str, dimensions: Mapping[str, str], *names: str) -> tuple[MetricQuery, ...]:
    return tuple(query(namespace, dimensions, name) for name in names)


def _percentiles(namespace: str, dimensions: Mapping[str, str], name: str) -> tuple[MetricQuery, ...]:
    return tuple(query(namespace, dimensions, name, each, "ms", f"{name} {each}") for each in ("p50", "p99"))


def _queue(name: str) -> Charts:
    came, gone = catalogue.sent(name), catalogue.deleted(name)
    fifo = (
        (
            sqs(name, "ApproximateNumberOfGroupsWithInflightMessages", "Maximum", "groups in flight"),
            sqs(name, "NumberOfDeduplicatedSentMessages", "Sum", "deduplicated", counts=True),
        ),
    )
    fair = (
        (
            sqs(name, "ApproximateNumberOfNoisyGroups", "Maximum", "noisy groups"),
            sqs(name, "ApproximateNumberOfMessagesVisibleInQuietGroups", "Maximum", "visible in quiet groups"),
        ),
        (sqs(name, "ApproximateAgeOfOldestMessageInQuietGroups", "Maximum", "oldest in quiet groups", "s"),),
    )
    return (
        (catalogue.visible(name), catalogue.in_flight(name)),
        (came, gone, Computed("in - out", "", "came - gone", (("came", came), ("gone", gone)))),
        (catalogue.oldest(name),),
        (sqs(name, "ApproximateNumberOfMessagesDelayed", "Maximum", "delayed"),),
        (catalogue.received(name), sqs(name, "NumberOfEmptyReceives", "Sum", "empty receives", counts=True)),
        (sqs(name, "SentMessageSize", "Average", "size sent", "bytes"),),
        *(fifo if name.endswith(".fifo") else fair),
    )


def _function(name: str) -> Charts:
    invoked, failed, throttled = (function_metric(name, each) for each in ("Invocations", "Errors", "Throttles"))
    return (
        (invoked, failed, throttled),
        # Lambda counts a throttled request as no invocation, and a failed one as an invocation.
        (
            share("error rate", "failed", "invoked", failed=failed, invoked=invoked),
            share("throttle rate", "throttled", "invoked + throttled", throttled=throttled, invoked=invoked),
        ),
        tuple(function_metric(name, "Duration", each, "ms") for each in ("p50", "p99")),
        (function_metric(name, "ConcurrentExecutions", "Maximum"),),
        (function_metric(name, "AsyncEventsReceived"), function_metric(name, "AsyncEventsDropped")),
        (
            function_metric(name, "AsyncEventAge", "Maximum", "ms"),
            function_metric(name, "IteratorAge", "Maximum", "ms"),
        ),
        (
            function_metric(name, "DeadLetterErrors"),
            function_metric(name, "DestinationDeliveryFailures"),
            function_metric(name, "RecursiveInvocationsDropped"),
        ),
    )


def _mappings(node: Node, flow: Flow | None) -> Charts:
    """Metrics that a mapping has where its owner switched them on (MetricsConfig: EventCount)."""
    found: list[tuple[Plotted, ...]] = []
    for edge in flow.incoming.get(node.arn, ()) if flow else ():
        for uuid in edge.named("mapping") if edge.kind == "consumes" else ():
            own = {"EventSourceMappingUUID": uuid}
            counts = _many("AWS/Lambda", own, "PolledEventCount", "InvokedEventCount", "FailedInvokeEventCount")
            rest = _many(
                "AWS/Lambda",
                own,
                "FilteredOutEventCount",
                "DroppedEventCount",
                "OnFailureDestinationDeliveredEventCount",
            )
            found += [counts, rest]
    return tuple(found)


def _rule(arn: str) -> Charts:
    invoked, died = rule_metric(arn, "Invocations"), rule_metric(arn, "InvocationsSentToDlq")
    failed = rule_metric(arn, "FailedInvocations")
    tried, retried = rule_metric(arn, "InvocationAttempts"), rule_metric(arn, "RetryInvocationAttempts")
    return (
        (rule_metric(arn, "TriggeredRules"), invoked, failed),
        (
            share("failed", "failed", "invoked", failed=failed, invoked=invoked),
            share("to DLQ", "died", "invoked", died=died, invoked=invoked),
            share("retried", "retried", "tried", retried=retried, tried=tried),
        ),
        (died, rule_metric(arn, "InvocationsFailedToBeSentToDlq"), rule_metric(arn, "ThrottledRules")),
        (tried, rule_metric(arn, "SuccessfulInvocationAttempts"), retried),
        tuple(
            # The documentation writes "Ingestionto", what arrives in CloudWatch says "IngestionTo".
            query(
                "AWS/Events",
                dict(catalogue.rule_dimensions(arn)),
                f"IngestionToInvocation{step}Latency",
                "p99",
                "ms",
                f"to {step.lower()} p99",
            )
            for step in ("Start", "Success", "Complete")
        ),
    )


def _bus(name: str) -> Charts:
    """EventBridge counts what is put for the whole account alone, and attempts for each bus."""
    account = _many("AWS/Events", {}, "PutEventsEntriesCount", "PutEventsFailedEntriesCount")
    tried, retried = _many("AWS/Events", {"EventBusName": name}, "InvocationAttempts", "RetryInvocationAttempts")
    return (
        (tried, *_many("AWS/Events", {"EventBusName": name}, "SuccessfulInvocationAttempts"), retried),
        tuple(
            query("AWS/Events", {}, each, label=f"account: {label}")
            for each, label in (
                ("PutEventsEntriesCount", "entries put"),
                ("PutEventsFailedEntriesCount", "refused"),
                ("PutEventsApproximateThrottledCount", "throttled"),
            )
        ),
        (share("account: refused", "refused", "put", refused=account[1], put=account[0]),),
    )


def _topic(name: str) -> Charts:
    own = {"TopicName": name}
    published, delivered, failed = _many(
        "AWS/SNS", own, "NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"
    )
    return (
        (published, delivered, failed),
        (
            share("failed", "failed", "delivered + failed", failed=failed, delivered=delivered),
            share(
                "to DLQ",
                "died",
                "delivered + failed",
                **{
                    "died": query("AWS/SNS", own, "NumberOfNotificationsRedrivenToDlq"),
                    "delivered": delivered,
                    "failed": failed,
                },
            ),
        ),
        _many("AWS/SNS", own, "NumberOfNotificationsRedrivenToDlq", "NumberOfNotificationsFailedToRedriveToDlq"),
        _many(
            "AWS/SNS",
            own,
            "NumberOfNotificationsFilteredOut",
            "NumberOfNotificationsFilteredOut-InvalidAttributes",
            "NumberOfNotificationsFilteredOut-InvalidMessageBody",
        ),
        (query("AWS/SNS", own, "PublishSize", "Average", "bytes"),),
    )


def _state_machine(arn: str) -> Charts:
    own = {"StateMachineArn": arn}
    started, succeeded, failed, timed_out, aborted = (
        query("AWS/States", own, f"Executions{each}")
        for each in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted")
    )
    ended = {"failed": failed, "late": timed_out, "aborted": aborted, "succeeded": succeeded}
    return (
        (started, succeeded, failed),
        (share("error rate", "failed + late", "failed + late + aborted + succeeded", **ended),),
        (timed_out, aborted, query("AWS/States", own, "ExecutionThrottled")),
        _percentiles("AWS/States", own, "ExecutionTime"),
    )


def _pipe(name: str) -> Charts:
    space, own = "AWS/EventBridge/Pipes", {"PipeName": name}
    ran, failed, partly = _many(space, own, "Invocations", "ExecutionFailed", "ExecutionPartiallyFailed")
    return (
        (query(space, own, "EventCount"), failed, partly),
        (share("error rate", "failed", "ran", failed=failed, ran=ran),),
        _many(space, own, "ExecutionThrottled", "ExecutionTimeout"),
        _many(space, own, "EnrichmentStageFailed", "TargetStageFailed", "TargetStagePartiallyFailed"),
        _percentiles(space, own, "Duration"),
        _percentiles(space, own, "TargetStageDuration"),
        (query(space, own, "EventSize", "Average", "bytes"),),
    )


def _schedule(node: Node) -> Charts:
    """Scheduler counts for a group of schedules, not for each."""
    group = node.details.get("group") or "default"
    tried, wrong = (
        query("AWS/Scheduler", {"ScheduleGroup": group}, each)
        for each in ("InvocationAttemptCount", "TargetErrorCount")
    )
    rest = {
        each: query("AWS/Scheduler", {"ScheduleGroup": group}, each, label=label)
        for each, label in (
            ("InvocationDroppedCount", "dropped"),
            ("InvocationThrottleCount", "throttled"),
            ("TargetErrorThrottledCount", "target throttled"),
            ("InvocationsSentToDeadLetterCount", "to DLQ"),
            ("InvocationsFailedToBeSentToDeadLetterCount", "DLQ refused"),
        )
    }
    return (
        (tried, wrong, rest["InvocationsSentToDeadLetterCount"]),
        (share(f"group {group}: failed", "wrong", "tried", wrong=wrong, tried=tried),),
        (rest["InvocationDroppedCount"], rest["InvocationThrottleCount"], rest["TargetErrorThrottledCount"]),
        (rest["InvocationsFailedToBeSentToDeadLetterCount"],),
    )


def _stream(name: str) -> Charts:
    space, own = "AWS/Kinesis", {"StreamName": name}
    return (
        (query(space, own, "GetRecords.IteratorAgeMilliseconds", "Maximum", "ms", "lag"),),
        (query(space, own, "IncomingRecords"), query(space, own, "GetRecords.Records")),
        _many(space, own, "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"),
        _many(space, own, "PutRecords.FailedRecords", "PutRecords.ThrottledRecords"),
        (query(space, own, "IncomingBytes", unit="bytes"),),
    )


def _table(name: str, stream: str) -> Charts:
    space, own = "AWS/DynamoDB", {"TableName": name}
    read = {**own, "StreamLabel": stream, "Operation": "GetRecords"}
    of_stream = ((query(space, read, "ReturnedRecordsCount"),), (query(space, read, "ReturnedBytes", unit="bytes"),))
    return (
        *(of_stream[:1] if stream else ()),
        _many(space, own, "ReadThrottleEvents", "WriteThrottleEvents"),
        _many(space, own, "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
        *(of_stream[1:] if stream else ()),
    )


def _log_group(arn: Arn) -> Charts:
    own = {"LogGroupName": arn.resource.removeprefix("log-group:").removesuffix(":*")}
    return (
        (query("AWS/Logs", own, "IncomingLogEvents"),),
        (query("AWS/Logs", own, "IncomingBytes", unit="bytes"),),
        _many("AWS/Logs", own, "DeliveryErrors", "DeliveryThrottling"),
    )
