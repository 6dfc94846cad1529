#!/usr/bin/env python3
"""metrics_and_curve.py MANIFEST OUT: quality and rate of a batch, a curve against JPEG, and the BD-rate."""

import sys
from pathlib import Path

import pc15metrics
import pc15viz
import pc15wf

if len(sys.argv) != 3:
    sys.exit("usage: metrics_and_curve.py MANIFEST OUT")
out = Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
rows = pc15metrics.summarize_batch(sys.argv[1], out / "batch.csv", out / "batch.json")
for row in rows:
    print(f"{row.image:24} {row.bpp:7.4f} bpp  PSNR-Y {row.psnr:6.2f} dB  SSIM-Y {row.ssim:.4f}")

manifest = pc15wf.load_manifest(sys.argv[1])
images = [manifest.source(key) for key in list(manifest.items)[:2]]
curves = {codec: pc15metrics.summarize_codec(images, codec, [20, 40, 60, 80], root=manifest.root) for codec in ("jpeg", "pc15")}
pc15metrics.write_rows([*curves["jpeg"], *curves["pc15"]], out / "curve.csv", out / "curve.json")
pc15viz.plot_rd(out / "curve.csv", out / "curve.png")
for image in {row.image for row in curves["pc15"]}:
    points = {codec: [(r.bpp, r.psnr) for r in table if r.image == image] for codec, table in curves.items()}
    print(f"{image}: BD-rate {pc15metrics.bd_rate(points['jpeg'], points['pc15']):+.1f} % against JPEG (PSNR-Y)")
