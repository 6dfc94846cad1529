#!/usr/bin/env python3
"""Kills a batch with SIGKILL at random instants, many times, and checks that nothing is lost.

    bench/kills.py --kills 1000 --images 500 --workers 4
    bench/kills.py --kills 1000 --images 500 --workers 4 --dask       # workers of a Dask LocalCluster

Each kill takes a worker or its decoder (8 of 10 times), the coordinator, or all of them. What ended is started again; when
the batch is done before the kills are, its files are checked and it begins again in a new folder. At the end the batch runs
once without kills. Every file must equal the reference, none may be missing or there twice, and no temporary file may be
left. Prints one JSON object; exit status 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

import pc15
from pc15data import read_image
from pc15wf import load_manifest

OPTIONS = {"effort": 1, "quality": 50}


def make_images(root: Path, count: int) -> dict[str, str]:
    """Draws the images; the hash of the file that each must become."""
    rng = np.random.default_rng(7)
    reference = {}
    root.mkdir()
    for k in range(count):
        height, width = rng.integers(48, 160, 2)
        y, x = np.mgrid[:height, :width]
        planes = [127 + 80 * np.sin(x / (7 + k % 13) + c) + rng.normal(0, 6, (height, width)) for c in range(1 + 2 * (k % 2))]
        picture = np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)
        Image.fromarray(picture[:, :, 0] if picture.shape[2] == 1 else picture).save(root / f"{k}.png")
        data = pc15.encode(read_image(root / f"{k}.png"), **OPTIONS)
        reference[f"{k}.png"] = hashlib.sha256(data).hexdigest()
    return reference


def descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                children.setdefault(int(file.read().rpartition(")")[2].split()[1]), []).append(int(entry))
        except OSError:
            continue
    found, queue = [], [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def kill(*processes: int) -> None:
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


def check(out: Path, reference: dict[str, str]) -> dict[str, int]:
    """What is wrong with a finished batch."""
    manifest = load_manifest(out / "manifest.jsonl")
    made = {p for p in out.rglob("*.pc15")}
    expected, wrong = set(), 0
    for key, digest in reference.items():
        path = manifest.output(key)
        if path is not None and path.exists():
            expected.add(path)
            wrong += hashlib.sha256(path.read_bytes()).hexdigest() != digest
    return {"not_done": len(reference) - manifest.count("done"), "lost": len(reference) - len(expected), "wrong": wrong,
            "duplicated": len(made - expected),
            "temporaries": sum(p.name.startswith(".pc15tmp") for p in out.rglob(".*"))}


def messages(path: Path) -> list[str]:
    """What coordinators that failed said, each once, without numbers of ports."""
    lines = re.sub(rb":\d+", b":*", path.read_bytes()).decode(errors="replace").splitlines()
    return sorted({line for line in lines if line.startswith("pc15-encode: ")})


Victims = Callable[[int], list[int]]


class Killing:
    """A batch that is killed and started again; when it is done a new one begins in a new folder."""

    def __init__(self, arguments: argparse.Namespace, work: Path, engine: list[str], victims: Victims) -> None:
        self.arguments, self.work, self.engine, self.victims = arguments, work, engine, victims
        self.random = random.Random(arguments.seed)
        self.folder = work / "set"
        self.reference = make_images(self.folder, arguments.images)
        self.kills = {"all": 0, "coordinator": 0, "worker": 0}
        self.ends = {"done": 0, "failed": 0, "killed": 0}
        self.faults: dict[str, int] = {}

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "pc15wf.commands.encode", "--images", self.folder, "--out", self.out, *self.engine,
                   "--effort", "1", "--quality", "50"]
        with open(self.work / "stderr", "ab") as log:
            return subprocess.Popen(command, stderr=log)

    @property
    def out(self) -> Path:
        return self.work / f"out{self.ends['done'] + 1}"

    def check(self) -> None:
        for name, value in check(self.out, self.reference).items():
            self.faults[name] = self.faults.get(name, 0) + value

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        if process.returncode == 0:
            self.check()
        self.ends["done" if process.returncode == 0 else "failed" if process.returncode > 0 else "killed"] += 1

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        workers = self.victims(process.pid)
        kind = self.random.choices(list(self.kills), (1, 1, 8))[0]
        if process.poll() is not None or (kind == "worker" and not workers):
            return
        self.kills[kind] += 1
        kill(*{"all": [process.pid, *workers], "coordinator": [process.pid], "worker": workers and [self.random.choice(workers)]}[kind])
        if kind != "worker":
            process.wait()

    def run(self) -> dict[str, object]:
        process = self.start()
        while sum(self.kills.values()) < self.arguments.kills:
            if process.poll() is not None:
                self.ended(process)
                process = self.start()
            time.sleep(self.random.uniform(0.02, self.arguments.wait))
            self.kill(process)
        kill(process.pid)
        process.wait()
        last = self.start().wait(timeout=900)
        self.check()
        return {"kills": self.kills, "runs": self.ends, "last_exit": last, **self.faults}


def local(arguments: argparse.Namespace, work: Path) -> dict[str, object]:
    return Killing(arguments, work, ["--workers", str(arguments.workers)], descendants).run()


def dask(arguments: argparse.Namespace, work: Path) -> dict[str, object]:
    """Worker processes and their decoders are killed at any instant, also while they start. Dask itself gives up workers
    that die then, so the cluster is told to keep its number, as a supervisor would."""
    import distributed

    with distributed.LocalCluster(n_workers=arguments.workers, threads_per_worker=1, processes=True, dashboard_address=":0",
                                  silence_logs=60) as cluster:
        cluster.adapt(minimum=arguments.workers, maximum=arguments.workers)

        def victims(_coordinator: int) -> list[int]:
            workers = [nanny.pid for nanny in list(cluster.workers.values()) if nanny.pid]
            return workers + [pid for worker in workers for pid in descendants(worker)]

        return Killing(arguments, work, ["--scheduler", cluster.scheduler_address, "--chunk", "20"], victims).run()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--wait", type=float, default=1.2, help="longest time between two kills, seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dask", action="store_true", help="on a Dask LocalCluster instead of a pool of processes")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        report = (dask if arguments.dask else local)(arguments, Path(work))
        report["messages"] = messages(Path(work, "stderr"))
    report |= {"images": arguments.images, "workers": arguments.workers, "seconds": round(time.monotonic() - started, 1)}
    print(json.dumps(report))
    faults = ("not_done", "lost", "wrong", "duplicated", "temporaries", "last_exit")
    return int(any(report.get(name) for name in faults))


if __name__ == "__main__":
    sys.exit(main())
