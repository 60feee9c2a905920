"""List, rename, merge or forget people. `python -m svod_rcgn.people --help` says more."""

from .commands.people import main

if __name__ == "__main__":
    main()
