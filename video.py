"""Watch a camera, film or pictures and say who is there: see `python video.py --help`."""

from svod_rcgn.commands.video import main

if __name__ == "__main__":
    main()
