"""What the tests share. Pictures are the two samples of the repository, or drawn here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLES = REPOSITORY / "samples"

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def draw(height: int, width: int, channels: int = 1, seed: int = 0) -> np.ndarray:
    """A smooth picture with some texture."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    planes = [128 + 90 * np.sin(x / (9 + 5 * c) + y / (17 - 3 * c)) + rng.normal(0, 4, (height, width)) for c in range(channels)]
    picture = np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)
    return picture[:, :, 0] if channels == 1 else picture


@pytest.fixture(scope="session")
def parrots() -> np.ndarray:
    return np.asarray(Image.open(SAMPLES / "parrots.png"))


@pytest.fixture(scope="session")
def brick() -> np.ndarray:
    return np.asarray(Image.open(SAMPLES / "brick.png"))


@pytest.fixture(scope="session")
def parrots_file(parrots: np.ndarray) -> bytes:
    import pc15

    return pc15.encode(parrots, effort=1, threads=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve small images in a folder with a subfolder."""
    root = tmp_path / "set"
    (root / "sub").mkdir(parents=True)
    for k in range(12):
        name = f"sub/p{k}.png" if k % 3 == 0 else f"p{k}.png"
        Image.fromarray(draw(40 + k, 60, 3 if k % 2 else 1, k)).save(root / name)
    return root


def run_command(name: str, *arguments: object, stdin: bytes | None = None, **kwargs: object) -> subprocess.CompletedProcess[bytes]:
    """Runs pc15-<name> in a process of its own."""
    command = [sys.executable, "-m", f"pc15wf.commands.{name}", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False, **kwargs)  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def command() -> Run:
    return run_command


def one_line(result: subprocess.CompletedProcess[bytes]) -> str:
    """The single line on standard error of a failure."""
    lines = result.stderr.decode().splitlines()
    assert len(lines) == 1 and lines[0].startswith("pc15-"), result.stderr.decode()
    return lines[0]


def temporaries(root: Path) -> list[str]:
    return [name for _, _, names in os.walk(root) for name in names if name.startswith(".pc15tmp")]
