"""gencourse sweep on small lessons of the test's own: what it refuses and keeps, and that it goes on after a kill."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gencourse import cli
from gencourse.course.lessons import find
from gencourse.course.parameters import ParameterError
from gencourse.runs.sweep import expand, is_finished, parse_grid, sweep

RECORD = "import os\nlesson.record(square=seed**2, threads=os.environ['GENCOURSE_THREADS'])"
FAIL_AT_1 = "assert seed != 1, 'seed is one'"
SLOW = "import time\ntime.sleep(1)"


def test_a_grid_of_words():
    grid = parse_grid(["beta=0.5,4.0,4", "seed=0:5:2,9", "dataset=mnist"])
    assert grid == {"beta": [0.5, 4.0, 4], "seed": [0, 2, 4, 9], "dataset": ["mnist"]}
    runs = expand(find("10"), grid)
    assert len(runs) == 2 * 4, "beta=4.0 and beta=4 are one run"
    assert runs["10-training-a-vae-seed=9-dataset=mnist-beta=0.5"] == {"seed": 9, "dataset": "mnist", "beta": 0.5}
    assert list(expand(find("10"), dict(reversed(grid.items())))) == list(runs)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("beta", "NAME=VALUE"),
        ("beta=", "NAME=VALUE"),
        ("=4", "NAME=VALUE"),
        ("seed=5:0", "has nothing in it"),
        ("seed=0:9:0", "has nothing in it"),
        ("betta=4", "did you mean 'beta'"),
        ("beta=1,much", "beta='much' is a str"),
        ("seed=1.5", "seed=1.5 is a float"),
    ],
)
def test_bad_words_are_refused_before_anything_starts(word, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["sweep", "10", word]) == 2
    assert said in capsys.readouterr().err and list(tmp_path.iterdir()) == []
    with pytest.raises(ParameterError, match="given twice"):
        parse_grid(["beta=1", "beta=2"])


@pytest.mark.kernel
def test_failures_are_kept_and_only_they_run_again(make, tmp_path):
    make(FAIL_AT_1, RECORD)
    to, said = tmp_path / "runs", []
    assert sweep("00", {"seed": [0, 1, 2]}, to, jobs=2, say=said.append) == ["00-start-here-seed=1"]
    assert "FAILED 00-start-here-seed=1: AssertionError: seed is one" in "\n".join(said)
    assert (to / "failed" / "00-start-here-seed=1.ipynb").exists() and not (to / "unfinished").exists()
    table = (to / "table.csv").read_text().splitlines()
    assert len(table) == 4 and sum("failed: AssertionError" in line for line in table) == 1
    finished = {path: path.stat().st_mtime_ns for path in to.glob("*.ipynb")}
    assert len(finished) == 2 and all(is_finished(path) for path in finished)

    make(RECORD)  # mended
    assert sweep("00", {"seed": [0, 1, 2]}, to, jobs=2, say=said.append) == []
    assert all(path.stat().st_mtime_ns == then for path, then in finished.items())
    assert is_finished(to / "00-start-here-seed=1.ipynb") and not (to / "failed").exists()
    assert (to / "table.csv").read_text().count(",ok,") == 3


SWEEP = """
import signal
import sys
from pathlib import Path
from gencourse.runs.sweep import sweep
from gencourse.support import places
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which tests started in the background would ignore
    places.NOTEBOOKS = Path(sys.argv[1])
    try:
        sweep("00", {"seed": list(range(4))}, Path(sys.argv[2]), jobs=1)
    except (KeyboardInterrupt, RuntimeError) as error:
        sys.exit(str(error))
"""


@pytest.mark.kernel
def test_a_sweep_that_was_killed_and_one_that_was_stopped_go_on(make, tmp_path):
    folder, to = make(SLOW, RECORD).parent, tmp_path / "runs"
    script = tmp_path / "start.py"
    script.write_text(SWEEP)
    command = [sys.executable, str(script), str(folder), str(to)]

    def start(until):
        """A sweep at work, of whose runs `until` are over."""
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        while len(list(to.glob("*.ipynb"))) < until and process.poll() is None:
            time.sleep(0.05)
        return process

    def finished():
        times = {path: path.stat().st_mtime_ns for path in to.glob("*.ipynb")}
        assert all(is_finished(path) for path in times)
        return times

    killed = start(until=1)
    second = subprocess.run(command, capture_output=True, text=True)
    assert "another sweep is at work" in second.stderr
    killed.kill()
    killed.communicate()
    before = finished()
    assert 0 < len(before) < 4

    stopped = start(until=len(before) + 1)
    os.killpg(stopped.pid, signal.SIGINT)  # as a terminal's Ctrl-C: to every process of the group
    out, err = stopped.communicate(timeout=60)
    assert f"{len(before)} finished before, {4 - len(before)} to do" in out
    assert "of 4 runs finished; the same command goes on" in err and not (to / "unfinished").exists()
    before |= finished()

    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and f"{len(before)} finished before, {4 - len(before)} to do" in done.stdout
    assert len(after := finished()) == 4 and before.items() <= after.items() and not (to / "unfinished").exists()


@pytest.mark.kernel
def test_workers_of_a_cluster_that_runs_already(make, tmp_path):
    from distributed import LocalCluster

    make(RECORD)
    with LocalCluster(n_workers=1, threads_per_worker=2, memory_limit=0, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        assert sweep("00", {"seed": [0, 1]}, tmp_path / "runs", scheduler=address, say=lambda line: None) == []
    assert len(list((tmp_path / "runs").glob("*.ipynb"))) == 2


@pytest.mark.kernel
def test_a_cluster_that_cannot(make, tmp_path):
    from distributed import LocalCluster

    make(RECORD)
    with LocalCluster(n_workers=0, dashboard_address=None) as cluster, pytest.raises(RuntimeError, match="no workers"):
        sweep("00", {"seed": [0]}, tmp_path / "runs", scheduler=cluster.scheduler_address)
    with pytest.raises(RuntimeError, match="no dask scheduler answers at nonsense://x"):
        sweep("00", {"seed": [0]}, tmp_path / "runs", scheduler="nonsense://x")
