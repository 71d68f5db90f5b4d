"""The dead letters that are in the system when it opens: of every origin, with several causes each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evwatch.demo.system import dead_letter_layouts as layouts
from evwatch.demo.system import names, rules
from evwatch.demo.system.dead_letter_layouts import Layout
from evwatch.demo.system.durations import DAY, HOUR, MINUTE
from evwatch.demo.system.envelopes import Ids, eventbridge, notification, object_created
from evwatch.demo.system.orders import Event, Orders
from evwatch.demo.system.schedules import UNIVERSAL_SEND, snapshot_request

DLQ_SINCE = 5 * HOUR
"""How long ago the DLQ of the order events got its first letter."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Messages of a source queue that its consumer failed on until the redrive policy moved them."""

    queue: str
    bodies: tuple[str, ...]
    ago: float
    """How many seconds ago the first of them was sent; the others follow it closely."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that a service other than SQS put in its DLQ."""

    queue: str
    layout: Layout
    ago: float


class DeadLetters:
    """Every dead letter, the same for a seed but for its times, which are relative to `now` (epoch seconds)."""

    def __init__(
        self, seed: int, now: float, endpoint_url: str, table_stream_arn: str, subscriptions: dict[str, str]
    ) -> None:
        self._ids = Ids(seed + 1)
        self._orders = Orders(seed + 2)
        self._now = now
        self._endpoint_url = endpoint_url
        self._table_stream_arn = table_stream_arn
        self._subscriptions = subscriptions

    def failed(self) -> Iterator[Failed]:
        """By redrive policy, oldest first."""
        for ago, kinds in ((DLQ_SINCE, (0, 0, 0, 1)), (47 * MINUTE, (0,) * 5), (21 * MINUTE, (1, 1, 2))):
            yield Failed(names.ORDER_EVENTS, self._bodies(ago, kinds, self._orders.poison), ago)
        yield Failed(names.INVENTORY, self._bodies(13.3 * DAY, (0,), self._new), 13.3 * DAY)
        yield Failed(names.INVENTORY, self._bodies(26 * HOUR, (0,) * 3, self._new), 26 * HOUR)
        payments = self._bodies(3 * HOUR, (0,) * 5, lambda _: self._payment("captured"))
        enveloped = tuple(self._notified(body, 3 * HOUR, names.queue_arn(names.NOTIFICATIONS)) for body in payments[:3])
        yield Failed(names.NOTIFICATIONS, enveloped, 3 * HOUR)
        yield Failed(names.PAYMENT_LEDGER, payments[3:], 3 * HOUR - 40)
        files = tuple(self._file(number, 7 * HOUR) for number in range(5))
        yield Failed(names.OFFBOARDING, files, 7 * HOUR)

    def letters(self) -> Iterator[Letter]:
        """By everything else."""
        yield from self._of_rule()
        yield from self._of_functions()
        yield from self._of_streams()
        yield from self._of_schedules()
        yield from self._of_topic()
        yield Letter(names.CONSUMERS_DLQ, Layout("ping from the migration script, please ignore"), 9 * DAY)

    def _of_rule(self) -> Iterator[Letter]:
        rule = rules.ORDER_CONFIRMATION
        target = names.function_arn(names.SEND_CONFIRMATION)
        denied = f"The principal events.amazonaws.com is not authorized to perform lambda:InvokeFunction on {target}"
        for ago, code, message, retries, exhausted in (
            (6 * DAY, "NO_PERMISSIONS", denied, 0, None),
            (6 * DAY - 30, "NO_PERMISSIONS", denied, 0, None),
            (4 * HOUR, "THROTTLING", "Rate Exceeded.", 4, "MaximumRetryAttempts"),
            (4 * HOUR - 5, "THROTTLING", "Rate Exceeded.", 4, "MaximumRetryAttempts"),
            (4 * HOUR - 9, "THROTTLING", "Rate Exceeded.", 4, "MaximumRetryAttempts"),
            (90 * MINUTE, "TIMEOUT", "The target did not answer in time", 3, "MaximumEventAgeInSeconds"),
        ):
            event = eventbridge(self._ids, self._orders.placed(), self._now - ago)
            layout = layouts.of_rule(
                event, names.rule_arn(rule.bus, rule.name), target, code, message, retries=retries, exhausted=exhausted
            )
            yield Letter(names.CONFIRMATION_TARGET_DLQ, layout, ago)

    def _of_functions(self) -> Iterator[Letter]:
        timed_out = "{} Task timed out after 30.03 seconds"
        for ago, status, message in (
            (31 * HOUR, 200, "SMTPServerDisconnected: Connection unexpectedly closed"),
            (30 * HOUR, 200, "SMTPServerDisconnected: Connection unexpectedly closed"),
            (8 * HOUR, 200, timed_out.format(self._ids.uuid())),
            (7 * HOUR, 200, timed_out.format(self._ids.uuid())),
            (55 * MINUTE, 200, "'email'"),
            (54 * MINUTE, 429, "Rate Exceeded."),
        ):
            event = eventbridge(self._ids, self._orders.placed(), self._now - ago - 200)
            layout = layouts.of_async_function(self._ids, event, status, message)
            yield Letter(names.SEND_CONFIRMATION_DLQ, layout, ago)
        function = names.function_arn(names.RECONCILE_PAYMENTS)
        scheduled = Event("aws.events", "Scheduled Event", {}, 0)
        rule = (names.rule_arn("default", rules.RECONCILE_NIGHTLY.name),)
        for ago, error, message in (
            (3 * DAY, "LedgerMismatch", "ledger has 14,206 payments, provider has 14,209"),
            (2 * DAY, "LedgerMismatch", "ledger has 15,871 payments, provider has 15,872"),
            (DAY, "ReadTimeout", "HTTPSConnectionPool(host='ledger.example.com', port=443): Read timed out."),
        ):
            at = self._now - ago
            event = eventbridge(self._ids, scheduled, at - 70, rule)
            layout = layouts.of_destination(self._ids, function, event, at, error, message)
            yield Letter(names.RECONCILE_FAILURES, layout, ago)

    def _of_streams(self) -> Iterator[Letter]:
        audit = names.arn("kinesis", f"stream/{names.AUDIT_STREAM}")
        projection = names.function_arn(names.PROJECT_ORDER)
        archive = names.function_arn(names.ARCHIVE_AUDIT)
        for ago, records in ((5 * HOUR, 12), (70 * MINUTE, 1)):
            layout = layouts.of_stream(
                self._ids, self._table_stream_arn, self._now - ago, records, function_arn=projection
            )
            yield Letter(names.PROJECTION_FAILURES, layout, ago)
        for ago, records in ((11 * HOUR, 40), (2 * HOUR, 7)):
            layout = layouts.of_stream(self._ids, audit, self._now - ago, records, function_arn=archive)
            yield Letter(names.AUDIT_FAILURES, layout, ago)
        pipe = names.arn("pipes", f"pipe/{names.AUDIT_PIPE}")
        for ago, records in ((13 * HOUR, 10), (12 * HOUR, 3)):
            layout = layouts.of_stream(self._ids, audit, self._now - ago, records, pipe_arn=pipe)
            yield Letter(names.AUDIT_ARCHIVE_DLQ, layout, ago)

    def _of_schedules(self) -> Iterator[Letter]:
        function = names.function_arn(names.RECONCILE_PAYMENTS)
        job = {"job": "invoices", "currency": "EUR"}
        snapshot = snapshot_request(self._endpoint_url)
        own_fault, refused = "AWS.Scheduler.InternalServerError", "AWS.SimpleQueueService.NonExistentQueue"
        attempts = "MaximumRetryAttempts"
        for schedule, target, given, ago, code, message, retries, exhausted, truncated in (
            (names.INVOICE_SCHEDULE, function, job, 4 * DAY, own_fault, "Internal error", 3, attempts, False),
            (names.INVOICE_SCHEDULE, function, job, 1.1 * DAY, "Throttling", "Rate exceeded", 3, attempts, False),
            (names.INVOICE_SCHEDULE, function, job, 0.1 * DAY, "Throttling", "Rate exceeded", 3, attempts, True),
            (names.SNAPSHOT_SCHEDULE, UNIVERSAL_SEND, snapshot, 2 * DAY, refused, "No such queue", 0, None, False),
        ):
            layout = layouts.of_schedule(
                self._ids,
                schedule,
                target,
                given,
                self._now - ago,
                code,
                message,
                retries=retries,
                exhausted=exhausted,
                truncated=truncated,
            )
            yield Letter(names.SCHEDULES_DLQ, layout, ago)

    def _of_topic(self) -> Iterator[Letter]:
        receipt = names.function_arn(names.SEND_RECEIPT)
        for ago in (20 * HOUR, 20 * HOUR - 3, 19 * HOUR):
            body = self._body(self._payment("captured"), ago)
            yield Letter(names.NOTIFICATIONS_DLQ, Layout(self._notified(body, ago, receipt)), ago)
        for ago in (
            10 * HOUR,
            10 * HOUR - 8,
        ):  # raw delivery hands on the publisher's attributes, and says nothing else
            payment = self._payment("declined")
            correlation = {"DataType": "String", "StringValue": payment.detail["correlationId"]}
            layout = Layout(self._body(payment, ago), {"correlationId": correlation})
            yield Letter(names.NOTIFICATIONS_DLQ, layout, ago)

    def _new(self, _: int) -> Event:
        return self._orders.placed()

    def _payment(self, status: str) -> Event:
        paid = {"paymentId": f"pay-{self._ids.hex(8)}", "provider": "adyen", "status": status}
        return Event(names.PAYMENT_SERVICE, "PaymentProcessed", self._orders.placed().detail | paid, 0)

    def _bodies(self, ago: float, kinds: tuple[int, ...], make: Callable[[int], Event]) -> tuple[str, ...]:
        return tuple(self._body(make(kind), ago) for kind in kinds)

    def _body(self, event: Event, ago: float) -> str:
        return json.dumps(eventbridge(self._ids, event, self._now - ago))

    def _notified(self, body: str, ago: float, endpoint: str) -> str:
        return notification(self._ids, names.TOPIC, body, self._now - ago, self._subscriptions[endpoint])

    def _file(self, number: int, ago: float) -> str:
        key = f"source/2026/offboarding-{number:04d}.csv"
        at = self._now - ago + number
        return json.dumps(object_created(self._ids, names.OFFBOARDING_BUCKET, key, 18_211 + 977 * number, at))
