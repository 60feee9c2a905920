"""Add, list or look at networks. `python -m svod_rcgn.models --help` says more."""

from .commands.models import main

if __name__ == "__main__":
    main()
