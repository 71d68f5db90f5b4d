"""Who enters what on its own behalf, and the documents beside the flow that say whether it is let in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from evwatch.model.arn import parse_arn
from evwatch.model.flow import UNQUALIFIED, Edge, Flow, NodeKind

_SERVICES: Mapping[NodeKind, str] = {
    "rule": "events.amazonaws.com",
    "topic": "sns.amazonaws.com",
    "bucket": "s3.amazonaws.com",
    "alarm": "cloudwatch.amazonaws.com",
}
"""Who asks for entry on behalf of which kind. The others come with a role, whose rights cannot be seen here."""
_ALARM_TO_FUNCTION = "lambda.alarms.cloudwatch.amazonaws.com"
"""An alarm invokes a function under a name of its own (CloudWatch: \"Invoke a Lambda function from an alarm\")."""
_ACTIONS: Mapping[NodeKind, str] = {
    "queue": "sqs:SendMessage",
    "topic": "sns:Publish",
    "function": "lambda:InvokeFunction",
}
_ENTERS = ("targets", "subscribes", "notifies", "dead-letters")
MANAGED_KEYS = ("alias/aws/sqs", "alias/aws/sns")
"""Keys that AWS manages, as queues and topics name them."""
ENABLED = "Enabled"


@dataclass(frozen=True, slots=True)
class Request:
    """One call that a service makes on behalf of a resource."""

    principal: str
    """`events.amazonaws.com`."""
    action: str
    """`sqs:SendMessage`."""
    resource: str
    """The ARN, with the version or alias where a function is entered by one."""
    source_arn: str
    """What the service acts for, which it gives as `aws:SourceArn`."""
    source_account: str


@dataclass(frozen=True, slots=True)
class Key:
    """A KMS key under which a queue or topic is encrypted (kms:DescribeKey, kms:GetKeyPolicy)."""

    arn: str
    state: str = ENABLED
    """KMS's own word: only an `Enabled` key encrypts and decrypts."""
    managed: bool = False
    """AWS made it for one service; nobody can change its policy."""
    policy: str | None = None
    """None where it was not read."""


@dataclass(frozen=True, slots=True)
class Access:
    """What was read of the policies of functions and keys; what is absent was not read."""

    policies: Mapping[str, str] = field(default_factory=dict)
    """By function, with the version or alias where it is entered by one; empty where it has none."""
    keys: Mapping[str, Key] = field(default_factory=dict)
    """By the ARN of the queue or topic that is encrypted with it."""

    def joined(self, other: Access) -> Access:
        """Both; the other's word counts where both know."""
        return Access({**self.policies, **other.policies}, {**self.keys, **other.keys})

    def only(self, functions: Iterable[str], encrypted: Iterable[str]) -> Access:
        """What concerns these functions and these queues and topics."""
        return Access(
            {arn: self.policies[arn] for arn in functions if arn in self.policies},
            {arn: self.keys[arn] for arn in encrypted if arn in self.keys},
        )


def entries(flow: Flow) -> Iterator[tuple[Edge, Request]]:
    """Every link by which a service enters a queue, topic or function on its own behalf, as it asks for entry.

    One that is made by several targets or subscriptions, each with a qualifier of its own, asks for each.
    """
    for edge in flow.edges:
        if edge.kind not in _ENTERS or "role" in edge.details:
            continue
        source, target = flow.node(edge.source), flow.node(edge.target)
        principal, action = _SERVICES.get(source.kind), _ACTIONS.get(target.kind)
        if not principal or not action:
            continue
        if target.kind == "function" and source.kind == "alarm":
            principal = _ALARM_TO_FUNCTION
        parts = parse_arn(edge.source)
        account = (parts.account if parts else "") or source.account
        for resource in _entrances(edge):
            yield edge, Request(principal, action, resource, edge.source, account)


def _entrances(edge: Edge) -> tuple[str, ...]:
    """`$LATEST` is left out: AWS does not say whose policy counts for it."""
    qualifiers = edge.named("qualifier") if edge.kind != "dead-letters" else ()
    if not qualifiers:
        return (edge.target,)
    return tuple(
        edge.target if each == UNQUALIFIED else f"{edge.target}:{each}" for each in qualifiers if each != "$LATEST"
    )
