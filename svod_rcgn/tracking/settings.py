"""How boxes are followed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoxTrackingSettings:
    """When a box is another's that was seen before.

    A box of at least `sure` (its score as a share of its limit) may begin a track or go on with any; a less
    sure one only goes on with one that was seen the last time. Boxes are alike by their overlap (IoU) with
    where a track is expected, from `overlap` on, and from `unsure_overlap` where the box is less sure; and
    where a track was lost, by the overlap with where it was last seen, from `last_overlap` on. What is not
    certain of its place counts as larger, by `reach` deviations of it and by at most `most_reach` sides.
    Direction counts for `direction` of it. A box of another class counts as less alike by `strange`. Of two
    classes found on one object, boxes that overlap by `same`, the surer is followed.

    A track is numbered when it was seen `confirm` times, or at once from a score of `certain` limits on and
    at the first look of all. It waits for its box for `max_gap` seconds, and one not numbered yet not at all;
    what was seen at the last look is waited for however long that is ago. After `pause` seconds without a
    look all begins anew.
    """

    sure: float = 1.0
    overlap: float = 0.2
    unsure_overlap: float = 0.4
    last_overlap: float = 0.3
    reach: float = 1.0
    most_reach: float = 0.5
    direction: float = 0.2
    strange: float = 0.3
    same: float = 0.75
    confirm: int = 2
    certain: float = 2.0
    max_gap: float = 2.0
    pause: float = 10.0
