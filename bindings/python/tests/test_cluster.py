"""Batches on a Dask cluster: workers, coordinators and schedulers that go away."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import draw, one_line, run_command, temporaries
from PIL import Image

import pc15
import pc15data
from pc15wf import BatchReport, EncodeConfig, Journal, Manifest, _cluster, encode_batch, load_manifest

distributed = pytest.importorskip("distributed")

FAST = EncodeConfig({"effort": 1, "procedural": False}, "set")


@contextlib.contextmanager
def small_cluster(workers: int, **kwargs: Any) -> Iterator[Any]:
    """One in threads of this process unless told otherwise: quick to start."""
    settings = {"processes": False, "protocol": "tcp", **kwargs}
    with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0", silence_logs=60, **settings) as cluster:
        yield cluster


def batch(folder: Path, out: Path, scheduler: str, **kwargs: Any) -> BatchReport:
    path = out.parent / "manifest.jsonl"
    fresh = None if path.exists() else Manifest.plan(pc15data.scan_images(folder), folder)
    with Journal(path, fresh) as journal:
        return encode_batch(journal, out, FAST, scheduler=scheduler, **kwargs)


def wait_for(condition: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "never came to be"
        time.sleep(0.02)


def files(out: Path) -> list[Path]:
    return sorted(out.rglob("*.pc15"))


def assert_right(folder: Path, out: Path) -> None:
    """All done, and every file what a batch without a cluster makes."""
    manifest = load_manifest(out.parent / "manifest.jsonl")
    assert manifest.count("done") == len(manifest.items) == len(files(out)) and temporaries(out) == []
    for key in manifest.items:
        path = manifest.output(key)
        assert path is not None
        expected = pc15.encode(pc15data.read_image(folder / key), **FAST.params)
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(expected).digest()


def test_a_worker_is_killed(folder: Path, tmp_path: Path) -> None:
    killed: list[int] = []
    with small_cluster(2, processes=True, protocol=None) as cluster:

        def kill_one(_key: str, _state: str) -> None:
            if not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        report = batch(folder, tmp_path / "out", cluster.scheduler_address, chunk=4, progress=kill_one)
        assert (report.encoded, report.errors) == (12, {}) and killed
        again = batch(folder, tmp_path / "out", cluster.scheduler_address)
        assert (again.encoded, again.skipped) == (0, 12)
    assert_right(folder, tmp_path / "out")


def test_a_worker_that_hangs_after_its_work(folder: Path, tmp_path: Path) -> None:
    """A coordinator that asks for the value of a finished chunk would wait for ever."""
    with small_cluster(1, processes=True, protocol=None) as cluster:
        worker = next(iter(cluster.workers.values())).pid
        stopped: list[int] = []

        def hang(_key: str, _state: str) -> None:
            if not stopped:
                wait_for(lambda: [task.state for task in cluster.scheduler.tasks.values()] == ["memory", "memory"])
                os.kill(worker, signal.SIGSTOP)
                stopped.append(worker)

        reports: list[BatchReport] = []
        thread = threading.Thread(daemon=True, target=lambda: reports.append(
            batch(folder, tmp_path / "out", cluster.scheduler_address, chunk=6, progress=hang)))
        thread.start()
        thread.join(20)
        os.kill(worker, signal.SIGCONT)
        assert stopped and reports, "waits for a worker that hangs"
        assert (reports[0].encoded, reports[0].errors) == (12, {})
    assert_right(folder, tmp_path / "out")


def test_a_cluster_without_workers(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cluster, "ASK_SECONDS", 0.1)
    monkeypatch.setattr(_cluster, "EMPTY_SECONDS", 0.5)
    with small_cluster(0) as cluster:
        with pytest.raises(RuntimeError, match="no workers left"):
            batch(folder, tmp_path / "out", cluster.scheduler_address)
        cluster.scale(1)
        assert batch(folder, tmp_path / "out", cluster.scheduler_address).encoded == 12
    assert_right(folder, tmp_path / "out")


def big_folder(root: Path, count: int) -> Path:
    root.mkdir()
    for k in range(count):
        Image.fromarray(draw(300, 300, 3, k)).save(root / f"{k}.png")
    return root


def start(folder: Path, out: Path, scheduler: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pc15wf.commands.encode", "--images", str(folder), "--out", str(out), "--dataset", "set",
               "--manifest", str(out.parent / "manifest.jsonl"), "--effort", "1", "--scheduler", scheduler]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def test_workers_stop_when_their_coordinator_dies(tmp_path: Path) -> None:
    folder, out = big_folder(tmp_path / "set", 60), tmp_path / "out"
    with small_cluster(1) as cluster:
        with start(folder, out, cluster.scheduler_address) as coordinator:
            wait_for(lambda: files(out))
            coordinator.kill()
        wait_for(lambda: not any(w.state.executing_count for w in cluster.workers.values()))
        assert 0 < len(files(out)) < 40, "the chunk went on to its end"


def test_a_scheduler_that_dies(tmp_path: Path) -> None:
    folder, out = big_folder(tmp_path / "set", 40), tmp_path / "out"
    script = ("import distributed, sys\nwith distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, "
              "protocol='tcp', dashboard_address=':0') as c:\n  print(c.scheduler_address, flush=True)\n  sys.stdin.read()\n")
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as scheduler:
        assert scheduler.stdout is not None
        address = scheduler.stdout.readline().decode().strip()
        with start(folder, out, address) as coordinator:
            wait_for(lambda: files(out))
            scheduler.kill()
            _, message = coordinator.communicate(timeout=100)
        assert coordinator.returncode == 1
        assert one_line(subprocess.CompletedProcess([], 1, b"", message)).endswith("is lost; run this again when it is back")
    result = run_command("encode", "--images", folder, "--out", out, "--dataset", "set", "--manifest", tmp_path / "manifest.jsonl", "--effort", 1)
    assert result.returncode == 0
    assert load_manifest(tmp_path / "manifest.jsonl").count("done") == 40 and temporaries(out) == []
