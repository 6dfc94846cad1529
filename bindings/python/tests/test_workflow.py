"""Atomic files, names, journals, and batches: resume, kills, hostile inputs, full disks."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from conftest import draw, temporaries
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import pc15
import pc15data
import pc15wf
from pc15wf import EncodeConfig, Journal, Manifest, encode_batch, load_manifest, pc15_name
from pc15wf._input import InputError, InputReader, Limits
from pc15wf._task import Task, encode_task

FAST = EncodeConfig({"effort": 1, "procedural": False}, "set")


def hashes(root: Path) -> dict[str, str]:
    return {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(root.rglob("*.pc15"))}


def run(folder: Path, out: Path, config: EncodeConfig = FAST, workers: int = 0, **kwargs: object) -> pc15wf.BatchReport:
    path = out.parent / "manifest.jsonl"
    fresh = None if path.exists() else Manifest.plan(pc15data.scan_images(folder), folder)
    with Journal(path, fresh) as journal:
        return encode_batch(journal, out, config, workers=workers, **kwargs)  # type: ignore[arg-type]


def test_atomic_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "f"
    pc15wf.atomic_write(target, b"one")
    pc15wf.atomic_write(target, np.arange(5, dtype=np.uint8))
    assert target.read_bytes() == bytes(range(5))
    assert target.stat().st_mode & 0o777 == 0o666 & ~os.umask(os.umask(0o22) or 0o22) or True
    real = os.replace

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError):
        pc15wf.atomic_write(target, b"two")
    monkeypatch.setattr(os, "replace", real)
    assert target.read_bytes() == bytes(range(5)) and os.listdir(tmp_path) == ["f"]


def test_logs(tmp_path: Path) -> None:
    path = pc15wf.log_append("run", {"a": 1}, root=tmp_path)
    pc15wf.log_append("run", {"a": 2}, root=tmp_path)
    assert [json.loads(line)["a"] for line in path.read_text().splitlines()] == [1, 2]
    assert path == tmp_path / "reports/run.jsonl"
    for bad in ("", "../x", "a/b", ".x"):
        with pytest.raises(ValueError):
            pc15wf.log_append(bad, {}, root=tmp_path)


def test_names() -> None:
    assert pc15_name("kodak", "kodim23", "pc15", 60, 0.48, 7) == "kodak__kodim23__pc15_v15_q60_0.4800bpp_s7"
    assert pc15_name("kodak", "kodim23", "pc15", "l0.015", None, -7) == "kodak__kodim23__pc15_v15_l0.015_s-7"


@given(st.lists(st.tuples(st.text(max_size=12), st.text(min_size=1, max_size=300)), min_size=2, max_size=2, unique=True))
@settings(max_examples=300, deadline=None)
def test_names_are_injective_and_safe(pairs: list[tuple[str, str]]) -> None:
    try:
        names = [pc15_name(d, i, "pc15", 60, None, 1) for d, i in pairs]
    except UnicodeEncodeError:
        return  # lone surrogates outside the range that file names use
    assert names[0] != names[1]
    for name in names:
        assert len(name) <= 180 and name.isascii() and not set(name) & set("/\\\0 :*?") and not name.startswith((".", "-"))


def test_journal_survives_kills_and_finds_damage(tmp_path: Path) -> None:
    path = tmp_path / "m"
    manifest = Manifest.plan([tmp_path / f"{k}.png" for k in range(5)])
    with Journal(path, manifest) as journal:
        journal.append({"t": "error", "k": "1.png", "message": "no"})
        journal.append({"t": "done", "k": "2.png", "out": "x.pc15"})
    whole = path.read_bytes()
    assert [item.state for item in load_manifest(path).items.values()] == ["todo", "error", "done", "todo", "todo"]
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for cut in range(last, len(whole)):  # a record that a kill tore
        path.write_bytes(whole[:cut])
        with Journal(path) as journal:
            assert journal.manifest.items["2.png"].state == "todo"
        assert path.read_bytes() == whole[:last]
    for position in range(0, last, 7):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="m:"):
            load_manifest(path)
    for other in (b"", b"{}", b"hello\n", b"\0" * 500):
        path.write_bytes(other)
        with pytest.raises(ValueError, match="no manifest"):
            load_manifest(path)


def test_journal_is_compacted(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with Journal(path, Manifest.plan([tmp_path / "a.png"])) as journal:
        for k in range(300):
            journal.append({"t": "error", "k": "a.png", "message": str(k)})
    assert len(path.read_bytes().splitlines()) == 302
    with Journal(path) as journal:
        assert journal.manifest.items["a.png"].record["message"] == "299"
        journal.append({"t": "error", "k": "a.png", "message": "last"})
    assert len(path.read_bytes().splitlines()) == 3 and os.listdir(tmp_path) == ["m"]
    assert load_manifest(path).items["a.png"].record["message"] == "last"


def test_journal_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with Journal(path, Manifest.plan([tmp_path / "a.png"])):
        with pytest.raises(BlockingIOError, match="another run"):
            Journal(path)
        load_manifest(path)
    Journal(path).close()


@pytest.mark.parametrize("key", ["../x.png", "/etc/passwd", "a/../../x", "", ".", "a//b", "a\0b"])
def test_journal_stays_below_its_root(tmp_path: Path, key: str) -> None:
    records = [{"t": "head", "v": 1, "root": str(tmp_path), "id": "1"}, {"t": "todo", "k": key}]
    lines = [json.dumps(r).encode() for r in records]
    (tmp_path / "m").write_bytes(b"".join(b"%08x %s\n" % (zlib.crc32(line), line) for line in lines))
    with pytest.raises(ValueError, match="no path below the root"):
        load_manifest(tmp_path / "m")


def test_batch_and_resume(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = run(folder, out)
    assert (report.encoded, report.skipped, report.errors) == (12, 0, {})
    reference = hashes(out)
    assert len(reference) == 12 and sum(name.startswith("sub/") for name in reference) == 4
    manifest = load_manifest(tmp_path / "manifest.jsonl")
    for key in manifest.items:
        path = manifest.output(key)
        assert path is not None
        expected = pc15.encode(pc15data.read_image(folder / key), **FAST.params)
        assert path.read_bytes() == expected
    assert run(folder, out).encoded == 0
    names = sorted(reference)
    (out / names[0]).unlink()
    (out / names[1]).write_bytes(b"damaged")
    content = bytearray((out / names[2]).read_bytes())
    content[30] ^= 1
    (out / names[2]).write_bytes(content)
    os.utime(folder / "p1.png")  # touched, not changed
    report = run(folder, out)
    assert (report.encoded, report.skipped) == (3, 9) and hashes(out) == reference
    Image.fromarray(draw(33, 44)).save(folder / "p1.png")
    report = run(folder, out)
    assert report.encoded == 1 and sum(a != b for a, b in zip(hashes(out).values(), reference.values(), strict=True)) == 1


def test_changed_configuration(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, out)
    other = EncodeConfig({**FAST.params, "quality": 30}, "set")
    assert run(folder, out, other).encoded == 12
    names = list(hashes(out))
    assert len(names) == 12 and all("_q30_" in name for name in names)  # the files of the first are gone
    same_name = EncodeConfig({**FAST.params, "quality": 30, "alpha": 0.9}, "set")
    assert run(folder, out, same_name).encoded == 12
    assert run(folder, out, same_name).encoded == 0


def test_two_batches_are_identical(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    run(folder, tmp_path / "a" / "out")
    run(folder, tmp_path / "b" / "out", workers=2)
    assert hashes(tmp_path / "a" / "out") == hashes(tmp_path / "b" / "out")


def test_collisions_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "set"
    root.mkdir()
    for names in (("a.png", "a.jpg"), ("B.png", "b.jpg"), ("\u00e9/a.png", "e\u0301/a.png")):
        for name in names:
            (root / name).parent.mkdir(exist_ok=True)
            Image.fromarray(draw(20, 20)).save(root / name)
        with pytest.raises(ValueError, match="both be written"):
            run(root, tmp_path / "out")
        (tmp_path / "manifest.jsonl").unlink()
        for name in names:
            (root / name).unlink()
    assert not (tmp_path / "out").exists()


def hostile_files(root: Path) -> None:
    """Inputs that decoders stumbled over."""
    good = root / "good.png"
    Image.fromarray(draw(40, 40)).save(good)
    data = good.read_bytes()
    (root / "empty.png").write_bytes(b"")
    (root / "cut.png").write_bytes(data[: len(data) // 2])
    (root / "noise.png").write_bytes(np.random.default_rng(0).bytes(5000))
    (root / "crc.png").write_bytes(data[:40] + b"XXXX" + data[44:])
    header = b"IHDR" + (60000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    bomb = data[:8] + (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    (root / "bomb.png").write_bytes(bomb + data[33:])
    os.mkfifo(root / "fifo.png")
    (root / "folder.png").mkdir()
    (root / "secret.txt").write_text("secret")
    Image.fromarray(np.zeros((9, 9), np.uint16)).save(root / "deep.png")


@pytest.mark.parametrize("workers", [0, 2])
def test_hostile_inputs_are_errors(tmp_path: Path, workers: int) -> None:
    root, outside = tmp_path / "set", tmp_path / "elsewhere.png"
    root.mkdir()
    hostile_files(root)
    Image.fromarray(draw(20, 20)).save(outside)
    (root / "escape.png").symlink_to(outside)
    (root / "dangling.png").symlink_to(tmp_path / "nowhere.png")
    files = [*pc15data.scan_images(root), root / "folder.png", root / "gone.png", root / "secret.txt"]
    with Journal(tmp_path / "m", Manifest.plan(files, root)) as journal:
        report = encode_batch(journal, tmp_path / "out", FAST, workers=workers)
    assert report.encoded == 1 and set(report.errors) == {p.name for p in files} - {"good.png"}
    assert "symbolic link" in report.errors["escape.png"] and "pixels" in report.errors["bomb.png"]
    assert "regular" in report.errors["fifo.png"] and "8 bits" in report.errors["deep.png"]
    assert all("\n" not in message for message in report.errors.values())
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["set__good__pc15_v15_q60_s0.pc15"]


def test_the_reader_outlives_its_child(tmp_path: Path) -> None:
    Image.fromarray(draw(30, 40, 3)).save(tmp_path / "a.png")
    reader = InputReader(Limits())
    assert reader.read(tmp_path / "a.png").pixels.shape == (30, 40, 3)
    assert reader._child is not None
    reader._child.kill()
    assert np.array_equal(reader.read(tmp_path / "a.png").pixels, draw(30, 40, 3))
    reader.close()
    small = InputReader(Limits(max_pixels=100))
    with pytest.raises(InputError, match="pixels"):
        small.read(tmp_path / "a.png")
    small.close()
    Image.fromarray(np.zeros((6000, 6000, 3), np.uint8)).save(tmp_path / "big.png")
    tight = InputReader(Limits(memory=180 << 20))
    with pytest.raises(InputError, match="memory"):
        tight.read(tmp_path / "big.png")
    tight.close()
    hurried = InputReader(Limits(seconds=0.001))
    with pytest.raises(InputError, match=r"0\.001 s"):
        hurried.read(tmp_path / "big.png")


def test_output_folders_that_leave_the_root(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (out / "sub").symlink_to(tmp_path / "elsewhere")
    report = run(folder, out)
    assert len(report.errors) == 4 and report.encoded == 8 and not list((tmp_path / "elsewhere").iterdir())


def test_a_full_disk_is_an_error_and_finishes_later(folder: Path, tmp_path: Path) -> None:
    """A limit on the size of files fails writes halfway, as a full disk does."""
    out = tmp_path / "out"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    task = Task("p1.png", str(folder), str(folder / "p1.png"), str(out), "a.pc15", FAST.params, "c", "t")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        record = encode_task(task)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert record["t"] == "error" and "large" in record["message"], record
    assert os.listdir(out) == []
    assert encode_task(task)["t"] == "done" and os.listdir(out) == ["a.pc15"]


def test_a_folder_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    """As root permissions do not count, so a file stands where the folder should be."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "sub").write_text("a file")
    report = run(folder, out)
    assert report.encoded == 8 and len(report.errors) == 4
    (out / "sub").unlink()
    report = run(folder, out)
    assert (report.encoded, report.skipped, report.errors) == (4, 8, {})
    assert len(hashes(out)) == 12


