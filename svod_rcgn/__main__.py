"""`python -m svod_rcgn COMMAND`, installed as `svod`."""

from .commands.svod import main

if __name__ == "__main__":
    main()
