"""Consumes order events in batches: checks them and keeps them in the table. What it cannot read it hands back."""

from __future__ import annotations

import json
import os
from typing import Any

from evwatch.demo.functions import orders_table
from evwatch.demo.functions.weather import DATABASE, wait_for

KNOWN = ("created", "paid", "packed", "shipped", "cancelled")


class UnknownStatusError(ValueError):
    """An order says that it is in a state that does not exist."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry: reports the messages that failed, so that only those come back."""
    failures, items = [], {}
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])["detail"]
            items[order["orderId"]] = item(order)
        except (KeyError, ValueError, TypeError) as error:
            kind = type(error).__name__
            print(f"[ERROR] {kind}: {error} messageId={record['messageId']}")  # noqa: T201  # a function's log
            failures.append({"itemIdentifier": record["messageId"]})
    wait_for(DATABASE)
    if items:
        orders_table.write(os.environ["TABLE"], items.values())
        print(f"[INFO] wrote {len(items)} orders")  # noqa: T201  # a function's log
    return {"batchItemFailures": failures}


def item(order: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The order as the table keeps it. Raises where it is not one."""
    if order["status"] not in KNOWN:
        raise UnknownStatusError(f"unknown status {order['status']!r}")
    return {
        "orderId": {"S": order["orderId"]},
        "customerId": {"S": order["customerId"]},
        "status": {"S": order["status"]},
        "amount": {"N": str(float(order["amount"]))},
    }
