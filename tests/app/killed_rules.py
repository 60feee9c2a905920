"""`python -m tests.app.killed_rules FOLDER RULES URL`: begins an event, says so, and waits to be killed.

Nothing is delivered before: the channel's process is told to begin only by the next one.
"""

import sys
from pathlib import Path
from time import sleep

from svod_rcgn.app.event_service import EventService
from svod_rcgn.notify.webhook import WebhookChannel
from tests.app.test_rule_service import CAR, NOW, Watched

if __name__ == "__main__":
    folder, rules, url = sys.argv[1:]
    EventService.start = lambda self: None  # type: ignore[method-assign]
    watched = Watched(Path(folder), Path(rules), [WebhookChannel(url, None)])
    watched.show(NOW, 12, CAR)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    sleep(600)
