"""How a dataset's file has grown: numbered steps, each from one format to the next.

`acts` and `facts` are the journal. An act sets registers: each is a thing of a picture (0 for none) and
an item (a class or a box; 0 for none), and has the value that the last act in force gave it. `state`
holds those values, `undone` the acts that are not in force; both can be made again from the journal.
`pictures` and `alike` follow from the pictures' bytes.

    thing      item    value
    picture            its file's name when it came; NULL: it is not there
    shooting           the hold, upload or film that it came with
    hidden             1: somebody deleted it
    annotated          1: its boxes were said, be it that there are none
    tag        class   1 yes, 0 no, NULL not said
    confirmed  class   1: somebody found right what is said of it; counts until that is said anew
    box        number  [class, left, top, right, bottom] as JSON, NULL: removed
    class      class   1: somebody named it, NULL: removed
    name       class   what it is called now
    into       class   the class that it was merged into
"""

from collections.abc import Sequence

from ..storage.sqlite import Connection, Step


def _journal_and_state(connection: Connection) -> None:
    """Format 1."""
    for table in (
        """CREATE TABLE acts (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            time REAL NOT NULL,
            who TEXT NOT NULL,
            kind TEXT NOT NULL,
            summary TEXT NOT NULL,
            undoes INTEGER REFERENCES acts (number)
        )""",
        """CREATE TABLE facts (
            thing TEXT NOT NULL,
            picture INTEGER NOT NULL,
            item INTEGER NOT NULL,
            act INTEGER NOT NULL REFERENCES acts (number),
            value,
            PRIMARY KEY (thing, picture, item, act)
        ) WITHOUT ROWID""",
        "CREATE INDEX facts_by_act ON facts (act)",
        "CREATE INDEX facts_by_picture ON facts (picture)",
        """CREATE TABLE state (
            thing TEXT NOT NULL,
            picture INTEGER NOT NULL,
            item INTEGER NOT NULL,
            value,
            act INTEGER NOT NULL,
            PRIMARY KEY (thing, picture, item)
        ) WITHOUT ROWID""",
        "CREATE INDEX state_by_picture ON state (picture)",
        "CREATE TABLE undone (act INTEGER PRIMARY KEY)",
        """CREATE TABLE pictures (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash TEXT NOT NULL UNIQUE,
            suffix TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            sharpness REAL NOT NULL,
            gradients BLOB NOT NULL,
            thumbnail BLOB NOT NULL
        )""",
        """CREATE TABLE alike (
            one INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
            other INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
            PRIMARY KEY (one, other)
        ) WITHOUT ROWID""",
        "CREATE INDEX alike_other ON alike (other)",
        "CREATE TABLE classes (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",
        "CREATE TABLE boxes (number INTEGER PRIMARY KEY AUTOINCREMENT)",
    ):
        connection.execute(table)


def _confirmed_tags(_connection: Connection) -> None:
    """Format 2: a program that does not know of confirmed tags is not to read them."""


STEPS: Sequence[Step] = (_journal_and_state, _confirmed_tags)
"""The step at place n makes format n + 1 of format n; the first makes it of nothing."""
