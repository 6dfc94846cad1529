"""What the benchmarks share: commands and their CPU time, who the programs are, and points that survive an
interrupted run. Python alone."""
import csv
import functools
import hashlib
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import threading

TOOL = str(pathlib.Path(__file__).resolve().parents[1] / "build/release/bin/pc15")


def resolve(program):
    """The full path of a program; stops when there is none."""
    found = shutil.which(program)
    if found is None:
        raise SystemExit(f"no program {program}")
    return str(pathlib.Path(found).resolve())


def run(words, timeout=1800):
    """Runs a command; returns the CPU seconds (user + system) of the child and what it printed."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaint:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=complaint)
        timer = threading.Timer(timeout, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complaint.seek(0)
        if child.returncode != 0:
            raise RuntimeError(f"{shlex.join(map(str, words))}: exit {child.returncode}: "
                               f"{complaint.read()[-300:].decode(errors='replace')}")
        return usage.ru_utime + usage.ru_stime, said.read().decode(errors="replace")


def file_hash(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()[:16]


@functools.lru_cache(None)
def fingerprint(program):
    """Hash of a program and of the shared libraries that it loads: a codec lives mostly in the latter."""
    path = resolve(program)
    listed = subprocess.run(["ldd", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    libraries = sorted(word for word in listed.split() if word.startswith("/") and os.path.isfile(word))
    return hashlib.sha256("".join(file_hash(p) for p in [path, *libraries]).encode()).hexdigest()[:16]


class Store:
    """Rows of a CSV file by key, each written as soon as it is known. Without a path it lives in memory."""

    def __init__(self, path, fields, key):
        self.path, self.fields, self.key, self.rows = path, fields, key, {}
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(",".join(fields) + "\n", encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        whole = text[:text.rfind("\n") + 1]  # without a line that a stop cut short
        if whole != text:
            path.write_text(whole, encoding="utf-8")
        reader = csv.DictReader(whole.splitlines())
        if reader.fieldnames != fields:
            raise SystemExit(f"{path}: other columns than {','.join(fields)}; remove it")
        for row in reader:
            self.rows[self._name(row)] = row

    def _name(self, row):
        return tuple(str(row[field]) for field in self.key)

    def get(self, key):
        return self.rows.get(self._name(key))

    def add(self, row):
        self.rows[self._name(row)] = {field: str(row[field]) for field in self.fields}
        if self.path is not None:
            with open(self.path, "a", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerow([row[field] for field in self.fields])


def self_test():
    """Points come back; one cut short does not, nor does it spoil the next."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "points.csv")
        store = Store(path, ["name", "quality", "value"], ["name", "quality"])
        store.add(dict(name="a,b", quality=1, value=0.1))
        store.add(dict(name="c", quality=2.5, value=12345))
        path.write_text(path.read_text()[:-3])
        store = Store(path, ["name", "quality", "value"], ["name", "quality"])
        assert float(store.get(dict(name="a,b", quality=1))["value"]) == 0.1
        assert store.get(dict(name="c", quality=2.5)) is None
        store.add(dict(name="c", quality=2.5, value=7))
        store = Store(path, ["name", "quality", "value"], ["name", "quality"])
        assert store.get(dict(name="c", quality=2.5))["value"] == "7" and len(store.rows) == 2
    assert run(["true"])[0] < 5 and len(fingerprint("true")) == 16
