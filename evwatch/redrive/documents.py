"""Plans, progress and reports as JSON documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evwatch.model.plan import Plan
from evwatch.model.report import Report
from evwatch.model.run import Progress
from evwatch.model.timestamp import timestamp


def plan_document(plan: Plan) -> dict[str, Any]:
    """A plan, under its one key."""
    return {
        "plan": {
            "queue": plan.queue.name,
            "arn": plan.queue.arn,
            "context": plan.context,
            "engine": plan.engine,
            "engine_reason": plan.engine_reason,
            "exact": plan.exact,
            "messages": plan.messages,
            "bytes": plan.bytes,
            "targets": [
                {"arn": each.arn, "messages": each.messages, "reason": each.reason, "example": each.example}
                for each in plan.targets
            ],
            "rate": plan.rate,
            "batches": plan.batches,
            "estimated_seconds": plan.estimated_seconds,
            "estimated_usd": plan.estimated_usd,
            "watch_seconds": plan.watch_seconds,
            "canary": plan.request.canary,
            "warnings": [{"code": each.code, "message": each.message} for each in plan.warnings],
        }
    }


def progress_document(progress: Progress) -> dict[str, Any]:
    """How a run gets on."""
    return {
        "run": progress.run,
        "phase": progress.phase,
        "sent": progress.sent,
        "deleted": progress.deleted,
        "failed": progress.failed,
        "undecided": progress.undecided,
        "skipped": progress.skipped,
        "bounced": progress.bounced,
        "rate": progress.rate,
        "eta_seconds": progress.eta_seconds,
    }


def report_document(report: Report) -> dict[str, Any]:
    """What came of a run."""
    return {
        "run": report.run,
        "kind": report.kind,
        "queue": report.queue,
        "arn": report.queue_arn,
        "context": report.context,
        "engine": report.engine,
        "status": report.status,
        "planned": report.planned,
        "sent": report.sent,
        "deleted": report.deleted,
        "failed": [{"id": each.id, "code": each.code, "message": each.message} for each in report.failed],
        "skipped": [{"id": each.id, "code": each.code} for each in report.skipped],
        "undecided": list(report.undecided),
        "not_deleted": list(report.not_deleted),
        "bounced": list(report.bounced),
        "probably_bounced": report.probably_bounced,
        "verdict": report.verdict,
        "groups": [
            {"group": each.group, "sent": each.sent, "bounced": each.bounced, "verdict": each.verdict}
            for each in report.groups
        ],
        "remaining": report.remaining,
        "started_at": timestamp(report.started_at),
        "ended_at": timestamp(report.ended_at),
        "before": report.before or None,
        "after": report.after or None,
        "reason": report.reason,
        "caller_arn": report.caller_arn,
        "host": report.host,
        "fault": {"code": report.fault.code, "message": report.fault.message, "hint": report.fault.hint}
        if report.fault
        else None,
        "journal": report.journal,
    }


def run_document(report: Report, messages: tuple[Mapping[str, Any], ...]) -> dict[str, Any]:
    """A run with each of its messages."""
    rows = [
        {
            **each,
            "sent_at": timestamp(each["sent_at"]),
            "deleted_at": timestamp(each["deleted_at"]),
        }
        for each in messages
    ]
    return {**report_document(report), "messages": rows}
