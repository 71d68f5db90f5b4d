"""Alarms that tell nobody, or that can never fire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from evwatch.model.alarm import Alarm, AlarmMetric
from evwatch.model.alarm_subject import children, metric_subject
from evwatch.model.arn import arn_name, parse_arn
from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.metric import Metric

_ALARM_ACTIONS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html"
_NAMES: Mapping[str, tuple[str, ...]] = {
    "AWS/SQS": (
        "ApproximateAgeOfOldestMessage",
        "ApproximateAgeOfOldestMessageInQuietGroups",
        "ApproximateNumberOfGroupsWithInflightMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesDelayedInQuietGroups",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesNotVisibleInQuietGroups",
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesVisibleInQuietGroups",
        "ApproximateNumberOfNoisyGroups",
        "NumberOfDeduplicatedSentMessages",
        "NumberOfEmptyReceives",
        "NumberOfMessagesDeleted",
        "NumberOfMessagesReceived",
        "NumberOfMessagesSent",
        "SentMessageSize",
    ),
    "AWS/Lambda": (
        "AsyncEventAge",
        "AsyncEventsDropped",
        "AsyncEventsReceived",
        "ClaimedAccountConcurrency",
        "ConcurrentExecutions",
        "DeadLetterErrors",
        "DeletedEventCount",
        "DestinationDeliveryFailures",
        "DroppedEventCount",
        "Duration",
        "Errors",
        "FailedInvokeEventCount",
        "FilteredOutEventCount",
        "Invocations",
        "InvokedEventCount",
        "IteratorAge",
        "OffsetLag",
        "OnFailureDestinationDeliveredEventCount",
        "OversizedRecordCount",
        "PolledEventCount",
        "PostRuntimeExtensionsDuration",
        "ProvisionedConcurrencyInvocations",
        "ProvisionedConcurrencySpilloverInvocations",
        "ProvisionedConcurrencyUtilization",
        "ProvisionedConcurrentExecutions",
        "ProvisionedPollers",
        "RecursiveInvocationsDropped",
        "SignatureValidationErrors",
        "Throttles",
        "UnreservedConcurrentExecutions",
    ),
    "AWS/Events": (
        "DeadLetterInvocations",
        "FailedInvocations",
        *(f"Ingestion{to}Invocation{step}Latency" for to in ("To", "to") for step in ("Complete", "Start", "Success")),
        "InvocationAttempts",
        "Invocations",
        "InvocationsCreated",
        "InvocationsFailedToBeSentToDlq",
        "InvocationsSentToDlq",
        "MatchedEvents",
        "PutEventsApproximateCallCount",
        "PutEventsApproximateFailedCount",
        "PutEventsApproximateSuccessCount",
        "PutEventsApproximateThrottledCount",
        "PutEventsEntriesCount",
        "PutEventsFailedEntriesCount",
        "PutEventsLatency",
        "PutEventsRequestSize",
        "PutPartnerEventsApproximateCallCount",
        "PutPartnerEventsApproximateFailedCount",
        "PutPartnerEventsApproximateSuccessCount",
        "PutPartnerEventsApproximateThrottledCount",
        "PutPartnerEventsEntriesCount",
        "PutPartnerEventsFailedEntriesCount",
        "PutPartnerEventsLatency",
        "RetryInvocationAttempts",
        "SuccessfulInvocationAttempts",
        "ThrottledRules",
        "TriggeredRules",
    ),
    "AWS/SNS": (
        "NumberOfMessagesPublished",
        "NumberOfNotificationsDelivered",
        "NumberOfNotificationsFailed",
        "NumberOfNotificationsFailedToRedriveToDlq",
        "NumberOfNotificationsFilteredOut",
        "NumberOfNotificationsFilteredOut-InvalidAttributes",
        "NumberOfNotificationsFilteredOut-InvalidMessageBody",
        "NumberOfNotificationsFilteredOut-MessageAttributes",
        "NumberOfNotificationsFilteredOut-MessageBody",
        "NumberOfNotificationsFilteredOut-NoMessageAttributes",
        "NumberOfNotificationsRedrivenToDlq",
        "PublishSize",
        "SMSMonthToDateSpentUSD",
        "SMSSuccessRate",
    ),
}
"""The metrics of the namespaces where names are mistyped most. New ones come: one that is only unknown is not wrong."""
_DIMENSIONS: Mapping[str, frozenset[str]] = {
    "AWS/SQS": frozenset({"QueueName"}),
    "AWS/SNS": frozenset({"TopicName", "Application", "Platform", "PhoneNumber", "Country", "SMSType"}),
}
_LISTED: Mapping[str, str] = {
    "AWS/SQS": "sqs:ListQueues",
    "AWS/Lambda": "lambda:ListFunctions",
    "AWS/SNS": "sns:ListTopics",
    "AWS/Events": "events:ListRules",
    "AWS/States": "states:ListStateMachines",
    "AWS/Kinesis": "kinesis:ListStreams",
    "AWS/EventBridge/Pipes": "pipes:ListPipes",
}


def _without_action(evidence: Evidence) -> Iterator[Told]:
    """An alarm that a composite one is made of leaves the telling to that, and one that only suppresses tells nothing.

    EventBridge hears of every change of an alarm: where a rule listens to CloudWatch, it may be what tells.
    """
    if _heard_by_rules(evidence):
        return
    alarms = [alarm for alarm in evidence.alarms or () if alarm.type != "local"]
    named = {name for alarm in alarms if _tells(alarm) for name in children(alarm.expression)}
    named |= {alarm.suppressor for alarm in alarms if alarm.suppressor}
    told = {name.rsplit(":alarm:", 1)[-1] for name in named}
    for alarm in alarms:
        if _tells(alarm) or alarm.name in told:
            continue
        why = "has no action" if not alarm.action_arns else "has its actions switched off"
        yield alarm.id, f"alarm {alarm.name} {why}; nobody is told when it fires"


def _heard_by_rules(evidence: Evidence) -> bool:
    """Whether rules that match events of CloudWatch exist, or may exist."""
    if not evidence.read("events:ListRules", "events:ListEventBuses"):
        return True
    return any(
        rule.state != "DISABLED" and "aws.cloudwatch" in rule.details.get("pattern", "")
        for rule in evidence.nodes("rule")
    )


def _tells(alarm: Alarm) -> bool:
    return bool(alarm.action_arns) and alarm.actions_enabled


def _impossible(evidence: Evidence) -> Iterator[Told]:
    for alarm in evidence.alarms or ():
        if alarm.type != "metric":
            continue
        for part in alarm.metrics or ((alarm.metric,) if alarm.metric else ()):
            if why := _why_impossible(evidence, alarm, part):
                yield alarm.id, f"alarm {alarm.name} can never fire: {why}"
                break


def _why_impossible(evidence: Evidence, alarm: Alarm, part: AlarmMetric) -> str:
    """Why a metric will never have a datapoint; empty where it may have one."""
    metric = part.metric
    known = _NAMES.get(metric.namespace, ())
    if known and metric.name not in known:
        near = get_close_matches(metric.name, known, n=1, cutoff=0.85)
        if near:
            return f"{metric.namespace} has no metric {metric.name}; {near[0]} is probably meant"
    names = {name for name, _ in metric.dimensions}
    allowed = _DIMENSIONS.get(metric.namespace)
    if allowed and names - allowed:
        return f"{metric.namespace} has no dimension {', '.join(sorted(names - allowed))}"
    if metric.namespace == "AWS/SQS" and not names:
        return f"{metric.namespace} has no metric without a QueueName"
    return "" if part.account else _why_without_subject(evidence, alarm, metric)


def _why_without_subject(evidence: Evidence, alarm: Alarm, metric: Metric) -> str:
    parts = parse_arn(alarm.arn or "")
    partition = parts.partition if parts else "aws"
    subject = metric_subject(metric, partition, alarm.region, alarm.account)
    listed = _LISTED.get(metric.namespace)
    if subject is None or listed is None or not evidence.read(listed):
        return ""
    # A metric of another account is watched where the accounts are linked, and its ARN cannot be told from its name.
    if not any(node.account == alarm.account and node.region == alarm.region for node in evidence.flow.nodes):
        return ""
    node = evidence.flow.by_arn.get(subject)
    if node is not None and node.met:
        return ""
    if metric.namespace == "AWS/Events" and ("EventBusName", "default") in metric.dimensions:
        return ""
    return f"{arn_name(subject)} does not exist"


CHECKS = (
    Check(
        "alarm-without-action",
        "warn",
        "an alarm that tells nobody",
        "give the alarm an action, a topic that somebody is subscribed to, and switch its actions on",
        _ALARM_ACTIONS,
        _without_action,
    ),
    Check(
        "alarm-on-missing-metric",
        "warn",
        "an alarm on a metric that cannot exist: a wrong name or dimension, or a resource that is gone",
        "correct the metric's name and dimensions, or delete the alarm",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html",
        _impossible,
    ),
)
