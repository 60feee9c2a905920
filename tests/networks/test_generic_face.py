import base64

import numpy as np
import pytest

from svod_rcgn.networks.generic_face import packed_mean, unpacked_mean


def test_a_mean_comes_back_as_it_was_to_three_digits() -> None:
    mean = np.random.default_rng(0).normal(0, 0.02, 512).astype(np.float32)
    assert unpacked_mean(packed_mean(mean)) == pytest.approx(mean, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("text", ["no base64!", base64.b64encode(b"odd").decode()])
def test_what_is_no_mean_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|buffer size"):
        unpacked_mean(text)
