#!/usr/bin/env python3
"""publish_models.py FILE.pc15 OUT [TRAIN_TABLES IMAGE.ppm...]: freezes codebooks of generator parameters, trained on the
programs of a file, and the probability tables, with their hashes. With the developers' tool train_tables (in the build
folder) the tables are trained on the images; without it they are the library's own."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

import pc15
import pc15core
import pc15vq
import pc15wf

if len(sys.argv) < 3:
    sys.exit("usage: publish_models.py FILE.pc15 OUT [TRAIN_TABLES IMAGE.ppm...]")
out = Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)

# Codebooks: the packs of the generators that the file uses, on its own parameters and neighbours of them.
data = Path(sys.argv[1]).read_bytes()
layers = [layer for tile in (None, *range(len(pc15.tiles(data)))) for layer in pc15.layers(data, tile)]
rng = np.random.default_rng(1234)
hashes = {}
for generator in sorted({layer.generator for layer in layers}):
    for pack in pc15vq.packs(generator):
        samples = pc15vq.pack_matrix([layer.params for layer in layers if layer.generator == generator], pack)
        samples = np.repeat(samples, 64, 0) * (1 + rng.normal(0, 0.05, (64 * len(samples), len(pack.params))))
        seed = pc15core.derive_seed64(1234, generator, pack.name)
        book = pc15vq.train_qv(samples, pack, min(16, len(samples)), seed, levels=2)
        name = f"{generator}.{pack.name}.pcvq"
        content = pc15vq.serialize(book)
        pc15wf.atomic_write(out / name, content)
        hashes[name] = hashlib.sha256(content).hexdigest()

# Tables of the residual.
if len(sys.argv) > 4:
    subprocess.run([sys.argv[3], "--model", str(out / "tables.pc15model"), *sys.argv[4:]], check=True, stdout=subprocess.DEVNULL)
    model = pc15.Model.load((out / "tables.pc15model").read_bytes())
else:
    model = pc15.Model()
pc15wf.atomic_write(out / "tables.pc15model", model.dump())
hashes["tables.pc15model"] = hashlib.sha256(model.dump()).hexdigest()

pc15wf.atomic_write(out / "hashes.json", json.dumps(hashes, indent=1) + "\n")
for name, digest in hashes.items():
    print(f"{digest[:16]}  {name}")
