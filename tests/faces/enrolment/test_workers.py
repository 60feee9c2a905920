import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from svod_rcgn.faces.enrolment import in_order
from tests.patience import PATIENCE


def test_results_come_in_the_order_of_the_items_though_the_first_takes_longest():
    others_done = threading.Barrier(3)

    def work(item):
        others_done.wait(PATIENCE)  # nobody is done before all three are under way
        return item

    with ThreadPoolExecutor(3) as pool:
        promises = in_order(lambda item: pool.submit(work, item), Future.result, "abc", 3)
        assert list(promises) == ["a", "b", "c"]


def test_no_more_items_are_taken_than_may_be_under_way():
    taken = []

    def items():
        for item in range(10):
            taken.append(item)
            yield item

    results = in_order(lambda item: item, lambda item: item, items(), ahead=3)
    assert next(results) == 0
    assert taken == [0, 1, 2]
    assert list(results) == list(range(1, 10))


def test_an_error_comes_out_where_its_item_would():
    def work(item):
        if item == 1:
            raise OSError("disk full")
        return item

    with ThreadPoolExecutor(2) as pool:
        results = in_order(lambda item: pool.submit(work, item), Future.result, range(3), ahead=2)
        assert next(results) == 0
        with pytest.raises(OSError, match="disk full"):
            next(results)
