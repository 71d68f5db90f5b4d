"""What is kept for the next start is there whole or not at all, and leaves nothing else behind."""

from __future__ import annotations

from pathlib import Path

from evwatch.pollers.known_names import KnownNames, Names


def test_names_that_cannot_be_written_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "names"
    (folder / "place.json").mkdir(parents=True)
    KnownNames(folder).save("place.json", Names(queues=["orders"]))
    assert [path.name for path in folder.iterdir()] == ["place.json"]


def test_names_of_many_places_do_not_pile_up_and_the_newest_stay(tmp_path: Path) -> None:
    known = KnownNames(tmp_path / "names")
    for number in range(50):
        known.save(f"place-{number:02}.json", Names(queues=[f"orders-{number:02}"]))
    kept = known.all().queues
    assert 10 < len(kept) < 50
    assert "orders-49" in kept
