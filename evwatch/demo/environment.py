"""The environment that the demo's processes run in: built from scratch, so that nothing of the user's AWS is in it."""

from __future__ import annotations

import os
from collections.abc import Mapping

ACCOUNT = "424242424242"
REGION = "eu-central-1"
ACCESS_KEY_ID = ACCOUNT  # the emulator takes a key of twelve digits for the account it belongs to
SECRET_ACCESS_KEY = "demo"
WITHOUT_SDK = "EVWATCH_DEMO_WITHOUT_SDK"
"""A variable of a function's configuration that says its code needs no SDK."""

# What an interpreter needs to start where the user's own starts, and nothing that names a service, a proxy or a login.
_KEPT = (
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
)


def scrubbed_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """What a process of the demo may know: no AWS variable, no proxy, no home folder with settings in it."""
    kept = {name: inherited[name] for name in _KEPT if name in inherited}
    return kept | {
        "HOME": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }
