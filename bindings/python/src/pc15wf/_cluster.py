"""Tasks on a Dask cluster that sees the same files. Paths go through the scheduler, pixels do not.

Nothing here waits for the value of a future: a finished chunk whose worker dies before its value was fetched is computed
again, or waited for without end when no worker comes back. Records travel as events instead, image by image.
"""

from __future__ import annotations

import queue
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pc15core import require

from ._engines import PATIENCE, Record
from ._manifest import ERROR
from ._task import Task, encode_task

SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")
# How often a silent cluster is asked whether it has workers, and how long it may have none.
ASK_SECONDS = 5.0
EMPTY_SECONDS = 60.0


def _wanted(worker: Any, key: Any) -> bool:
    """False once nobody waits for the running task, as when its coordinator was killed."""
    task = worker.state.tasks.get(key)
    return task is not None and task.state in ("executing", "long-running")


def encode_chunk(tasks: Sequence[Task], topic: str) -> None:
    """What a cluster's worker runs. Every record goes to the topic at once, so that the coordinator knows of it even when
    this worker dies before the chunk is done."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    for task in tasks:
        if not _wanted(worker, key):
            return
        worker.log_event(topic, encode_task(task))


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


class _Run:
    """The chunks of a batch on a cluster, and what is left of them."""

    def __init__(self, client: Any, scheduler: str, tasks: Iterable[Task]) -> None:
        self.client, self.scheduler = client, scheduler
        self.left = {task.key: task for task in tasks}
        self.attempts: dict[str, int] = {}
        self.running: dict[str, tuple[Any, Sequence[Task]]] = {}
        self.news: queue.SimpleQueue[Record] = queue.SimpleQueue()
        self.topic = f"pc15-{secrets.token_hex(8)}"  # of this run alone: workers of a killed one may still report
        client.subscribe_topic(self.topic, lambda event: self.news.put(event[1]))

    def submit(self, tasks: Sequence[Task], size: int) -> None:
        """Sends tasks out in chunks."""
        for k in range(0, len(tasks), size):
            part = tasks[k : k + size]
            future = self.client.submit(encode_chunk, part, self.topic, pure=False)
            self.running[future.key] = future, part
            future.add_done_callback(lambda f: self.news.put({"chunk": f.key}))

    def records(self) -> Iterator[Record]:
        """What is reported, each image once."""
        while self.running:
            news = self._next()
            for record in self._ended(*self.running.pop(news["chunk"])) if "chunk" in news else [news]:
                if self.left.pop(record["k"], None) is not None:
                    yield record

    def _next(self) -> Record:
        """The next report; RuntimeError when the scheduler is gone or has been without workers for long."""
        alive = time.monotonic()
        while True:
            try:
                return self.news.get(timeout=ASK_SECONDS)
            except queue.Empty:
                pass
            if self.client.status == "running" and self.client.scheduler_info()["workers"]:
                alive = time.monotonic()
            elif self.client.status in ("closing", "closed") or time.monotonic() - alive > EMPTY_SECONDS:
                raise RuntimeError(f"the cluster {self.scheduler} has no workers left; run this again when it has")

    def _ended(self, future: Any, tasks: Sequence[Task]) -> list[Record]:
        """Sends what a chunk has left out again, in smaller chunks; returns the records of what failed too often."""
        status = future.status
        error = future.exception() if status == "error" else None
        future.release()  # else Dask computes it again when the worker that finished it dies
        if status == "cancelled":  # "lost" and "pending" are a finished chunk whose worker has died since
            raise RuntimeError(f"the connection to the cluster {self.scheduler} is lost; run this again when it is back")
        given_up, again = [], []
        for task in tasks:
            if task.key not in self.left:
                continue
            self.attempts[task.key] = self.attempts.get(task.key, 0) + 1
            if self.attempts[task.key] < 2 * PATIENCE:
                again.append(task)
            else:
                given_up.append({"t": ERROR, "k": task.key, "message": _reason(status, error)})
        self.submit(again, max(1, len(tasks) // 4))
        return given_up


def _reason(status: str, error: BaseException | None) -> str:
    if error is None:
        return f"no worker reported it ({status})"
    if type(error).__name__ == "KilledWorker":
        return "its worker died each time"
    return f"fails on the cluster: {type(error).__name__}: {error}".splitlines()[0][:500]


def cluster(tasks: Iterable[Task], scheduler: str, chunk: int, security: Any = None) -> Iterator[Record]:
    """On a Dask cluster. Closing the iterator ends the work, within an image."""
    with _connect(scheduler, security) as client:
        run = _Run(client, scheduler, tasks)
        run.submit(list(run.left.values()), chunk)
        yield from run.records()
