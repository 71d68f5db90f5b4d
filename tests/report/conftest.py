"""The command line within the test's process."""

from tests.cli.conftest import line

__all__ = ["line"]
