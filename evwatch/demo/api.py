"""The demo's own way into its AWS: boto3 through the gateway, as any client of an account would go."""

from __future__ import annotations

from functools import cache
from typing import Any

from evwatch.demo.clock import SECONDS_AGO
from evwatch.demo.environment import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY


class Api:
    """Clients of one endpoint. Each is made when it is first used, and may be used from any thread."""

    def __init__(self, endpoint_url: str) -> None:
        from boto3.session import Session
        from botocore.config import Config

        self._session = Session(
            aws_access_key_id=ACCESS_KEY_ID, aws_secret_access_key=SECRET_ACCESS_KEY, region_name=REGION
        )
        self._config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        self._endpoint_url = endpoint_url
        self._seconds_ago = 0.0
        self.client = cache(self._client)

    def ago(self, seconds: float) -> None:
        """From now on every call counts as made this long ago; 0 is now."""
        self._seconds_ago = seconds

    def _client(self, service: str) -> Any:
        client = self._session.client(service, endpoint_url=self._endpoint_url, config=self._config)
        client.meta.events.register("before-call", self._set_back)
        return client

    def _set_back(self, params: dict[str, Any], **_: object) -> None:
        if self._seconds_ago:
            params["headers"][SECONDS_AGO] = str(self._seconds_ago)
