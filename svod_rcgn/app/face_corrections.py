"""What people say of faces that bear a wrong name: kept, shown, taken back."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import time as wall_clock

from ..errors import InputError
from ..faces import people as roster
from ..faces.enrolment.new_pictures import added
from ..faces.gallery import corrections
from ..faces.gallery.corrections import Correction
from ..faces.names import shown_name
from ..faces.records import FaceObservation
from ..faces.settings import Paths
from ..networks import fingerprint, read_card
from ..records import FloatArray, Image, Observation
from ..storage.folders import current_of


class FaceCorrections:
    """Takes a face that somebody corrects; a name is withheld at once, and given after the next training."""

    def __init__(
        self,
        paths: Paths,
        look: Callable[[Image], tuple[Observation, ...]],
        put_in_use: Callable[[], object],
    ) -> None:
        """Take where people lie.

        Args:
            paths: Where pictures and classifiers lie.
            look: Finds the faces of a picture.
            put_in_use: Reads classifiers and corrections again.
        """
        self._paths = paths
        self._look = look
        self._put_in_use = put_in_use
        self._lock = Lock()

    def all(self) -> list[Correction]:
        """All of them, the oldest first.

        Raises:
            InputError: They are damaged.
        """
        return corrections.read(self._paths.classifiers_dir)

    def add(self, image: Image, was: str | None, person: str | None, visit: int | None) -> Correction:
        """Say that the face in the middle of a picture is not `was`, and who it is, if anybody knows.

        Raises:
            InputError: There is no face on it, or nobody can be called so.
            SvodError: No faces are looked for here.
        """
        embedding = _embedding(self._look(image), image)
        folder = None if person is None else self._folder(person)
        name = None if folder is None else shown_name(folder)
        if name == was:
            raise InputError(f"{name or 'somebody unknown'}: this face is called so already; say who it is")
        with self._lock:
            known = self.all()
            picture = None if folder is None else self._keep(folder, image)
            made = Correction(
                id=1 + max((each.id for each in known), default=0),
                time=wall_clock(),
                was=was,
                person=name,
                network=fingerprint(read_card(self._paths.embedding_dir)),
                embedding=corrections.encoded(embedding),
                visit=visit,
                picture=None if picture is None else str(picture.relative_to(self._paths.input_dir)),
            )
            corrections.write(self._paths.classifiers_dir, [*known, made])
        self._use()
        return made

    def take_back(self, number: int) -> Correction | None:
        """Take one back, with the picture that came with it; None where there is no such one."""
        with self._lock:
            known = self.all()
            found = next((each for each in known if each.id == number), None)
            if found is None:
                return None
            corrections.write(self._paths.classifiers_dir, [each for each in known if each is not found])
            if found.picture:
                self._picture(found.picture).unlink(missing_ok=True)
        self._use()
        return found

    def _use(self) -> None:
        if current_of(self._paths.classifiers_dir).exists():
            self._put_in_use()

    def _folder(self, person: str) -> str:
        try:
            return roster.folder_of(roster.all_stores(self._paths), person)
        except InputError:
            return roster.new_folder(person)

    def _keep(self, folder: str, image: Image) -> Path:
        with added(self._paths.input_dir / folder, {"corrected.png": image}) as (path,):
            return path

    def _picture(self, name: str) -> Path:
        """A photograph by what the record says, which is no way out of the folder of photographs."""
        person, _, file = name.rpartition("/")
        return self._paths.input_dir / Path(person).name / Path(file).name


def _embedding(seen: tuple[Observation, ...], image: Image) -> FloatArray:
    """That of the face nearest the middle.

    Raises:
        InputError: There is none.
    """
    height, width = image.shape[:2]
    found: list[tuple[float, FloatArray]] = []
    for each in seen:
        if isinstance(each, FaceObservation) and each.embedding is not None:
            box = each.face.box
            off = abs(box.left + box.right - width) + abs(box.top + box.bottom - height)
            found.append((float(off), each.embedding))
    if not found:
        raise InputError("there is no face on this picture that could be corrected")
    return min(found, key=lambda each: each[0])[1]
