"""Who is known, and how a person is renamed, merged with another, or forgotten.

`places` is where something of a person may lie, `search` finds all of it by name, by content and by
embedding, and `changes` does what is asked and proves it by searching again.
"""

from .changes import (
    PersonSummary,
    StoreHits,
    find,
    folder_of,
    known,
    merge,
    new_folder,
    remove,
    rename,
    traces_of,
)
from .search import PersonTraces, Trace
from .stores import PersonStore, all_stores

__all__ = [
    "PersonStore",
    "PersonSummary",
    "PersonTraces",
    "StoreHits",
    "Trace",
    "all_stores",
    "find",
    "folder_of",
    "known",
    "merge",
    "new_folder",
    "remove",
    "rename",
    "traces_of",
]
