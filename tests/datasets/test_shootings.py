from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from svod_rcgn.datasets.shootings import folds, group, split
from tests.datasets.makers import CAT, DOG, new

pictures = st.dictionaries(
    st.text("0123456789abcdef", min_size=4, max_size=4),
    st.tuples(
        st.sampled_from(["", "a", "b", "c", "d", "e"]),
        st.lists(st.sampled_from("xyz"), max_size=2, unique=True),
    ),
    max_size=40,
)
pairs = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=6)


def _grouped(known, alike):
    hashes = sorted(known) or ["none"]
    tokens = {each: token for each, (token, _) in known.items()}
    return tokens, [(hashes[one % len(hashes)], hashes[other % len(hashes)]) for one, other in alike]


@given(pictures, pairs)
def test_no_shooting_is_torn_apart_and_no_picture_lost(known, alike):
    tokens, close = _grouped(known, alike)
    shootings = group(tokens, close)
    labels = {each: said for each, (_, said) in known.items()}
    assert sorted(each for shooting in shootings for each in shooting) == sorted(known)
    for parts in (split(shootings, labels, 0.3), *folds(shootings, labels, 3)):
        sides = set(parts.train), set(parts.left_out)
        assert sides[0] | sides[1] == set(known)
        assert not sides[0] & sides[1]
        assert all(set(shooting) <= sides[0] or set(shooting) <= sides[1] for shooting in shootings)
        for one in known:
            for other in known:
                if tokens[one] and tokens[one] == tokens[other]:
                    assert (one in sides[0]) == (other in sides[0])
        assert all((one in sides[0]) == (other in sides[0]) for one, other in close if one in known)


@given(pictures, pairs)
def test_every_class_can_still_be_learned(known, alike):
    labels = {each: said for each, (_, said) in known.items()}
    parts = split(group(*_grouped(known, alike)), labels, 0.5)
    left = {label for each in parts.left_out for label in labels[each]}
    assert left <= {label for each in parts.train for label in labels[each]}


@given(pictures, pairs, st.integers(2, 5))
def test_each_picture_is_left_out_once(known, alike, count):
    labels = {each: said for each, (_, said) in known.items()}
    parts = folds(group(*_grouped(known, alike)), labels, count)
    assert Counter(each for part in parts for each in part.left_out) == Counter(list(known))


def test_the_share_is_held_for_each_class_where_pictures_stand_alone():
    tokens = {f"{number:04x}": "" for number in range(300)}
    labels = {each: (CAT if number < 200 else DOG,) for number, each in enumerate(tokens)}
    parts = split(group(tokens, []), labels, 0.2)
    assert Counter(labels[each][0] for each in parts.left_out) == {CAT: 40, DOG: 20}
    assert split(group(tokens, []), labels, 0.2) == parts != split(group(tokens, []), labels, 0.2, seed=1)
    spread = [
        Counter(labels[each][0] for each in part.left_out) for part in folds(group(tokens, []), labels, 5)
    ]
    assert spread == [{CAT: 40, DOG: 20}] * 5


def test_a_new_picture_moves_few_others_across_the_border():
    tokens = {f"{number * 7919 % 65536:04x}": "" for number in range(200)}
    labels = dict.fromkeys([*tokens, "ffff"], (CAT,))
    before = set(split(group(tokens, []), labels, 0.2).left_out)
    after = set(split(group({**tokens, "ffff": ""}, []), labels, 0.2).left_out)
    assert len(before ^ after) <= 2


def test_what_came_together_or_looks_alike_is_one_shooting_of_a_dataset(dataset):
    size = {"width": 320, "height": 240}
    dataset.add(
        [new(1, yes=[CAT], shooting="hold 1", **size), new(2, yes=[CAT], shooting="hold 1", **size)], "a"
    )
    dataset.add([new(3, yes=[CAT], **size), new(4, yes=[DOG], **size)], "b")
    dataset.add([new(2, yes=[CAT], width=640, height=480, shooting="hold 2", name="near.png"),
                 new(5, yes=[DOG], shooting="hold 2", **size)], "c")  # fmt: skip
    names = {each.hash: each.name for each in dataset.pictures()}
    found = sorted(sorted(names[each] for each in shooting) for shooting in dataset.shootings())
    assert found == [
        ["near.png", "picture-1.png", "picture-2.png", "picture-5.png"], ["picture-3.png"], ["picture-4.png"],
    ]  # fmt: skip
    assert [(each.label, each.shootings) for each in dataset.classes()] == [(CAT, 2), (DOG, 2)]
    parts = dataset.split(0.4)
    assert {names[each] for each in parts.left_out} <= {"picture-3.png", "picture-4.png"}
    assert len(dataset.folds(2)) == 2
