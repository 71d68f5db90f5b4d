"""Redrives that are killed and redrives on a failing network, checked by what the target holds in the end.

`python -m tests.faults` runs a hundred of each; a handful are part of every test run.
"""
