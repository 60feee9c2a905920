import pytest

from benchmarks import processes
from benchmarks.floor import Floor


def test_a_process_that_fails_is_told_with_its_last_line(tmp_path):
    with pytest.raises(processes.FailedError, match=r"missing\.json: no such file"):
        processes.ask(Floor, "floor", tmp_path / "missing.json")


def test_a_process_that_hangs_is_ended_and_told(monkeypatch):
    monkeypatch.setattr(processes, "LONGEST", 0.5)
    with pytest.raises(processes.FailedError, match=r"^not done after 0\.5 s$"):
        processes.run("-c", "import time; time.sleep(60)")


SCRIPT = """
from benchmarks.processes import peak_memory
held = b"x" * 150_000_000
with_it = peak_memory()
del held
print(with_it, peak_memory())
"""


def test_peak_memory_is_that_of_the_process_itself_and_stays():
    burden = b"x" * 400_000_000
    with_it, after = map(int, processes.run("-c", SCRIPT).stdout.split())
    assert 150_000_000 < with_it < len(burden)
    assert after > 150_000_000
