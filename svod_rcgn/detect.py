"""python -m svod_rcgn.detect: what is on whole pictures. `--help` says more."""

from .commands.detect import main

if __name__ == "__main__":
    main()
