"""The embedded AWS: an emulator on the loopback with a live order system in it."""
