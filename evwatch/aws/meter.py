"""What evwatch itself costs: every call counted by service, operation and outcome, and its price summed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

from evwatch.model.usage import Outcome, Usage

_MINUTE = 60.0
_HOUR = 3600.0


class Meter:
    """Counts for one session. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun = clock()
        self._calls: Counter[str] = Counter()
        self._outcomes: Counter[Outcome] = Counter()
        self._troubled: Counter[tuple[str, Outcome]] = Counter()
        self._usd = 0.0
        self._recent: deque[float] = deque()
        self._spent: deque[tuple[float, float]] = deque()

    def attempt(self, name: str, outcome: Outcome) -> None:
        """Count one request that was sent: a retry of the SDK is one more, as AWS counts it."""
        self._calls[name] += 1
        self._outcomes[outcome] += 1
        if outcome not in ("ok", "unsupported"):
            self._troubled[name, outcome] += 1
        self._recent.append(self._clock())
        self._forget()  # not only when somebody asks: a long run in a script never does

    def spend(self, usd: float) -> None:
        """Add an estimated price in US dollars."""
        if usd:
            self._usd += usd
            self._spent.append((self._clock(), usd))
            self._forget()

    def usage(self) -> Usage:
        """The counts so far."""
        self._forget()
        lived = min(_HOUR, max(_MINUTE, self._clock() - self._begun))
        return Usage(
            calls=tuple(sorted(self._calls.items())),
            throttled=self._outcomes["throttled"],
            failed=self._outcomes["failed"] + self._outcomes["denied"],
            troubled=tuple(sorted((name, outcome, number) for (name, outcome), number in self._troubled.items())),
            estimated_usd=self._usd,
            calls_per_minute=len(self._recent),
            usd_per_hour=sum(usd for _, usd in self._spent) * _HOUR / lived,
        )

    def _forget(self) -> None:
        now = self._clock()
        while self._recent and self._recent[0] < now - _MINUTE:
            self._recent.popleft()
        while self._spent and self._spent[0][0] < now - _HOUR:
            self._spent.popleft()
