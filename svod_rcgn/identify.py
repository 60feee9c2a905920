"""python -m svod_rcgn.identify: what is on whole pictures. `--help` says more."""

from .commands.identify import main

if __name__ == "__main__":
    main()
