"""evwatch: watch event flow on AWS from a terminal, and act on it."""

__version__ = "0.1.0"
