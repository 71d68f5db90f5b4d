"""The order system that lives in the demo: what it is made of, how events go through it, and what goes wrong."""
