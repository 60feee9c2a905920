"""`python -m svod_rcgn.datasets`."""

from ..commands.datasets import main

if __name__ == "__main__":
    main()
