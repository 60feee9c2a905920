"""`python -m svod_rcgn.events`."""

from ..commands.events import main

if __name__ == "__main__":
    main()
