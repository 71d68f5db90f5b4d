"""Links that will be refused: by a policy, by a key, by a redrive-allow policy, or because their end does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.arn import parse_arn
from evwatch.model.findings.evidence import LISTED_BY, Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.findings.policy import Request, judge
from evwatch.model.flow import GIVES_UP, Edge

_SERVICES = {
    "rule": "events.amazonaws.com",
    "topic": "sns.amazonaws.com",
    "bucket": "s3.amazonaws.com",
    "alarm": "cloudwatch.amazonaws.com",
}
"""Who asks for entry on behalf of which kind. The others come with a role, whose rights cannot be seen here."""
_MANAGED_KEYS = ("alias/aws/sqs", "alias/aws/sns")
_ACTIONS = {"queue": "sqs:SendMessage", "topic": "sns:Publish"}


def _policies(evidence: Evidence) -> Iterator[Told]:
    for edge, request in _requests(evidence):
        policy = _policy(evidence, edge.target)
        if policy is not None and judge(policy, request) == "refuses":
            kind, name = evidence.flow.node(edge.source).kind, evidence.name(edge.source)
            what = "its DLQ " if edge.kind in GIVES_UP else ""
            yield (
                edge.source,
                f"{kind} {name}: the policy of {what}{evidence.name(edge.target)} does not let {request.principal} "
                f"call {request.action}",
            )


def _keys(evidence: Evidence) -> Iterator[Told]:
    """Nobody can change the policy of a key that AWS manages, and it lets in no service but the one that owns it."""
    for edge, request in _requests(evidence):
        key = _key(evidence, edge.target)
        if key.endswith(_MANAGED_KEYS):
            kind, name = evidence.flow.node(edge.source).kind, evidence.name(edge.source)
            yield (
                edge.source,
                f"{kind} {name}: {evidence.name(edge.target)} is encrypted with {key.rpartition(':')[2]}, which does "
                f"not let {request.principal} in",
            )


def _redrives(evidence: Evidence) -> Iterator[Told]:
    for arn, sources in evidence.fed_by_queue.items():
        dlq = evidence.queues.get(arn)
        for source in sources if dlq else ():
            allowed = dlq.redrive_permission if dlq else None
            refused = allowed == "denyAll" or (
                allowed == "byQueue" and dlq is not None and source.arn not in dlq.redrive_source_arns
            )
            if refused:
                said = f"queue {source.name}: the redrive-allow policy of its DLQ {evidence.name(arn)}"
                yield source.arn, f"{said} does not let it in ({allowed})"


def _lost(evidence: Evidence) -> Iterator[Told]:
    return _nowhere(evidence, *GIVES_UP)


def _led_nowhere(evidence: Evidence) -> Iterator[Told]:
    return _nowhere(evidence, "targets", "subscribes", "consumes", "pipes", "schedules", "notifies", "on-success")


def _nowhere(evidence: Evidence, *kinds: str) -> Iterator[Told]:
    for edge in evidence.edges(*kinds):
        for arn, other in ((edge.target, edge.source), (edge.source, edge.target)):
            node = evidence.flow.node(arn)
            listed_by = LISTED_BY.get(node.kind)
            if node.met or node.kind == "external" or listed_by is None or not evidence.read(listed_by):
                continue
            about = evidence.flow.node(other)
            words = "gives up into" if edge.kind in GIVES_UP else "leads to" if arn == edge.target else "reads"
            yield other, f"{about.kind} {about.name} {words} {node.kind} {node.name}, which does not exist"


def _requests(evidence: Evidence) -> Iterator[tuple[Edge, Request]]:
    """Every link by which a service enters a queue or topic on its own behalf."""
    for edge in evidence.edges("targets", "subscribes", "notifies", "dead-letters"):
        source = evidence.flow.node(edge.source)
        principal = _SERVICES.get(source.kind)
        action = _ACTIONS.get(evidence.flow.node(edge.target).kind)
        if not principal or not action or "role" in edge.details or source.kind == "external":
            continue
        parts = parse_arn(edge.source)
        account = (parts.account if parts else "") or source.account
        yield edge, Request(principal, action, edge.target, edge.source, account)


def _policy(evidence: Evidence, arn: str) -> str | None:
    """A resource's policy, empty where it has none; None where that was not read."""
    queue = evidence.queues.get(arn)
    if queue is not None:
        return queue.policy or ""
    node = evidence.flow.by_arn.get(arn)
    return node.details.get("policy") if node and node.kind == "topic" else None


def _key(evidence: Evidence, arn: str) -> str:
    queue = evidence.queues.get(arn)
    if queue is not None:
        return queue.kms_key_id or ""
    node = evidence.flow.by_arn.get(arn)
    return node.details.get("kms-key", "") if node else ""


CHECKS = (
    Check(
        "policy-refuses",
        "critical",
        "a queue or topic whose policy does not let the service in that is to deliver there",
        "let the service in: a statement with the service as Principal and the sender's ARN as aws:SourceArn",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
        _policies,
    ),
    Check(
        "key-refuses",
        "critical",
        "a queue or topic encrypted with AWS's own key, which lets no other service in",
        "encrypt with a key of your own whose policy lets the service use it, or with SSE-SQS",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
        _keys,
    ),
    Check(
        "redrive-allow-policy-refuses",
        "critical",
        "a DLQ whose redrive-allow policy leaves out a queue that gives up into it",
        "allow the source queue in the DLQ's RedriveAllowPolicy, or name another DLQ",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        _redrives,
    ),
    Check(
        "dlq-does-not-exist",
        "critical",
        "a DLQ or failure destination that does not exist (any more)",
        "create it again, or name another: until then what fails is lost",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        _lost,
    ),
    Check(
        "end-does-not-exist",
        "warn",
        "a link from or to a resource that does not exist (any more)",
        "remove the link, or create what it names",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html",
        _led_nowhere,
    ),
)
