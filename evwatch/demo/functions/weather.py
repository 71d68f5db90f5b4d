"""When the things that the functions depend on are slow: the same for a given second of the story, every time.

A function knows by two variables when the story began and how fast it is told.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

BEGAN = "STORY_BEGAN"
SPEED = "STORY_SPEED"


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that is slow for a part of each cycle. All in seconds of the story."""

    cycle: float
    slow_for: float
    slow_from: float
    """Where in the cycle of the story's beginning the slow part starts; negative where it began before."""
    usual: float
    when_slow: float

    def is_slow(self, second: float) -> bool:
        """Whether it is slow at this second of the story; seconds before the story began are negative."""
        return (second - self.slow_from) % self.cycle < self.slow_for

    def takes(self, second: float) -> float:
        """How long one use of it takes."""
        return self.when_slow if self.is_slow(second) else self.usual


# Slow from 13 and a half minutes before the story until it is 75 s old: the latency alarm, which looks at three periods
# of five minutes, fires at the first full minute and clears two minutes later. Then again every half hour.
DATABASE = Dependency(cycle=1800, slow_for=887, slow_from=-812, usual=0.03, when_slow=1.4)
# Slow for a minute and a half, from the beginning: stock is reserved more slowly than orders come in.
WAREHOUSE = Dependency(cycle=240, slow_for=90, slow_from=5, usual=0.9, when_slow=4.0)


def second_of_story(environment: Mapping[str, str], now: float) -> float:
    """Which second of the story it is."""
    return (now - float(environment.get(BEGAN, now))) * float(environment.get(SPEED, 1))


def wait_for(dependency: Dependency, uses: int = 1) -> None:
    """Spend the time that the dependency takes now."""
    environment = os.environ
    speed = float(environment.get(SPEED, 1))
    time.sleep(uses * dependency.takes(second_of_story(environment, time.time())) / speed)
