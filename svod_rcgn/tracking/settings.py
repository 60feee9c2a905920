"""How boxes are followed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoxTrackingSettings:
    """When a box is another's that was seen before.

    A box of at least `sure` (its score as a share of its limit) may begin a track; a less sure one only goes
    on with one. A box goes on with a track where it overlaps where that is expected by `overlap` (IoU), and
    by `unsure_overlap` where it is less sure; one of another
    class counts as overlapping by `strange` less. Of boxes that overlap by `same` the surest alone begins a
    track, whatever their classes are.

    A track is numbered when it was seen `confirm` times, or at once from a score of `certain` limits on and
    at the first look of all. It waits for its box for `max_gap` seconds, and one not numbered yet not at all;
    what was seen at the last look is waited for however long that is ago. After `pause` seconds without a
    look all begins anew.
    """

    sure: float = 1.0
    overlap: float = 0.35
    unsure_overlap: float = 0.5
    strange: float = 0.2
    same: float = 0.75
    confirm: int = 2
    certain: float = 2.0
    max_gap: float = 2.0
    pause: float = 10.0
