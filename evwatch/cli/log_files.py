"""Log files: what `--debug` asks for, and the traceback of a defect. No credential is ever written to one."""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

_SECRETS = re.compile(
    r"(?P<key>(?:secret_?access_?key|session_?token|security-token|access_?token|client_?secret|password|authorization"
    r"|signature)[\"']?\s*[:=]\s*[\"']?)(?P<value>[^\s\"',}&]+(?:\s+Credential=[^\s\"']+)?)"
    r"|(?P<id>\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b)",
    re.IGNORECASE,
)
_SECRET_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)
_QUIET = ("botocore", "aiobotocore", "boto3", "urllib3", "s3transfer", "asyncio", "markdown_it")
"""They log whole requests and responses when asked for details: signatures, tokens, and message bodies."""


class Redacting(logging.Formatter):
    """Takes out of each line what looks like a credential or is one of this process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        own = [environ.get(name, "") for name in _SECRET_VARIABLES]
        # The account number that is a key id before an emulator is no secret, and stands in every ARN.
        self._own = [value for value in own if len(value) >= 8 and not value.isdigit()]

    def format(self, record: logging.LogRecord) -> str:
        return self.redact(super().format(record))

    def redact(self, text: str) -> str:
        """The text without credentials."""
        for secret in self._own:
            text = text.replace(secret, "[redacted]")
        return _SECRETS.sub(lambda found: f"{found['key'] or ''}[redacted]", text)


class _ToFile(logging.StreamHandler[TextIO]):
    """Ends with the first line that cannot be written, a full disk: logging would print that over the screen."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        logging.getLogger().removeHandler(self)


def log_to_file(environ: Mapping[str, str]) -> Path:
    """Log everything that evwatch does to a new file; returns its path."""
    path, stream = _new_file("debug")
    handler = _ToFile(stream)
    handler.setFormatter(Redacting(environ))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("evwatch.cli").info("Python %s, %s", sys.version.split()[0], sys.platform)
    return path


def keep_traceback(error: BaseException) -> Path:
    """Write a traceback to a new file; returns its path."""
    path, stream = _new_file("defect")
    with stream:
        text = "".join(traceback.format_exception(error))
        stream.write(Redacting(os.environ).redact(text))
    return path


def _new_file(kind: str) -> tuple[Path, TextIO]:
    """A file that only its owner can read, in the user's log folder, or where temporary files go if that cannot be."""
    from platformdirs import user_log_path

    name = f"evwatch-{kind}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.log"
    try:
        path = user_log_path("evwatch", appauthor=False) / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    except OSError:
        descriptor, temporary = tempfile.mkstemp(prefix=f"evwatch-{kind}-", suffix=".log")
        path = Path(temporary)
    return path, os.fdopen(descriptor, "w", encoding="utf-8")
