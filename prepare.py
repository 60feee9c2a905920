"""Learn the people of data/faces: align, embed, train. `python prepare.py --help` says more."""

from svod_rcgn.commands.prepare import main

if __name__ == "__main__":
    main()
