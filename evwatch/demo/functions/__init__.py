"""The code of the order system's functions, as it is deployed to them: standard library only, one handler a file."""
