"""Where messages of a DLQ would go: as each of them says, or else by what gives up into the queue."""

from __future__ import annotations

from collections import Counter

from evwatch.model.arn import arn_name
from evwatch.model.flow import Flow, dlq_sources
from evwatch.model.plan import PlannedTarget, RedriveRequest
from evwatch.redrive.planning.facts import Facts


def planned_targets(facts: Facts, request: RedriveRequest) -> tuple[PlannedTarget, ...]:
    """Each place with how many messages would go there; the largest first where they were read, or else by ARN."""
    if request.to:
        return (PlannedTarget(request.to.arn, facts.messages, "named with --to"),)
    if facts.chosen is not None:
        going = [letter for letter in facts.chosen if letter.id not in facts.no_target and letter.target_arn]
        counts = Counter(str(letter.target_arn) for letter in going)
        reasons = {str(letter.target_arn): letter.target_reason for letter in reversed(going)}
        return tuple(
            PlannedTarget(arn, count, reasons[arn], facts.examples.get(arn)) for arn, count in counts.most_common()
        )
    found = targets_of_sources(facts.flow, facts.queue.arn)
    only = len(found) == 1
    return tuple(PlannedTarget(arn, facts.messages if only else None, reason) for arn, reason in sorted(found.items()))


def targets_of_sources(flow: Flow, dlq_arn: str) -> dict[str, str]:
    """Where messages would go, judged by what gives up into the DLQ: the ARN of each place, and why."""
    found: dict[str, str] = {}
    for source in dlq_sources(flow, dlq_arn):
        links = flow.outgoing.get(source.arn, ())
        name = arn_name(source.arn)
        match source.kind:
            case "queue":
                found[source.arn] = "the queue in which they failed"
            case "function":
                found[source.arn] = "the function that gave up on them"
            case "rule":
                found |= {link.target: f"targets of rule {name}" for link in links if link.kind == "targets"}
            case "schedule":
                found |= {link.target: f"target of schedule {name}" for link in links if link.kind == "schedules"}
            case "topic":
                own = [link for link in links if link.kind == "subscribes" and link.target != dlq_arn]
                found |= {link.target: f"subscribers of {name}" for link in own}
    return found
