"""The commands: what they write, exit statuses, one line on standard error, no partial files."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES, Run, draw, one_line, temporaries
from PIL import Image

import pc15



def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


NAMES = ["audit", "encode", "decode", "metrics", "bsdiff"]


@pytest.mark.parametrize("name", NAMES)
def test_help_and_version(command: Run, name: str) -> None:
    shown = command(name, "--help")
    assert shown.returncode == 0 and b"--json" in shown.stdout and b"--version" in shown.stdout and not shown.stderr
    version = command(name, "--version")
    assert version.returncode == 0 and version.stdout.decode().startswith(f"pc15-{name} {pc15.__version__} ")


@pytest.mark.parametrize(("name", "arguments"), [
    ("audit", []), ("audit", ["--out"]), ("audit", ["--out", "x", "--size", "3"]), ("audit", ["--nonsense"]),
    ("encode", []), ("encode", ["--out", "x"]), ("encode", ["--out", "x", "--quality", "ten"]),
    ("encode", ["--out", "x", "--quality", "101", "--images", "."]), ("encode", ["--out", "x", "--tile", "1", "--images", "."]),
    ("encode", ["--out", "x", "--quality", "5", "--lambda", "0.1", "--images", "."]), ("encode", ["--out", "-", "--images", "a"]),
    ("encode", ["--out", "x", "--images", "-", "--images", "a"]), ("encode", ["--out", "x", "--workers", "-1", "--images", "."]),
    ("encode", ["--out", "x", "--tune", "loud", "--images", "."]),
    ("decode", []), ("decode", ["--bitstream", "x"]), ("decode", ["--bitstream", "x", "--out", "y", "--roi", "1,2,3"]),
    ("decode", ["--bitstream", "x", "--out", "y", "--roi", "a,b,c,d"]), ("decode", ["--bitstream", "x", "--out", "y", "--roi", "0,0,0,5"]),
    ("metrics", []), ("metrics", ["--manifest", "x", "--out", "y", "--sweep", "a"]), ("bsdiff", ["x"]), ("bsdiff", ["-", "-"]),
    ("bsdiff", ["missing", "missing"]),
])
def test_wrong_usage(command: Run, tmp_path: Path, name: str, arguments: list[str]) -> None:
    result = command(name, *arguments, cwd=tmp_path)
    assert result.returncode == 2 and not result.stdout
    one_line(result)
    assert os.listdir(tmp_path) == []


def test_audit(command: Run, tmp_path: Path) -> None:
    result = command("audit", "--out", tmp_path, "--size", 32, "--json")
    assert result.returncode == 0, result.stderr
    count = json.loads(result.stdout)["generators"]
    entries = json.loads((tmp_path / "audit_generators.json").read_text())
    lines = (tmp_path / "audit_generators.csv").read_text().splitlines()
    assert len(entries) == count >= 40 and len(lines) == 1 + sum(len(e["params"]) for e in entries)
    with Image.open(tmp_path / "audit_generators.png") as sheet:
        assert sheet.size[0] > 200
    first = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    command("audit", "--out", tmp_path, "--size", 32)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == first


def test_encode_metrics_and_decode(command: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["--images", folder, "--out", out, "--manifest", tmp_path / "m.jsonl", "--tile", 256, "--overlap", 24, "--lambda", 0.015,
                 "--alpha", 0.7, "--seed", 1234, "--effort", 1, "--workers", 2, "--json"]
    result = command("encode", *arguments)
    assert result.returncode == 0 and not result.stderr, result.stderr
    assert json.loads(result.stdout)["encoded"] == 12
    assert json.loads(command("encode", *arguments).stdout)["skipped"] == 12
    files = sorted(out.rglob("*.pc15"))
    assert len(files) == 12 and files[1].name == "set__p11__pc15_v15_l0.015_s1234.pc15"

    shown = command("metrics", "--manifest", tmp_path / "m.jsonl", "--out", tmp_path / "met", "--rd-png", tmp_path / "rd.png",
                    "--codecs", "jpeg", "--sweep", "30,70", "--json")
    assert shown.returncode == 0 and len(json.loads(shown.stdout)) == 36, shown.stderr
    assert (tmp_path / "rd.png").stat().st_size > 5000
    assert {m["codec"] for m in json.loads((tmp_path / "met/metrics.json").read_text())["means"]} == {"pc15", "jpeg"}

    whole = pc15.decode(files[0].read_bytes())
    assert command("decode", "--bitstream", files[0], "--out", tmp_path / "a.png").returncode == 0
    assert np.array_equal(pixels_of(tmp_path / "a.png"), whole)
    assert command("decode", "--bitstream", files[0], "--out", tmp_path / "a.png", "--roi", "5,6,20,10").returncode == 0
    assert np.array_equal(pixels_of(tmp_path / "a.png"), whole[6:16, 5:25])
    piped = command("decode", "--bitstream", "-", "--out", "-", "--scale", 2, stdin=files[0].read_bytes())
    assert Image.open(io.BytesIO(piped.stdout)).size == (whole.shape[1] * 2, whole.shape[0] * 2)


def test_pipes(command: Run, tmp_path: Path) -> None:
    source = (SAMPLES / "brick.png").read_bytes()
    coded = command("encode", "--images", "-", "--out", "-", "--effort", 1, "--lossless", stdin=source)
    assert coded.returncode == 0 and not coded.stderr
    assert np.array_equal(pc15.decode(coded.stdout), np.asarray(Image.open(io.BytesIO(source))))
    bad = command("encode", "--images", "-", "--out", tmp_path / "x.pc15", stdin=b"not an image")
    assert bad.returncode == 1 and os.listdir(tmp_path) == []
    one_line(bad)


def test_bad_files(command: Run, tmp_path: Path) -> None:
    good = pc15.encode(draw(40, 50, 3), effort=1, compact=False)
    cases = {"empty": b"", "text": b"hello", "cut": good[:-20], "damaged": good[:100] + bytes([good[100] ^ 1]) + good[101:], "long": good + b"x"}
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        result = command("decode", "--bitstream", tmp_path / name, "--out", tmp_path / "o.png")
        assert result.returncode == 1, name
        one_line(result)
    (tmp_path / "good").write_bytes(good)
    for arguments in (["--bitstream", tmp_path / "missing"], ["--bitstream", tmp_path / "good", "--roi", "45,0,9,9"],
                      ["--bitstream", tmp_path / "good", "--scale", "3"], ["--bitstream", tmp_path]):
        result = command("decode", *arguments, "--out", tmp_path / "o.png")
        assert result.returncode == 1
        one_line(result)
    result = command("decode", "--bitstream", tmp_path / "good", "--out", tmp_path / "nowhere/o.png")
    assert result.returncode == 1
    one_line(result)
    assert sorted(os.listdir(tmp_path)) == ["cut", "damaged", "empty", "good", "long", "text"]
    assert command("decode", "--bitstream", tmp_path / "damaged", "--out", tmp_path / "o.png", "--tolerant").returncode == 0


def test_batches_with_errors(command: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "bad.png").write_bytes(b"bad")
    result = command("encode", "--images", folder, "--out", tmp_path / "out", "--effort", 1, "--workers", 1)
    assert result.returncode == 1 and "bad.png" in one_line(result)
    assert len(list((tmp_path / "out").rglob("*.pc15"))) == 12 and temporaries(tmp_path) == []
    for arguments in (["--images", tmp_path / "missing", "--out", tmp_path / "o2"], ["--images", tmp_path, "--out", folder / "p1.png"]):
        result = command("encode", *arguments)
        assert result.returncode == 1, result
        one_line(result)
    (tmp_path / "m").write_bytes(b"not a manifest")
    for name in ("encode", "metrics"):
        result = command(name, "--manifest", tmp_path / "m", "--out", tmp_path / "o3")
        assert result.returncode == 1 and "no manifest" in one_line(result)


def test_a_cluster_that_cannot_be_reached(command: Run, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    for address, words in (("tls://127.0.0.1:9", "wants certificates"), ("nonsense://x", "no connection")):
        result = command("encode", "--images", folder, "--out", tmp_path / "out", "--scheduler", address)
        assert result.returncode == 1 and words in one_line(result)
    result = command("encode", "--images", folder, "--out", tmp_path / "out", "--scheduler", "tls://x", "--tls-ca", "only")
    assert result.returncode == 2 and "belong together" in one_line(result)


def test_bsdiff(command: Run, tmp_path: Path) -> None:
    data = pc15.encode(draw(40, 50, 3), effort=1, compact=False)
    cell = next(p for p in pc15.parts(data) if p.kind == "cell")
    other = bytearray(data)
    other[cell.offset + 3] ^= 1
    for name, content in (("a", data), ("b", bytes(other)), ("c", b"plain"), ("d", b"plaim")):
        (tmp_path / name).write_bytes(content)
    same = command("bsdiff", "a", "a", cwd=tmp_path)
    assert same.returncode == 0 and not same.stdout and not same.stderr
    shown = command("bsdiff", "a", "b", cwd=tmp_path)
    assert shown.returncode == 1 and shown.stdout.decode().startswith(f"byte {cell.offset + 3}: cell 0 in a")
    report = json.loads(command("bsdiff", "a", "b", "--json", cwd=tmp_path).stdout)
    assert report == {"identical": False, "offset": cell.offset + 3, "a": {"part": "cell", "number": 0}, "b": {"part": "cell", "number": 0}}
    assert command("bsdiff", "c", "d", cwd=tmp_path).stdout.decode().startswith("byte 4: nothing readable in c")


def test_bsdiff_names_tile_and_layer(command: Run, tmp_path: Path) -> None:
    import pc15proc

    stripes = pc15proc.render_u8("stripes", 200, 200, {"period": 23, "angle": 20})[0]
    text = pc15.disassemble(pc15.encode(stripes, effort=3))
    changed = re.sub(r"angle=[-0-9.]+", "angle=77", text, count=1)
    assert changed != text
    (tmp_path / "a").write_bytes(pc15.assemble(text))
    (tmp_path / "b").write_bytes(pc15.assemble(changed))
    report = json.loads(command("bsdiff", "a", "b", "--json", cwd=tmp_path).stdout)
    assert report["tile"] in ("image", 0) and report["layer"] == 0, report
