"""Links that will be refused: by a policy, by a key, by a redrive-allow policy, or because their end does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from evwatch.model.access import MANAGED_KEYS, Key, Request, entries
from evwatch.model.findings.evidence import LISTED_BY, Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.findings.policy import Answer, judge
from evwatch.model.flow import GIVES_UP

_SEALS = ("kms:GenerateDataKey", "kms:Decrypt")
"""What whoever sends to an encrypted queue or topic must be allowed on the key (SQS: "Key management")."""
_SHUT: Mapping[str, str] = {
    "Disabled": "is disabled",
    "PendingDeletion": "is about to be deleted",
    "PendingReplicaDeletion": "is about to be deleted",
    "PendingImport": "has no key material",
    "Unavailable": "cannot be reached in its key store",
}
"""States in which a key neither encrypts nor decrypts (KMS: \"Key states of AWS KMS keys\")."""


def _policies(evidence: Evidence) -> Iterator[Told]:
    for edge, request in entries(evidence.flow):
        if evidence.flow.node(edge.source).kind == "external":
            continue
        policy = _policy(evidence, edge.target, request.resource)
        if policy is not None and judge(policy, request) == "refuses":
            kind, name = evidence.flow.node(edge.source).kind, evidence.name(edge.source)
            what = "its DLQ " if edge.kind in GIVES_UP else ""
            part = request.resource.removeprefix(edge.target)
            yield (
                edge.source,
                f"{kind} {name}: the policy of {what}{evidence.name(edge.target)}{part} does not let "
                f"{request.principal} call {request.action}",
            )


def _keys(evidence: Evidence) -> Iterator[Told]:
    """Nobody can change the policy of a key that AWS manages, and it lets in no service but the one that owns it."""
    for edge, request in entries(evidence.flow):
        kind, name, to = evidence.flow.node(edge.source).kind, evidence.name(edge.source), evidence.name(edge.target)
        key = _key(evidence, edge.target)
        known = evidence.access.keys.get(edge.target)
        if key.endswith(MANAGED_KEYS) or (known and known.managed):
            called = key.rpartition(":")[2] if key.endswith(MANAGED_KEYS) else "a key that AWS manages"
            yield (
                edge.source,
                f"{kind} {name}: {to} is encrypted with {called}, which does not let {request.principal} in",
            )
        elif known and known.policy is not None:
            refused = [action for action in _SEALS if _judged(known, request, action) == "refuses"]
            if refused:
                yield (
                    edge.source,
                    f"{kind} {name}: the policy of the key of {to} does not let {request.principal} call "
                    f"{' and '.join(refused)}",
                )


def _judged(key: Key, request: Request, action: str) -> Answer:
    return judge(key.policy or "", replace(request, action=action, resource=key.arn))


def _shut_keys(evidence: Evidence) -> Iterator[Told]:
    for arn, key in evidence.access.keys.items():
        if key.state in _SHUT:
            node = evidence.flow.node(arn)
            said = f"{node.kind} {node.name}: the key that it is encrypted with {_SHUT[key.state]}"
            yield arn, f"{said}; nothing can be sent or read"


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


def _policy(evidence: Evidence, arn: str, entrance: str) -> str | None:
    """A resource's policy, empty where it has none; None where that was not read."""
    queue = evidence.queues.get(arn)
    if queue is not None:
        return queue.policy or ""
    node = evidence.flow.by_arn.get(arn)
    if node and node.kind == "function":
        return evidence.access.policies.get(entrance)
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
        "a queue, topic or function whose policy does not let the service in that is to deliver there",
        "let the service in: a statement with the service as Principal and the sender's ARN as aws:SourceArn",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
        _policies,
    ),
    Check(
        "key-refuses",
        "critical",
        "a queue or topic encrypted with a key that does not let the service in that is to deliver there",
        "encrypt with a key of your own whose policy lets the service use it, or with SSE-SQS",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
        _keys,
    ),
    Check(
        "key-unusable",
        "critical",
        "a queue or topic whose key is disabled or about to be deleted",
        "enable the key, or cancel its deletion; else give the queue or topic another one",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html",
        _shut_keys,
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
