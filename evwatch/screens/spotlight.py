"""What the cursor is on, which of its charts is shown, and over how long."""

from __future__ import annotations

from dataclasses import dataclass

from evwatch.model.window import DEFAULT_WINDOW, WINDOWS, Window
from evwatch.present.chart import Chart, Subject, chart
from evwatch.present.picture import Picture
from evwatch.screens.targets import Target


@dataclass(slots=True)
class Spotlight:
    """Follows one target at a time. A target that is gone from the picture keeps its place, and shows nothing."""

    window: Window = DEFAULT_WINDOW
    target: Target | None = None
    _chosen: int = 0

    def follow(self, target: Target | None) -> bool:
        """Turn to another target, and its first chart; False where it is the same."""
        if target == self.target:
            return False
        self.target = target
        self._chosen = 0
        return True

    def next_chart(self) -> None:
        """The next metric of the same target."""
        self._chosen += 1

    def choose(self, index: int) -> None:
        """One of its charts, counted from 0."""
        self._chosen = index

    def shift_window(self, step: int) -> None:
        """A longer or shorter stretch of time."""
        place = next((index for index, each in enumerate(WINDOWS) if each.label == self.window.label), 0) + step
        self.window = WINDOWS[min(max(place, 0), len(WINDOWS) - 1)]

    def subject(self, picture: Picture) -> Subject | None:
        """What the chart is about; None where there is nothing to draw."""
        subjects = self.target.subjects(picture) if self.target else ()
        return subjects[self._chosen % len(subjects)] if subjects else None

    def chart(self, picture: Picture, now: float) -> Chart | None:
        """The chart as of the last full minute: CloudWatch has nothing newer, and drawing costs."""
        subject = self.subject(picture)
        context = picture.context(subject.context) if subject else None
        return chart(subject, context.chart, self.window, now // 60 * 60) if subject and context else None
