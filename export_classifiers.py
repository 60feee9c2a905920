"""Publish the classifiers for other machines. `python export_classifiers.py --help` says more."""

from svod_rcgn.commands.export_classifiers import main

if __name__ == "__main__":
    main()
