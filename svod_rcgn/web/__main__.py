"""`python -m svod_rcgn.web`."""

from ..commands.web import main

if __name__ == "__main__":
    main()
