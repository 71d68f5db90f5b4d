"""`iam-policy`: what a caller must be allowed, as a policy to paste."""

from __future__ import annotations

import click

from evwatch.aws.policy import policy
from evwatch.aws.service import TIERS, Tier
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.output import write_json
from evwatch.model.arn import parse_arn
from evwatch.model.fault import EvwatchError, Fault


@click.command("iam-policy", cls=Command, outputs=("json", "jsonl"))
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    default="observe",
    show_default=True,
    help="observe: see; inspect: look into DLQs and logs; redrive: put back and delete; operate: pause consumers.",
)
@click.option(
    "--dlq", "dlqs", metavar="ARN", multiple=True, help="Allow touching messages of this DLQ alone; repeatable."
)
@click.pass_obj
def iam_policy(invocation: Invocation, tier: Tier, dlqs: tuple[str, ...]) -> None:
    """The least IAM policy for what evwatch is to do, as JSON. Asks nothing of AWS."""
    for arn in dlqs:
        parts = parse_arn(arn)
        if parts is None or parts.service != "sqs":
            raise EvwatchError(Fault("usage", f'"{arn}" is not the ARN of a queue', "name the DLQ by its ARN"))
    write_json(policy(tier, dlqs), indent=None if invocation.output == "jsonl" else 2)
