"""Knows who and what a camera sees, on one small machine, and says when it doesn't.

The names below are for programs of one's own; each is loaded when it is first used:

>>> import cv2, svod_rcgn
>>> recogniser = svod_rcgn.open_recogniser("data/demo/classifiers")
>>> [face.label for face in recogniser.look(cv2.imread("data/demo/probes/obama3.jpg"))]
['Barack Obama']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app.face_recogniser import FaceRecogniser, open_recogniser
    from .control.client import SVODClient
    from .errors import SvodError
    from .faces.records import FaceObservation
    from .records import Box, Frame, Observation

_PLACES = {
    "Box": "records",
    "FaceObservation": "faces.records",
    "FaceRecogniser": "app.face_recogniser",
    "Frame": "records",
    "Observation": "records",
    "SVODClient": "control.client",
    "SvodError": "errors",
    "open_recogniser": "app.face_recogniser",
}

__all__ = [
    "Box",
    "FaceObservation",
    "FaceRecogniser",
    "Frame",
    "Observation",
    "SVODClient",
    "SvodError",
    "open_recogniser",
]


if not TYPE_CHECKING:  # whoever checks types shall see the names above, and no others

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used (PEP 562), so that importing the package costs nothing."""
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_PLACES[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *_PLACES})
