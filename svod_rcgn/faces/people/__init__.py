"""Who is known, and how a person is renamed, merged with another, or forgotten.

`places` is where something of a person may lie, `search` finds all of it by name, by content and by
embedding, and `changes` does what is asked and proves it by searching again.
"""

from .changes import Found, Known, find, folder_of, known, merge, new_folder, remove, rename, signs_of
from .search import Sought, Trace
from .stores import Place, all_places

__all__ = [
    "Found",
    "Known",
    "Place",
    "Sought",
    "Trace",
    "all_places",
    "find",
    "folder_of",
    "known",
    "merge",
    "new_folder",
    "remove",
    "rename",
    "signs_of",
]
