"""Which ways to feed a network are tried."""

from dataclasses import replace

import pytest

from svod_rcgn.faces.networks import catalogue
from svod_rcgn.faces.networks.conventions import InputHints, candidates

RED_FIRST, BLUE_FIRST = (123.7, 116.3, 103.5), (103.5, 116.3, 123.7)


@pytest.mark.parametrize(("colour", "wanted"), [("RGB", RED_FIRST), ("BGR", BLUE_FIRST)])
def test_what_is_wished_for_each_colour_follows_the_order_of_the_colours(colour, wanted):
    card = replace(catalogue.FACENET.card, margin=None)
    tried = list(candidates(card, InputHints(colour=colour, mean=RED_FIRST, scale=RED_FIRST)))
    assert {(each.colour, each.mean, each.scale) for each in tried} == {(colour, wanted, wanted)}


def test_where_the_colour_is_open_both_orders_are_tried_with_what_is_wished():
    card = replace(catalogue.FACENET.card, margin=None)
    tried = {(each.colour, each.mean) for each in candidates(card, InputHints(mean=RED_FIRST))}
    assert tried == {("RGB", RED_FIRST), ("BGR", BLUE_FIRST)}
