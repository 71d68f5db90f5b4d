"""Where the journal is."""

from __future__ import annotations

from pathlib import Path


def journal_folder(setting: str | None) -> Path:
    """The folder that the settings name, or the user's state folder."""
    if setting:
        return Path(setting).expanduser()
    from platformdirs import user_state_path

    return user_state_path("evwatch", appauthor=False)


def journal_file(folder: Path) -> Path:
    """The file in that folder; it is not there before the first run."""
    return folder / "journal.sqlite3"
