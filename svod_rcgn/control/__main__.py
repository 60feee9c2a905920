"""`python -m svod_rcgn.control`."""

from ..commands.control import main

if __name__ == "__main__":
    main()
