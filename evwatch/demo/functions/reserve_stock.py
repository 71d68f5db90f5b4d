"""Reserves the stock of new orders in the warehouse, which is not always quick."""

from __future__ import annotations

from typing import Any

from evwatch.demo.functions.weather import WAREHOUSE, wait_for


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry: one call of the warehouse for each message."""
    wait_for(WAREHOUSE, uses=len(event["Records"]))
    print(f"[INFO] reserved stock for {len(event['Records'])} orders")  # noqa: T201  # a function's log
    return {"batchItemFailures": []}
