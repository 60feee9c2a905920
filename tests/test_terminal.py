import os

from svod_rcgn import terminal


def test_nothing_of_a_library_reaches_standard_error_while_it_is_muted(capfd):
    with terminal.muted_errors():
        os.write(2, b"of a library\n")
    os.write(2, b"ours\n")
    assert capfd.readouterr().err == "ours\n"
