"""python -m svod_rcgn.rules: rules over what is seen. `--help` says more."""

from ..commands.rules import main

if __name__ == "__main__":
    main()
