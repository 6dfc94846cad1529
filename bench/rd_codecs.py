"""The codecs of the benchmark, as command lines. {q} quality, {in} PNM (or PNG), {out} result, {samp} and {yuv} the
chroma format. `versions` names the programs whose presence decides whether a codec can run."""
import os
import re

PEERS = {
    "jpeg": dict(
        encode="cjpeg -quality {q} -optimize -progressive -sample {samp} -outfile {out} {in}",
        decode="djpeg -pnm -outfile {out} {in}",
        qualities=[4, 10, 20, 35, 55, 75, 88, 95], reads="pnm", writes="pnm"),
    "webp": dict(
        encode="cwebp -quiet -m 6 -q {q} {in} -o {out}", decode="dwebp -quiet {in} -ppm -o {out}",
        qualities=[0, 8, 25, 50, 72, 85, 93], reads="pnm", writes="pnm"),
    "avif": dict(
        encode="avifenc -j 1 -s 6 -y {yuv} -d 8 --min 0 --max 63 -a end-usage=q -a cq-level={q} {in} {out}",
        decode="avifdec -j 1 --png-compress 0 {in} {out}",
        qualities=[62, 57, 51, 44, 36, 27, 18, 10], reads="png", writes="png"),
    "jxl": dict(
        encode="cjxl {in} {out} -d {q} -e 7 --num_threads=0 --quiet",
        decode="djxl {in} {out} --num_threads=1 --quiet",
        qualities=[22, 13, 7.5, 4.2, 2.3, 1.2, 0.6], reads="pnm", writes="pnm"),
}


def find(name, tool):
    """Codec by name; pc15 is this project, pc15-psnr with that tune, pc15-e1 ... pc15-e9 (pc15-psnr-e1 ...) with
    that effort."""
    match = re.fullmatch(r"pc15(-psnr)?(?:-e([1-9]))?", name)
    if match:
        effort = f"--effort {match.group(2)} " if match.group(2) else ""
        effort += "--tune psnr " if match.group(1) else ""
        return dict(encode=f"{tool} encode --quality {{q}} {effort}{{in}} {{out}}", decode=f"{tool} decode {{in}} {{out}}",
                    qualities=[5, 15, 30, 45, 60, 75, 88, 95], reads="pnm", writes="pnm")
    if name not in PEERS:
        raise SystemExit(f"unknown codec '{name}': pc15, pc15-psnr, pc15-e1 ... pc15-e9, {', '.join(PEERS)}")
    return PEERS[name]


def program(codec):
    return os.path.expanduser(codec["encode"].split()[0])
