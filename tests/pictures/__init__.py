"""The pictures of the README, made from the frozen demo: `python -m tests.pictures`."""
