"""python -m svod_rcgn.train: networks of one's own. `--help` says more."""

from .commands.train import main

if __name__ == "__main__":
    main()
