"""Fetch classifiers that another machine published. `python download_classifiers.py --help` says more."""

from svod_rcgn.commands.download_classifiers import main

if __name__ == "__main__":
    main()