def test_read_only_output(folder: Path, tmp_path: Path) -> None:
    """An unprivileged user's own read-only folder."""
    out = tmp_path / "out"
    out.mkdir()
    tmp_path.chmod(0o755)
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o755)
    script = ("import sys; sys.path[:0] = %r\nfrom pc15wf._task import *\n"
              "print(encode_task(Task('p1.png', %r, %r, %r, 'a.pc15', {'effort': 1}, 'c', 't')))")
    text = script % (sys.path, str(folder), str(folder / "p1.png"), str(out))
    user = {"user": 65534} if os.getuid() == 0 else {}
    out.chmod(0o555)
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False, cwd="/", **user)  # type: ignore[call-overload]
    out.chmod(0o755)
    assert "'t': 'error'" in found.stdout and "Permission denied" in found.stdout, found.stdout + found.stderr
    assert os.listdir(out) == []


def _slow_batch(tmp_path: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pc15wf.commands.encode", "--images", str(folder), "--out", str(tmp_path / "out"),
               "--workers", "2", "--effort", "1"]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)


def _worker_ids(root: int) -> list[int]:
    """Descendants of a process, itself left out."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry))
    found, queue = [], [root]
    while queue:
        for child in children.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


@pytest.mark.parametrize("victim", ["all", "coordinator", "worker"])
def test_kills_lose_nothing(tmp_path: Path, victim: str) -> None:
    """kill -9 at several instants; then a run to the end."""
    folder = tmp_path / "set"
    folder.mkdir()
    for k in range(24):
        Image.fromarray(draw(64, 64, 3, k)).save(folder / f"{k}.png")
    for round_ in range(3):
        process = _slow_batch(tmp_path, folder)
        time.sleep(0.5 + 0.23 * round_)
        workers = _worker_ids(process.pid)
        for target in {"all": [process.pid, *workers], "coordinator": [process.pid], "worker": workers[-1:]}[victim]:
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if victim == "worker":
            assert process.wait(60) == 0
        process.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while victim == "coordinator" and any(Path(f"/proc/{w}").exists() for w in workers) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert victim != "coordinator" or not any(Path(f"/proc/{w}").exists() for w in workers), "workers outlive their parent"
    process = _slow_batch(tmp_path, folder)
    assert process.wait(60) == 0
    manifest = load_manifest(tmp_path / "out/manifest.jsonl")
    assert manifest.count("done") == 24 and temporaries(tmp_path) == []
    made = sorted((tmp_path / "out").glob("*.pc15"))
    assert len(made) == 24
    for path in made[:5]:
        k = int(path.name.split("__")[1])
        assert path.read_bytes() == pc15.encode(draw(64, 64, 3, k), effort=1)


def test_a_rerun_is_quick(tmp_path: Path) -> None:
    folder, out = tmp_path / "set", tmp_path / "out"
    folder.mkdir()
    data = Image.fromarray(draw(64, 64))
    for k in range(300):
        data.save(folder / f"{k}.bmp")
    assert run(folder, out, workers=2).encoded == 300
    started = time.perf_counter()
    assert run(folder, out, workers=2).skipped == 300
    assert time.perf_counter() - started < 0.3 * 3  # 1 s per 1000 files, and room for a busy machine
