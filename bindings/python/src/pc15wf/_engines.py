"""Where tasks run on this machine: in this process or in processes of it. Each engine takes tasks and yields their
records in any order; _cluster.py holds the one for many machines."""

from __future__ import annotations

import concurrent.futures as cf
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any

from ._manifest import ERROR
from ._task import Task, encode_task

Record = dict[str, Any]
# A task that was running in so many pools that broke runs alone from then on, and after so many more is an error.
PATIENCE = 3
HOPELESS = 100


def serial(tasks: Iterable[Task]) -> Iterator[Record]:
    """In this process, one after another."""
    for task in tasks:
        yield encode_task(task)


def _follow_parent() -> None:
    """A worker ends when its parent does, however that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def watch() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=watch, name="pc15-parent", daemon=True).start()


def _pool(workers: int) -> cf.ProcessPoolExecutor:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if hasattr(context, "set_forkserver_preload"):
        context.set_forkserver_preload(["pc15wf._task"])
    return cf.ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_parent)


def _stop(pool: cf.ProcessPoolExecutor) -> None:
    """Ends a pool at once: what its workers do is atomic and will be done again."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()


def processes(tasks: Iterable[Task], workers: int) -> Iterator[Record]:
    """On processes of this machine. A worker that dies takes its pool down; a new one goes on with what was running."""
    waiting = deque(tasks)
    broken: dict[str, int] = {}
    pool = _pool(workers)
    running: dict[cf.Future[Record], Task] = {}
    failures = 0  # to start, since something was finished
    try:
        while waiting or running:
            alone = any(broken.get(task.key, 0) >= PATIENCE for task in running.values())
            while waiting and not alone and len(running) < 2 * workers:
                alone = broken.get(waiting[0].key, 0) >= PATIENCE
                if alone and running:
                    break
                task = waiting.popleft()
                try:
                    running[pool.submit(encode_task, task)] = task
                except (BrokenProcessPool, OSError, EOFError):  # the last two when the forkserver was killed
                    waiting.appendleft(task)
                    failures += 1
                    break
            finished = cf.wait(running, return_when=cf.FIRST_COMPLETED).done if running else set()
            failed = not running
            for future in finished:
                task = running.pop(future)
                try:
                    yield future.result()
                    failures = 0
                except BrokenProcessPool:
                    failed = True
                    broken[task.key] = broken.get(task.key, 0) + 1
                    if broken[task.key] >= 2 * PATIENCE:
                        yield {"t": ERROR, "k": task.key, "message": "its worker died each time"}
                    else:
                        _return(waiting, task, broken)
            if failed and not running:
                if failures > HOPELESS:
                    raise RuntimeError("worker processes cannot be started, or die at once")
                _stop(pool)
                pool = _pool(workers)
    finally:
        _stop(pool)


def _return(waiting: deque[Task], task: Task, broken: dict[str, int]) -> None:
    """Suspects wait until the others are done."""
    if broken[task.key] >= PATIENCE:
        waiting.append(task)
    else:
        waiting.appendleft(task)
