#!/usr/bin/env python3
"""Kills a batch with SIGKILL at random instants, many times, and checks that nothing is lost.

    bench/kills.py --kills 1000 --images 500 --workers 4
    bench/kills.py --kills 200 --images 500 --dask       # workers of a Dask LocalCluster

Each kill takes a descendant of the coordinator (8 of 10 times), the coordinator, or all of them. When the batch is done before the kills are, its
files are checked and it begins again in a new folder. At the end the batch runs once without kills. Every file must
equal the reference, none may be missing, and no temporary file may be left. Prints one JSON object; exit status 1 when
something is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
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


def check(folder: Path, out: Path, reference: dict[str, str]) -> dict[str, int]:
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


def start(folder: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pc15wf.commands.encode", "--images", str(folder), "--out", str(out), "--workers", str(workers),
               "--effort", "1", "--quality", "50"]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def local(arguments: argparse.Namespace, work: Path, rng: random.Random) -> dict[str, object]:
    folder = work / "set"
    reference = make_images(folder, arguments.images)
    kills = {"all": 0, "coordinator": 0, "descendant": 0}
    rounds, faults, process = 1, {}, None
    out = work / "out1"
    while sum(kills.values()) < arguments.kills:
        if process is None or process.poll() is not None:
            if process is not None and process.returncode == 0:
                for name, value in check(folder, out, reference).items():
                    faults[name] = faults.get(name, 0) + value
                rounds += 1
                out = work / f"out{rounds}"
            process = start(folder, out, arguments.workers)
        time.sleep(rng.uniform(0.02, arguments.wait))
        below = descendants(process.pid)
        kind = rng.choices(list(kills), (1, 1, 8))[0]
        if process.poll() is not None or (kind == "descendant" and not below):
            continue
        kills[kind] += 1
        kill(*{"all": [process.pid, *below], "coordinator": [process.pid], "descendant": rng.sample(below, min(1, len(below)))}[kind])
        if kind != "descendant":
            process.wait()
    if process is not None and process.poll() is None:
        kill(process.pid)
        process.wait()
    last = start(folder, out, arguments.workers).wait()
    for name, value in check(folder, out, reference).items():
        faults[name] = faults.get(name, 0) + value
    return {"images": arguments.images, "workers": arguments.workers, "kills": kills, "batches": rounds, "last_exit": last, **faults}


def dask(arguments: argparse.Namespace, work: Path, rng: random.Random) -> dict[str, object]:
    import distributed

    from pc15wf import EncodeConfig, Journal, Manifest, encode_batch

    folder = work / "set"
    reference = make_images(folder, arguments.images)
    kills, rounds, faults = 0, 0, {}
    with distributed.LocalCluster(n_workers=arguments.workers, threads_per_worker=1, processes=True, dashboard_address=None,
                                  silence_logs=60) as cluster:
        while kills < arguments.kills:
            rounds += 1
            out = work / f"out{rounds}"
            out.mkdir()
            seen = [0]

            def maybe_kill(_key: str, _state: str) -> None:
                nonlocal kills
                seen[0] += 1
                # Only workers that have joined: Dask gives one up that dies while it starts.
                joined = set(cluster.scheduler.workers)
                pids = [n.pid for n in cluster.workers.values() if n.worker_address in joined and n.pid]
                if kills < arguments.kills and pids and rng.random() < arguments.rate:
                    kills += 1
                    kill(rng.choice(pids))

            with Journal(out / "manifest.jsonl", Manifest.plan(sorted(folder.iterdir()), folder)) as journal:
                config = EncodeConfig(OPTIONS, "set")
                encode_batch(journal, out, config, scheduler=cluster.scheduler_address, chunk=50, progress=maybe_kill)
                encode_batch(journal, out, config, scheduler=cluster.scheduler_address, chunk=50)
            for name, value in check(folder, out, reference).items():
                faults[name] = faults.get(name, 0) + value
    return {"images": arguments.images, "workers": arguments.workers, "kills": kills, "batches": rounds, "last_exit": 0, **faults}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--wait", type=float, default=1.2, help="longest time between two kills, seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--rate", type=float, default=0.04, help="--dask: kills per finished image")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        report = (dask if arguments.dask else local)(arguments, Path(work), random.Random(arguments.seed))
    report["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(report))
    faults = ("not_done", "lost", "wrong", "duplicated", "temporaries", "last_exit")
    return int(any(report.get(name) for name in faults))


if __name__ == "__main__":
    sys.exit(main())
