"""What in a queue's policy speaks against a caller who wants to send to it, for all that can be foreseen."""

from __future__ import annotations

from evwatch.model.arn import parse_arn
from evwatch.model.queue import Queue
from evwatch.model.statements import like, statements, texts

_SEND = "sqs:SendMessage"


def denial(queue: Queue, caller_arn: str) -> str | None:
    """A clause such as `denies sending`; None where nothing does. What the caller's own policies say is not seen."""
    about = [
        statement
        for statement in statements(queue.policy) or ()
        if any(like(_SEND, action) for action in texts(statement.get("Action")))
        and _is_meant(statement.get("Principal"), caller_arn)
    ]
    denying = [statement for statement in about if statement.get("Effect") == "Deny"]
    if denying:
        sure = any(not statement.get("Condition") for statement in denying)
        return "denies sending" if sure else "denies sending under conditions"
    caller = parse_arn(caller_arn)
    if caller and caller.account != queue.account and not about:
        return f"lets nobody of account {caller.account} send"
    return None


def _is_meant(principal: object, caller_arn: str) -> bool:
    """Whether a statement is about this caller: an assumed role is named by its role, an account by its number."""
    listed = texts(principal.get("AWS") if isinstance(principal, dict) else principal)
    caller = parse_arn(caller_arn)
    account = caller.account if caller else ""
    known = {"*", caller_arn, account, f"arn:aws:iam::{account}:root"}
    if caller and caller.service == "sts" and caller.resource.startswith("assumed-role/"):
        role = caller.resource.split("/")[1]
        return any(name in known or name.endswith(f":role/{role}") for name in listed)
    return any(name in known for name in listed)
