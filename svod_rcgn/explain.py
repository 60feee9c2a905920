"""python -m svod_rcgn.explain: why a network names a picture so. `--help` says more."""

from .commands.explain import main

if __name__ == "__main__":
    main()
