"""The page of the AWS console for what one looks at."""

from __future__ import annotations

from evwatch.model.console_link import console_url
from evwatch.model.snapshot import ContextSnapshot
from evwatch.present.picture import Picture
from evwatch.screens.targets import MetricTarget, Target


def console_of(context: ContextSnapshot | None, arn: str) -> str | None:
    """None where the resource has no page, or stands at an endpoint that is not AWS's."""
    if context is None or context.context.endpoint_url:
        return None
    return console_url(arn)


def console_page(picture: Picture, target: Target | None) -> str | None:
    """The page of what the cursor is on."""
    if target is None or isinstance(target, MetricTarget):
        return None
    return console_of(picture.context(target.key[0]), target.key[1])
