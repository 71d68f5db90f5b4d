"""`python -m tests.pictures`: make every picture in `screenshots/` anew from the frozen demo."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from evwatch.cli.demo import isolate

FOLDER = Path(__file__).parents[2] / "screenshots"


async def _make() -> None:
    from tests.pictures.scenes import SCENES, paint
    from tests.pictures.source import held_demo

    demo = await held_demo()
    for scene in SCENES:
        path = FOLDER / f"{scene.name}.svg"
        path.write_text(await paint(demo, scene), encoding="utf-8")
        sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    isolate(os.environ)
    os.environ.update(TZ="UTC", TEXTUAL_ANIMATIONS="none")
    os.environ.pop("NO_COLOR", None)
    time.tzset()
    asyncio.run(_make())
