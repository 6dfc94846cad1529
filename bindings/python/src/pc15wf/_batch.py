"""Encoding a data set: what is left to do, doing it, and keeping the books."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ._config import EncodeConfig
from ._cluster import cluster
from ._engines import Record, processes, serial
from ._files import file_digest, remove_temporaries
from ._input import Limits
from ._journal import Journal
from ._manifest import DONE, ERROR, Item, Manifest
from ._names import pc15_name
from ._task import Task


@dataclass
class BatchReport:
    """What a run did."""

    encoded: int = 0
    skipped: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def plan_outputs(manifest: Manifest, config: EncodeConfig) -> dict[str, str]:
    """The output below the output root of every key. Two inputs with the same output are refused, also when they
    differ in case or Unicode form alone, which some file systems do not keep apart."""
    outputs: dict[str, str] = {}
    seen: dict[str, str] = {}
    setting = config.setting
    for key in manifest.items:
        pure = PurePosixPath(key)
        name = pc15_name(config.dataset, pure.stem, "pc15", setting, None, config.seed) + ".pc15"
        output = (pure.parent / name).as_posix()
        folded = unicodedata.normalize("NFC", output).casefold()
        if folded in seen:
            raise ValueError(f"{seen[folded]} and {key} would both be written to {output}")
        outputs[key], seen[folded] = output, key
    return outputs


def _source_same(path: Path, known: list[Any]) -> bool:
    size, mtime_ns, content = known
    status = os.stat(path)
    return bool(status.st_size == size and (status.st_mtime_ns == mtime_ns or file_digest(path) == content))


def still_valid(manifest: Manifest, item: Item, output: str, out_root: Path, config_hash: str) -> bool:
    """True when the image is done with this configuration and its file is what was written then."""
    record = item.record
    if item.state != DONE or record.get("config") != config_hash or record.get("out") != output:
        return False
    try:
        path = out_root / output
        return (os.stat(path).st_size == record["bytes"] and file_digest(path) == record["digest"]
                and _source_same(manifest.source(item.key), record["source"]))
    except (OSError, KeyError, TypeError, ValueError):
        return False


def _tasks(journal: Journal, outputs: dict[str, str], keys: Iterable[str], out_root: Path, config: EncodeConfig,
           threads: int, limits: Limits) -> list[Task]:
    manifest, digest = journal.manifest, config.hash
    return [
        Task(key, manifest.root, os.fspath(manifest.source(key)), os.fspath(out_root), outputs[key], config.params, digest,
             manifest.id, config.icc, config.device, threads, limits)
        for key in keys
    ]


def encode_batch(
    journal: Journal,
    out_root: str | Path,
    config: EncodeConfig,
    *,
    keys: Iterable[str] | None = None,
    workers: int = 1,
    threads: int = 1,
    scheduler: str | None = None,
    security: Any = None,
    chunk: int = 100,
    limits: Limits | None = None,
    progress: Callable[[str, str], None] | None = None,
) -> BatchReport:
    """Encodes what is not done yet, of `keys` or of everything. `workers` 0 works in this process; `scheduler` is the
    address of a Dask cluster. `progress(key, state)` is called for every image. Running it again goes on where it
    ended, whatever ended it; errors are tried again."""
    started = time.perf_counter()
    out = Path(os.path.abspath(out_root))
    manifest = journal.manifest
    outputs = plan_outputs(manifest, config)
    wanted = list(manifest.items) if keys is None else list(keys)
    out.mkdir(parents=True, exist_ok=True)
    remove_temporaries(out, manifest.id)
    report, digest, todo = BatchReport(), config.hash, []
    same_place = manifest.out_root in ("", os.fspath(out))
    if manifest.out_root != os.fspath(out):
        journal.append({"t": "run", "out_root": os.fspath(out)})
    for key in wanted:
        if same_place and still_valid(manifest, manifest.items[key], outputs[key], out, digest):
            report.skipped += 1
            if progress is not None:
                progress(key, "skipped")
        else:
            todo.append(key)
    before = {key: manifest.items[key].record["out"] for key in todo if same_place and manifest.items[key].state == DONE}
    kept = set(outputs.values())
    tasks = _tasks(journal, outputs, todo, out, config, threads, limits or Limits())
    for record in _records(tasks, workers, scheduler, security, chunk):
        journal.append(record)
        key, state = record["k"], record["t"]
        if state == ERROR:
            report.errors[key] = record["message"]
        else:
            report.encoded += 1
            if before.get(key, record["out"]) != record["out"] and before[key] not in kept:
                (out / before[key]).unlink(missing_ok=True)  # of an earlier configuration
        if progress is not None:
            progress(key, state)
    if tasks:
        remove_temporaries(out, manifest.id)
    report.seconds = time.perf_counter() - started
    return report


def _records(tasks: list[Task], workers: int, scheduler: str | None, security: Any, chunk: int) -> Iterator[Record]:
    if not tasks:
        return iter(())
    if scheduler is not None:
        return cluster(tasks, scheduler, chunk, security)
    return processes(tasks, workers) if workers > 0 else serial(tasks)
