"""python -m svod_rcgn.evaluate: how well people are told apart. `--help` says more."""

from .commands.evaluate import main

if __name__ == "__main__":
    main()
