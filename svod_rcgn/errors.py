"""Every failure that a user can mend, as one tree.

    SvodError            exit code 1; the message is one line: what happened, with what, what to do
    +-- InputError       a picture, folder, film, stream or value that cannot be used
    |   +-- RulesError     rules that cannot be used, with the line
    +-- ModelError       a network that is missing, damaged, or not what its card says
    +-- ClassifierError  classifiers that are missing, damaged, or trained with another network
    |   +-- WorseError   a new training would know somebody, or its classes, worse than the one in place
    +-- DownloadError    something could not be fetched, or is not what was expected
    +-- PublishError     something could not be put where it should go
    +-- BusyError        another run holds the folder
    +-- ClusterError     the machines that should do the work cannot be had
    +-- TraceError       something of a person who was removed is still there
    +-- HistoryError     the record of visits cannot be opened, read or written
    +-- DatasetError     a dataset that cannot be opened, or an act that it cannot take
    |   +-- ChangedError     something has happened since what an act is about was looked at
    +-- DeliveryError    a channel did not take an announcement
    +-- ControlError     no camera answers at the control socket, or it refuses

Anything else that escapes is a defect of the program and keeps its traceback.
"""


class SvodError(Exception):
    """A failure with one clear line for the user; `exit_code` is what a command ends with.

    Example:
        >>> import svod_rcgn
        >>> try:
        ...     svod_rcgn.open_recogniser("nowhere")
        ... except svod_rcgn.SvodError as error:
        ...     print(error)
        nowhere: no classifiers here; run `python prepare.py` to train them
    """

    exit_code = 1


class InputError(SvodError):
    """Something that the user brought cannot be used."""


class RulesError(InputError):
    """Rules cannot be used: `words` say why, and `line` and `column`, from 1, where, as far as that is known.

    `name` is what their text is called.
    """

    def __init__(self, name: str, words: str, line: int | None = None, column: int | None = None) -> None:
        place = name if line is None else f"{name}:{line}"
        super().__init__(f"{place}: {words}" + ("" if column is None else f" at column {column}"))
        self.name, self.words, self.line, self.column = name, words, line, column


class ModelError(SvodError):
    """A network is missing, damaged, or not what its card says."""


class ClassifierError(SvodError):
    """Classifiers are missing, damaged, or trained with another network."""


class WorseError(ClassifierError):
    """A new training would know somebody, or its classes, worse, and that was not wished."""


class DownloadError(SvodError):
    """Something could not be fetched, or is not what was expected."""


class PublishError(SvodError):
    """Something could not be put where it should go."""


class BusyError(SvodError):
    """Another run holds the folder."""


class ClusterError(SvodError):
    """The machines that should do the work cannot be had."""


class TraceError(SvodError):
    """Something of a person who was removed is still there."""


class HistoryError(SvodError):
    """The record of visits cannot be opened, read or written."""


class DatasetError(SvodError):
    """A dataset cannot be opened, or cannot take an act."""


class ChangedError(DatasetError):
    """Something has happened since what an act is about was looked at."""


class DeliveryError(SvodError):
    """A channel did not take an announcement."""


class ControlError(SvodError):
    """No camera answers at the control socket, or it refuses."""
