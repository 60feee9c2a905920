"""Fetch the networks: see `python download_models.py --help`."""

from svod_rcgn.commands.download_models import main

if __name__ == "__main__":
    main()
