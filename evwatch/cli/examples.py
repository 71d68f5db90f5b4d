"""What each command is good for: help and the README show it, and a test parses every line.

Names of resources are those of the demo, so that each can be tried before `evwatch demo --serve`; ids of runs, messages
and mappings are new each time.
"""

from __future__ import annotations

Example = tuple[str, str]
"""What it does, and the line."""

EXAMPLES: dict[str, tuple[Example, ...]] = {
    "evwatch": (
        ("watch two regions of one profile", "evwatch --profile on-call --region eu-central-1 --region us-east-1"),
        ("look and touch nothing", "evwatch --context prd --read-only"),
    ),
    "evwatch demo": (
        ("the dashboard, with five times as much going on", "evwatch demo --speed 5"),
        ("an AWS for other tools and scripts", "evwatch demo --serve --frozen --port 4566"),
    ),
    "evwatch status": (
        ("everything, for a script", "evwatch status -o json"),
        ("only what has to do with orders", "evwatch status --filter 'order*'"),
    ),
    "evwatch queues": (
        (
            "the dead-letter queues that hold something",
            "evwatch queues -o json | jq -r '.[] | select(.is_dlq and .visible > 0) | .name'",
        ),
    ),
    "evwatch alarms": (("those that fire", "evwatch alarms -o jsonl | jq -r 'select(.state == \"ALARM\") | .name'"),),
    "evwatch check": (("in a cron job", 'evwatch check || notify "$(evwatch check)"'),),
    "evwatch flow": (
        ("all that leads to a queue and away from it", "evwatch flow order-events-queue"),
        ("a picture for a document", "evwatch flow -o mermaid > flow.mmd"),
    ),
    "evwatch dlq list": (("as a table", "evwatch dlq list"),),
    "evwatch dlq show": (
        ("the first ten", "evwatch dlq show order-events-dlq"),
        (
            "those that failed in one way, whole",
            "evwatch dlq show reconcile-payments-failures --limit all --where \"error.type == 'ReadTimeout'\" -o json",
        ),
    ),
    "evwatch dlq groups": (("why they failed, the most frequent first", "evwatch dlq groups order-events-dlq"),),
    "evwatch dlq export": (("all of them, to keep", "evwatch dlq export order-events-dlq dead-letters.jsonl"),),
    "evwatch dlq redrive": (
        ("what would happen", "evwatch dlq redrive order-events-dlq --dry-run"),
        (
            "one failure that was mended: five first, the rest only if none comes back",
            "evwatch dlq redrive order-events-dlq --group 469439c47cf7 --canary 5 --stop-on-bounce 5 --reason INC-1042",
        ),
    ),
    "evwatch dlq delete": (
        (
            "what nothing gave up on, and nothing can process",
            "evwatch dlq delete payment-consumers-dlq --where \"origin == 'unknown'\" --reason INC-1042",
        ),
    ),
    "evwatch dlq undo": (("put back what that run deleted", "evwatch dlq undo 20260114-031240-9f3c21"),),
    "evwatch dlq import": (
        ("send what was exported", "evwatch dlq import dead-letters.jsonl --to order-events-queue"),
    ),
    "evwatch dlq runs": (
        ("every run", "evwatch dlq runs"),
        ("overwrite what one holds of its messages", "evwatch dlq runs --forget 20260114-031240-9f3c21"),
    ),
    "evwatch dlq run": (("what became of each message", "evwatch dlq run 20260114-031240-9f3c21 -o json"),),
    "evwatch dlq resume": (("go on; nothing is sent twice", "evwatch dlq resume 20260114-031240-9f3c21"),),
    "evwatch dlq cancel": (("end it at its next safe point", "evwatch dlq cancel 20260114-031240-9f3c21"),),
    "evwatch logs": (
        ("what a function said about errors", "evwatch logs process-order --since 2h --grep ERROR"),
        (
            "what it said when it failed on a message",
            "evwatch logs order-events-dlq --id 0f0bd3e4-6b43-4a0c-9d27-3d2f9f5e7a11",
        ),
    ),
    "evwatch report": (("for the ticket", "evwatch report --read-dlqs 10 > hand-over.md"),),
    "evwatch pause": (
        (
            "stop sending events of a rule to its targets",
            "evwatch pause arn:aws:events:eu-central-1:424242424242:rule/orders/order-created",
        ),
    ),
    "evwatch resume": (
        ("let a consumer go on, by its mapping", "evwatch resume 8f1d6f0e-52a3-4d0f-8a54-0c8f5a0f7a31 --yes"),
    ),
    "evwatch iam-policy": (
        (
            "to look and to redrive, but only one queue's messages",
            "evwatch iam-policy --tier redrive --dlq arn:aws:sqs:eu-central-1:424242424242:order-events-dlq",
        ),
    ),
    "evwatch doctor": (
        ("why does it not work", "evwatch doctor"),
        ("may this role look into queues", "evwatch doctor --profile on-call --tier inspect"),
    ),
    "evwatch config": (
        ("which setting holds, and why", "evwatch config"),
        ("a file to begin with", "evwatch config --init"),
    ),
}
