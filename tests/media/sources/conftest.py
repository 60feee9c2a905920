from collections.abc import Iterator

import cv2
import pytest


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """OpenCV says nothing of cameras that fail, as in the commands."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    yield
    cv2.utils.logging.setLogLevel(level)
