"""OpenVINO's reports to its makers, which nobody has asked for."""

import sys

_REPORTER = "openvino_telemetry"


def decline() -> None:
    """Keep OpenVINO from reporting its use; it has to be called before openvino is imported.

    On import it reports to Google Analytics, keeps a number for this machine in the home folder, forks the
    process for it, and may make the process wait three seconds at its end. It does without the package
    that does so where that cannot be imported. Where the package is at work already it is left alone.
    """
    sys.modules.setdefault(_REPORTER, None)  # type: ignore[arg-type]
