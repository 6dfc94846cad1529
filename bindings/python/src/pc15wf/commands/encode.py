"""pc15-encode: a data set, or one image, to .pc15 files."""

from __future__ import annotations

import dataclasses
import io
import logging
import os
import sys
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

import pc15
from pc15core import require
from pc15data import read_image, scan_images

from .._batch import BatchReport, encode_batch
from .._config import EncodeConfig
from .._files import atomic_write
from .._input import Limits
from .._journal import Journal
from .._manifest import Manifest
from ._frame import Failure, emit, json_option, run, version_option

PARAMS = ("tile", "overlap", "lambda", "alpha", "seed", "quality", "effort", "lossless", "tune", "grain", "chroma")


def _expand(images: tuple[str, ...]) -> tuple[list[Path], Path | None]:
    """The files, and the root when it is one folder."""
    if len(images) == 1 and Path(images[0]).is_dir():
        return scan_images(images[0]), Path(images[0])
    found: list[Path] = []
    for name in images:
        if not Path(name).exists():
            raise FileNotFoundError(2, "No such file or directory", name)
        found += scan_images(name)
    return found, None


def open_journal(path: Path, images: tuple[str, ...]) -> tuple[Journal, list[str] | None]:
    """The journal with the images planned, and the keys of this run (None: all of the manifest)."""
    if not images:
        if not path.exists():
            raise click.UsageError(f"{path} does not exist; name the images with --images")
        return Journal(path), None
    files, root = _expand(images)
    if not files:
        raise ValueError(f"no images in {', '.join(images)}")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        manifest = Manifest.plan(files, root)
        return Journal(path, manifest), None
    journal = Journal(path)
    try:
        fresh = journal.manifest.add(files)
        if fresh:
            journal.append(*({"t": "todo", "k": key} for key in fresh))
        keys = [Path(os.path.abspath(f)).relative_to(journal.manifest.root).as_posix() for f in files]
    except BaseException:
        journal.close()
        raise
    return journal, keys


def _security(ca: str | None, cert: str | None, key: str | None) -> Any:
    if not (ca or cert or key):
        return None
    if not (ca and cert and key):
        raise click.UsageError("--tls-ca, --tls-cert and --tls-key belong together")
    security = require("distributed.security", "distributed").Security
    return security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)


