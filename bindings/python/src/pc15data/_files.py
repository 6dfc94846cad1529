"""Folders of images."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from pc15wf import Manifest, save_manifest

EXTENSIONS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".pbm", ".pgm", ".ppm", ".pnm", ".tif", ".tiff", ".webp")


def scan_images(root: str | Path) -> list[Path]:
    """The image files under a folder, sorted by path; symbolic links to folders are not followed. A file is itself."""
    top = Path(root)
    if top.is_file():
        return [top]
    if not top.is_dir():
        raise FileNotFoundError(f"{top} is no folder")
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder) / name for name in files
                  if name.lower().endswith(EXTENSIONS) and not name.startswith(".")]
    return sorted(found)


def build_manifest(images: Iterable[str | Path] | str | Path, out_json: str | Path) -> Manifest:
    """A manifest of images, or of a folder, all in the state todo, written to a file that pc15-encode takes as
    --manifest."""
    paths = scan_images(images) if isinstance(images, (str, Path)) else [Path(p) for p in images]
    manifest = Manifest.plan(paths)
    save_manifest(out_json, manifest)
    return manifest


def ensure_symlink(src: str | Path, dst: str | Path) -> Path:
    """Makes `dst` a symbolic link to `src`, atomically; a link that is there is replaced, anything else refused."""
    target, link = Path(src), Path(dst)
    if link.is_symlink() and os.readlink(link) == str(target):
        return link
    if link.exists() and not link.is_symlink():
        raise FileExistsError(f"{link} exists and is no symbolic link")
    link.parent.mkdir(parents=True, exist_ok=True)
    temporary = link.with_name(f".{link.name}.{secrets.token_hex(8)}.tmp")
    os.symlink(target, temporary)
    try:
        os.replace(temporary, link)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return link
