"""What the order system's resources are called."""

from __future__ import annotations

from evwatch.demo.environment import ACCOUNT, REGION

BUS = "orders"
ORDER_SERVICE = "order-service"
PAYMENT_SERVICE = "payment-service"

TAGS = {"service": "orders", "stage": "demo"}
LISTED_TAGS = [{"Key": key, "Value": value} for key, value in TAGS.items()]
"""The same, as most services take them."""
ROLE = f"arn:aws:iam::{ACCOUNT}:role/order-system"

ORDER_EVENTS = "order-events-queue"
ORDER_EVENTS_DLQ = "order-events-dlq"
INVENTORY = "inventory-queue"
INVENTORY_DLQ = "inventory-dlq"
CONFIRMATION_TARGET_DLQ = "order-confirmation-dlq"
SEND_CONFIRMATION_DLQ = "send-confirmation-dlq"
NOTIFICATIONS = "order-notifications-queue"
PAYMENT_LEDGER = "payment-ledger-queue"
NOTIFICATIONS_DLQ = "order-notifications-dlq"
CONSUMERS_DLQ = "payment-consumers-dlq"
OFFBOARDING = "offboarding.fifo"
OFFBOARDING_DLQ = "offboarding-dlq.fifo"
PROJECTION_FAILURES = "order-projection-failures"
AUDIT_FAILURES = "order-audit-failures"
RECONCILE_FAILURES = "reconcile-payments-failures"
SCHEDULES_DLQ = "schedules-dlq"
AUDIT_ARCHIVE = "audit-archive-queue"
AUDIT_ARCHIVE_DLQ = "audit-archive-dlq"

PROCESS_ORDER = "process-order"
RESERVE_STOCK = "reserve-stock"
SEND_CONFIRMATION = "send-confirmation"
NOTIFY_CUSTOMER = "notify-customer"
RECORD_PAYMENT = "record-payment"
FLAG_DECLINED = "flag-declined-payment"
SEND_RECEIPT = "send-receipt"
OFFBOARD_CUSTOMER = "offboard-customer"
INDEX_EXPORT = "index-export"
PROJECT_ORDER = "order-projection"
ARCHIVE_AUDIT = "archive-audit"
RECONCILE_PAYMENTS = "reconcile-payments"

TOPIC = "order-notifications"
ALERTING = "alerting"

ORDERS_TABLE = "orders"
AUDIT_STREAM = "order-audit"
OFFBOARDING_BUCKET = "offboarding-files"
EXPORTS_BUCKET = "order-exports"
FULFIL_ORDER = "fulfil-order"
AUDIT_PIPE = "audit-to-archive"
INVOICE_SCHEDULE = "invoice-run"
SNAPSHOT_SCHEDULE = "stock-snapshot"
ARCHIVE = "orders-archive"

DLQ_ALARM = "OrderEventsDLQMessages"
LATENCY_ALARM = "OrderProcessingLatency"
COMPOSITE_ALARM = "OrderPipelineUnhealthy"
NAMESPACE = "OrderService"


def arn(service: str, resource: str) -> str:
    """The ARN of a resource of the demo's account and region."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def queue_arn(name: str) -> str:
    """The ARN of a queue."""
    return arn("sqs", name)


def function_arn(name: str) -> str:
    """The ARN of a function, unqualified."""
    return arn("lambda", f"function:{name}")


def topic_arn(name: str) -> str:
    """The ARN of a topic."""
    return arn("sns", name)


def rule_arn(bus: str, name: str) -> str:
    """The ARN of a rule; one of the default bus does not name the bus."""
    return arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def state_machine_arn(name: str) -> str:
    """The ARN of a state machine."""
    return arn("states", f"stateMachine:{name}")
