"""Everything that proves evwatch; `python -m tests` runs it all."""
