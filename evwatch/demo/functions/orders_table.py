"""The table of orders, reached without an SDK."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

Item = Mapping[str, Mapping[str, Any]]


def write(table: str, items: Iterable[Item]) -> None:
    """Put the items, at most 25 (BatchWriteItem). Raises RuntimeError where DynamoDB refuses."""
    request = {"RequestItems": {table: [{"PutRequest": {"Item": item}} for item in items]}}
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/{os.environ['AWS_REGION']}/dynamodb/aws4_request"
    connection = http.client.HTTPConnection(urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc, timeout=5)
    try:
        connection.request(
            "POST",
            "/",
            json.dumps(request),
            {
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
                "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            },
        )
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"DynamoDB answered {answer.status}: {content[:200]!r}")
