"""What a run would do: what is known around a DLQ, what may not be done to it now, and the plan made of both."""
