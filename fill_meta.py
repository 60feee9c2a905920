"""Say more of the people of data/faces, from a table. `python fill_meta.py --help` says more."""

from svod_rcgn.commands.fill_meta import main

if __name__ == "__main__":
    main()
