"""Where tasks run: in this process, in processes of this machine, or on a Dask cluster. Each engine takes tasks and
yields their records in any order."""

from __future__ import annotations

import concurrent.futures as cf
import multiprocessing
import os
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any

from pc15core import require

from ._manifest import ERROR
from ._task import Task, encode_task

Record = dict[str, Any]
# A task that was running in so many pools that broke runs alone from then on, and after so many more is an error.
PATIENCE = 3
HOPELESS = 100
SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")


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


def encode_chunk(tasks: Sequence[Task], topic: str) -> list[Record]:
    """What a cluster's worker runs. Every record also goes to the topic at once, so that the coordinator knows of it
    even when this worker dies before the chunk is done."""
    from distributed import get_worker

    records = []
    for task in tasks:
        record = encode_task(task)
        get_worker().log_event(topic, record)
        records.append(record)
    return records


def _connect(scheduler: str, security: Any) -> Any:
    """A client of the cluster; RuntimeError in one line when there is none."""
    distributed = require("distributed")
    scheme = scheduler.partition("://")[0] if "://" in scheduler else "tcp"
    if scheme not in SCHEMES:  # here, because a client that fails on it takes half a minute to go
        raise ValueError(f"no connection to the cluster {scheduler}: an address begins with one of {', '.join(SCHEMES)}")
    if scheme == "tls" and security is None:
        raise ValueError(f"{scheduler} wants certificates: --tls-ca, --tls-cert and --tls-key")
    try:
        return distributed.Client(scheduler, security=security, timeout="15s", set_as_default=False)
    except (OSError, TypeError, ValueError, ImportError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RuntimeError(f"no connection to the cluster {scheduler}: {reason}") from None


def cluster(tasks: Iterable[Task], scheduler: str, chunk: int, security: Any = None) -> Iterator[Record]:
    """On a Dask cluster that sees the same files. Paths go through the scheduler, pixels do not."""
    waiting = list(tasks)
    topic = f"pc15-{waiting[0].tag}-{os.getpid()}" if waiting else "pc15"
    news: queue.SimpleQueue[Record] = queue.SimpleQueue()
    attempts: dict[str, int] = {}
    with _connect(scheduler, security) as client:
        client.subscribe_topic(topic, lambda event: news.put(event[1]))
        left = {task.key: task for task in waiting}
        size = chunk
        while left:
            batch = list(left.values())
            chunks = [batch[k : k + size] for k in range(0, len(batch), size)]
            futures = [client.submit(encode_chunk, part, topic, pure=False) for part in chunks]
            for future in futures:
                future.add_done_callback(lambda f: news.put({"future": f}))
            pending = len(futures)
            while pending:
                try:
                    record = news.get(timeout=60)
                except queue.Empty:
                    if client.scheduler_info()["workers"]:
                        continue
                    raise RuntimeError(f"the cluster {scheduler} has no workers left; run this again when it has") from None
                records = [record]
                if "future" in record:
                    pending -= 1
                    records = _outcome(record["future"], chunks[futures.index(record["future"])], attempts)
                for one in records:
                    if left.pop(one["k"], None) is not None:
                        yield one
            size = max(1, size // 4)  # what is left was in chunks whose workers died


def _outcome(future: Any, tasks: Sequence[Task], attempts: dict[str, int]) -> list[Record]:
    """The records of a finished chunk; of one that failed those of tasks that failed too often."""
    if future.status == "finished":
        records: list[Record] = future.result()
        return records
    given_up = []
    for task in tasks:
        attempts[task.key] = attempts.get(task.key, 0) + 1
        if attempts[task.key] >= 2 * PATIENCE:
            given_up.append({"t": ERROR, "k": task.key, "message": f"its worker died each time ({future.status})"})
    return given_up
