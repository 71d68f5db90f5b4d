"""The events of the story: orders that are placed, paid, changed and shipped, the same for a seed, second by second."""

from __future__ import annotations

import heapq
import math
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from evwatch.demo.system import names

CHANNELS = ("web", "app", "partner")
PROVIDERS = ("adyen", "stripe")
SALE_CYCLE, SALE_FROM, SALE_FOR = 240, 5, 60
ORDERS_A_SECOND, ORDERS_IN_SALE = 0.3, 1.5
POISONED = 0.03


@dataclass(frozen=True, slots=True)
class Event:
    """What a service puts on the bus."""

    source: str
    detail_type: str
    detail: dict[str, Any]
    second: int
    """Second of the story at which it happens."""


def orders_a_second(second: float) -> float:
    """How many orders are placed on average: a sale begins with the story, and comes again every few minutes."""
    sale, into = divmod(second - SALE_FROM, SALE_CYCLE)
    return ORDERS_IN_SALE * (1 + 0.4 * math.sin(2.4 * sale)) if into < SALE_FOR else ORDERS_A_SECOND


class Orders:
    """Makes orders and what follows from them. One second after the other must be asked for."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._due: list[tuple[int, int, Event]] = []
        self._number = count()
        self._owed = 0.0

    def at(self, second: int) -> list[Event]:
        """All that happens in this second of the story."""
        self._owed += orders_a_second(second) * self._random.uniform(0.5, 1.5)
        while self._owed >= 1:
            self._owed -= 1
            for event in self._order(second):
                heapq.heappush(self._due, (event.second, next(self._number), event))
        happening = []
        while self._due and self._due[0][0] <= second:
            happening.append(heapq.heappop(self._due)[2])
        return happening

    def placed(self, second: int = 0) -> Event:
        """One new order by itself."""
        return Event(names.ORDER_SERVICE, "OrderCreated", self._detail(), second)

    def poison(self, kind: int, second: int = 0) -> Event:
        """An order that its consumer cannot process, spoiled in one of three ways."""
        event = self.placed(second)
        return Event(event.source, *_spoiled(event.detail, kind % 3), second)

    def _order(self, second: int) -> Iterator[Event]:
        choose = self._random
        detail = self._detail()
        if choose.random() < POISONED:
            yield Event(names.ORDER_SERVICE, *_spoiled(detail, choose.randrange(3)), second)
            return
        yield Event(names.ORDER_SERVICE, "OrderCreated", detail, second)
        paid = second + choose.randint(2, 20)
        captured = choose.random() < 0.9
        payment = detail | {
            "paymentId": f"pay-{choose.getrandbits(32):08x}",
            "provider": choose.choice(PROVIDERS),
            "status": "captured" if captured else "declined",
        }
        yield Event(names.PAYMENT_SERVICE, "PaymentProcessed", payment, paid)
        if not captured:
            yield Event(names.ORDER_SERVICE, "OrderCancelled", detail | {"status": "cancelled"}, paid + 2)
            return
        yield Event(names.ORDER_SERVICE, "OrderUpdated", detail | {"status": "paid"}, paid + 1)
        shipped = paid + choose.randint(20, 90)
        yield Event(names.ORDER_SERVICE, "OrderUpdated", detail | {"status": "shipped"}, shipped)

    def _detail(self) -> dict[str, Any]:
        choose = self._random
        return {
            "orderId": f"ord-{choose.getrandbits(40):010x}",
            "customerId": f"cus-{choose.randrange(10_000):05d}",
            "status": "created",
            "amount": round(choose.lognormvariate(3.7, 0.8), 2),
            "currency": "EUR",
            "channel": choose.choices(CHANNELS, (6, 3, 1))[0],
            "items": [
                {"sku": f"SKU-{choose.randrange(1000):04d}", "quantity": choose.randint(1, 4)}
                for _ in range(choose.randint(1, 3))
            ],
            "correlationId": str(uuid.UUID(int=choose.getrandbits(128), version=4)),
        }


def _spoiled(detail: dict[str, Any], kind: int) -> tuple[str, dict[str, Any]]:
    if kind == 0:
        return "OrderCreated", {key: value for key, value in detail.items() if key != "customerId"}
    if kind == 1:
        return "OrderCreated", detail | {"amount": f"{detail['amount']:.2f}".replace(".", ",") + " EUR"}
    return "OrderUpdated", detail | {"status": "refund_pending"}
