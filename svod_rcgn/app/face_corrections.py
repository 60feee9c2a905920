"""What people say of faces that bear a wrong name: kept, shown, taken back."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import time as wall_clock

import numpy as np

from .. import geometry
from ..errors import InputError
from ..faces import people as roster
from ..faces import prepare
from ..faces.enrolment import AlignedPicture, added, input_folder, read_index
from ..faces.gallery import corrections
from ..faces.gallery.corrections import Correction
from ..faces.names import shown_name
from ..faces.records import FaceObservation
from ..faces.settings import Paths
from ..faces.training.update import read_report
from ..networks import fingerprint, read_card
from ..records import Box, FloatArray, Image, Observation
from ..storage.folders import current_of

MARGIN = 0.5  # of what is kept round a face, in its sides
_SAME = 0.5  # of their union, that the boxes of one face have in common
_WAIT = 60.0  # seconds for a run that learns people


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

    def all(self) -> list[Correction]:
        """All of them, the oldest first.

        Raises:
            InputError: They are damaged.
        """
        return corrections.read(self._paths.classifiers_dir)

    def add(self, image: Image, was: str | None, person: str | None, visit: int | None) -> Correction:
        """Say that the face in the middle of a picture is not `was`, and who it is, if anybody knows.

        Raises:
            InputError: There is no face on it, nobody can be called so, or the visit was corrected already.
            SvodError: No faces are looked for here.
        """
        embedding = _embedding(self._look(image), image)
        return self._said(image, embedding, was, person, visit)

    def add_on(self, image: Image, box: Box, person: str | None) -> Correction:
        """Say that a face of a whole picture is not whose it is told to be, and who it is, if anybody knows.

        Args:
            image: The picture, (height, width, 3) uint8 BGR.
            box: Where the face is, in its pixels.
            person: Who it is, None for "not the one who is told".

        Raises:
            InputError: There is no face there, or nobody can be called so.
            SvodError: No faces are looked for here.
        """
        face = _at(box, self._look(image))
        assert face.embedding is not None
        around = geometry.cut(image, face.face.box, MARGIN)
        return self._said(around, face.embedding, face.label, person, None)

    def _said(
        self, image: Image, embedding: FloatArray, was: str | None, person: str | None, visit: int | None
    ) -> Correction:
        folder = None if person is None else self._folder(person)
        name = None if folder is None else shown_name(folder)
        if name == was:
            raise InputError(f"{name or 'somebody unknown'}: this face is called so already; say who it is")
        with corrections.changing(self._paths.classifiers_dir) as known:
            number = 1 + max((each.id for each in known), default=0)
            known[:] = _without_earlier(known, visit)
            picture = None if folder is None else self._keep(folder, image)
            made = Correction(
                id=number,
                time=wall_clock(),
                was=was,
                person=name,
                network=fingerprint(read_card(self._paths.embedding_dir)),
                embedding=corrections.encoded(embedding),
                visit=visit,
                picture=None if picture is None else picture.relative_to(self._paths.input_dir).as_posix(),
            )
            known.append(made)
        self._use()
        return made

    def take_back(self, numbers: Collection[int]) -> list[Correction]:
        """Take some back, with the pictures that came with them and what was learned of them.

        What was trained with them is trained again without them, on embeddings that are there, so that all
        answers are as if nothing had been said.

        Returns:
            Those that there were.

        Raises:
            BusyError: Another run is at work.
        """
        with prepare.locked(self._paths, _WAIT):
            with corrections.changing(self._paths.classifiers_dir) as known:
                found = [each for each in known if each.id in numbers]
                known[:] = [each for each in known if each not in found]
            for each in found:
                self._discard(each)
            self._unlearn(found)
        if found:
            self._use()
        return found

    def _unlearn(self, gone: Sequence[Correction]) -> None:
        """Train again where the last training knew of them."""
        sources = {each.picture for each in gone if each.picture}
        index = read_index(self._paths.aligned_dir) if gone else None
        if index is None or not index.pictures:
            return
        report = read_report(self._paths.classifiers_dir)
        counted = set() if report is None else {each.correction for each in report.rejected}
        learned = [each for each in index.pictures if self._is_of(each, sources)]
        if learned or counted & {each.id for each in gone}:
            kept = [each for each in index.pictures if each not in learned]
            prepare.relearn(self._paths, lambda index: replace(index, pictures=kept))

    def _is_of(self, picture: AlignedPicture, sources: Collection[str | None]) -> bool:
        folder = input_folder(picture.input, self._paths.aligned_dir)
        return picture.source in sources and folder.resolve() == self._paths.input_dir.resolve()

    def _discard(self, correction: Correction) -> None:
        if correction.picture:
            path = self._picture(correction.picture)
            path.unlink(missing_ok=True)
            with suppress(OSError):  # there are others
                path.parent.rmdir()

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


def _without_earlier(known: Sequence[Correction], visit: int | None) -> list[Correction]:
    """All but what was said of a visit before: who is named now was not said before.

    Raises:
        InputError: It was said who it is.
    """
    earlier = [each for each in known if visit is not None and each.visit == visit]
    named = next((each.person for each in earlier if each.person is not None), None)
    if named is not None:
        raise InputError(f"visit {visit} is said to be of {named} already; take that back first")
    return [each for each in known if each not in earlier]


def _at(box: Box, seen: Sequence[Observation]) -> FaceObservation:
    """The face at a box.

    Raises:
        InputError: There is none.
    """
    faces = [each for each in seen if isinstance(each, FaceObservation) and each.embedding is not None]
    shares = [geometry.intersection_over_union(each.face.box, box) for each in faces]
    if not shares or max(shares) < _SAME:
        raise InputError("there is no face at this box that could be corrected; take a box of /api/faces")
    return faces[int(np.argmax(shares))]


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
