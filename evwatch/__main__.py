"""`python -m evwatch`."""

from evwatch.cli import main

if __name__ == "__main__":
    main()
