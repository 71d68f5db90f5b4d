"""The command line."""


def main() -> None:
    """Run evwatch."""
    raise SystemExit(2)
