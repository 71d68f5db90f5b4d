"""What people call the resources that dead letters name."""

from __future__ import annotations

from evwatch.model.arn import arn_name, parse_arn

_NAME_SECOND = ("table/", "cluster/")
"""`table/orders/stream/2026-01-01T00:00:00.000` and `cluster/orders/751d2973-...` are both `orders`."""


def called(arn: str) -> str:
    """The short name of a resource: a function with its version or alias, a table's stream by the table."""
    parts = parse_arn(arn)
    if parts is None:
        return arn
    if parts.service == "lambda" and parts.resource.startswith("function:"):
        return parts.resource.removeprefix("function:")
    if parts.resource.startswith(_NAME_SECOND):
        return parts.resource.split("/")[1]
    return arn_name(arn)
