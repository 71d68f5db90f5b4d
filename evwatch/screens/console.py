"""The page of the AWS console for what one looks at."""

from __future__ import annotations

from evwatch.model.console_link import console_url
from evwatch.model.snapshot import ContextSnapshot


def console_of(context: ContextSnapshot | None, arn: str) -> str | None:
    """None where the resource has no page, or stands at an endpoint that is not AWS's."""
    if context is None or context.context.endpoint_url:
        return None
    return console_url(arn)
