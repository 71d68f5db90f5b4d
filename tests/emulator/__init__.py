"""AWS for tests: the emulator, and gateways before it that record, deny, delay and fail as a test asks."""