def _quiet_dask() -> None:
    """Dask logs whole tracebacks when a scheduler goes; what they mean is said in one line."""
    require("distributed")  # sets levels of its own when it is imported
    for name in ("distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _single(source: str, out: str, config: EncodeConfig, as_json: bool) -> int:
    """Standard input to a file or standard output, without a manifest."""
    if out == "-" and as_json:
        raise click.UsageError("--json and --out - both want standard output")
    pixels = read_image(io.BytesIO(sys.stdin.buffer.read()) if source == "-" else source)
    with pc15.Encoder(device=config.device, **config.params) as encoder:
        data = encoder.encode(pixels)
        stats = encoder.stats
    if out == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        atomic_write(out, data)
    if as_json:
        emit(dataclasses.asdict(stats))
    return 0


def _batch(journal: Journal, keys: list[str] | None, out: str, config: EncodeConfig, **engine: Any) -> BatchReport:
    total = len(journal.manifest.items if keys is None else keys)
    with tqdm(total=total, disable=None, unit="image", file=sys.stderr) as bar:
        return encode_batch(journal, out, config, keys=keys, progress=lambda _key, _state: bar.update(), **engine)


@click.command(name="pc15-encode")
@click.option("--images", multiple=True, metavar="DIR|FILE", help='A folder, or files (repeat, or list them last); "-" is '
              "standard input.")
@click.argument("more", nargs=-1, metavar="[FILE]...")
@click.option("--out", required=True, metavar="DIR", help='Folder of the files; with --images -, a file or "-".')
@click.option("--manifest", metavar="M", help="Journal of the batch; default: manifest.jsonl in the output folder.")
@click.option("--dataset", help="Name of the data set in file names; default: the name of the root folder.")
@click.option("--quality", type=float, help="0...100.")
@click.option("--lambda", "lambda_", type=float, help="Price of a bit; instead of --quality.")
@click.option("--alpha", type=float, help="Weight of 1-SSIM against MSE, 0...1.")
@click.option("--tile", type=int, help="Side of a tile, pixels.")
@click.option("--overlap", type=int, help="Overlap of two tiles, pixels.")
@click.option("--seed", type=int, help="Global seed, any 64-bit integer.")
@click.option("--effort", type=int, help="1 fast ... 9 thorough.")
@click.option("--tune", help="ssim, psnr or look.")
@click.option("--grain", type=int, help="Share of lost texture that grain gives back, percent.")
@click.option("--chroma", help="420 or 444.")
@click.option("--lossless", is_flag=True, help="Every sample comes back.")
@click.option("--icc/--no-icc", default=True, help="Keep ICC profiles.  [default: icc]")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.option("--workers", type=click.IntRange(0, 1024), help="Processes; default: one per processor. 0: this process.")
@click.option("--threads", type=click.IntRange(0, 256), default=1, show_default=True, help="Codec threads of a worker.")
@click.option("--scheduler", metavar="tcp://…", help="Encode on this Dask cluster, which must see the same files.")
@click.option("--chunk", type=click.IntRange(1, 10000), default=100, show_default=True, help="Images of a cluster task.")
@click.option("--tls-ca", metavar="PEM", help="Certificate authority of the cluster.")
@click.option("--tls-cert", metavar="PEM", help="Certificate of this client.")
@click.option("--tls-key", metavar="PEM", help="Key of this client.")
@click.option("--max-pixels", type=click.IntRange(1), default=1 << 28, show_default=True, help="Largest input.")
@click.option("--timeout", type=click.FloatRange(0.1), default=60.0, show_default=True, help="Seconds to decode an input.")
@json_option
@version_option
def command(images: tuple[str, ...], more: tuple[str, ...], out: str, manifest: str | None, dataset: str | None,
            lambda_: float | None, icc: bool, device: str, workers: int | None, threads: int, scheduler: str | None,
            chunk: int, tls_ca: str | None, tls_cert: str | None, tls_key: str | None, max_pixels: int, timeout: float,
            as_json: bool, **options: Any) -> int:
    """Encodes images to .pc15 files. Running the same command again does what is left: files that are done and intact
    are skipped, damaged ones and those of another configuration are written anew, errors are tried again."""
    if lambda_ is not None and options["quality"] is not None:
        raise click.UsageError("--quality and --lambda are one number seen from two sides: give one of them")
    options["lambda"], options["lossless"] = lambda_, options["lossless"] or None
    params = {name: options[name] for name in PARAMS if options[name] is not None}
    names = (*images, *more)
    try:
        config = EncodeConfig(params, dataset or "images", icc, device)
    except (pc15.UsageError, TypeError) as error:
        raise click.UsageError(str(error)) from None
    if "-" in names:
        if len(names) > 1:
            raise click.UsageError("standard input is one image: give no other --images")
        return _single("-", out, config, as_json)
    if out == "-":
        raise click.UsageError('--out - needs --images -')
    if scheduler is not None:
        _quiet_dask()
    security = _security(tls_ca, tls_cert, tls_key)
    journal, keys = open_journal(Path(manifest) if manifest else Path(out, "manifest.jsonl"), names)
    with journal:
        config = dataclasses.replace(config, dataset=dataset or Path(journal.manifest.root).name or "images")
        count = workers if workers is not None else len(os.sched_getaffinity(0))
        report = _batch(journal, keys, out, config, workers=count, threads=threads, scheduler=scheduler,
                        security=security, chunk=chunk, limits=Limits(max_pixels=max_pixels, seconds=timeout))
    if as_json:
        emit(dataclasses.asdict(report))
    return finish(report)


def finish(report: BatchReport) -> int:
    """The exit status; errors are told in one line."""
    if report.errors:
        key, message = next(iter(report.errors.items()))
        others = f" (and {len(report.errors) - 1} more; see the manifest)" if len(report.errors) > 1 else ""
        raise Failure(f"{key}: {message}{others}")
    return 0


def main() -> None:
    run(command)


if __name__ == "__main__":
    main()
