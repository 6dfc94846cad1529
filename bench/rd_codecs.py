"""The codecs of the benchmark, as command lines. {q} quality, {in} PNM (or PNG), {out} result, {samp} and {yuv} the
chroma format."""
import re
import shlex
import subprocess

_AVIF = "avifenc -j 1 -s {speed} -y {{yuv}} -d 8 --min 0 --max 63 -a end-usage=q -a cq-level={{q}} {{in}} {{out}}"
_AVIF_DECODE = "avifdec -j 1 --png-compress 0 {in} {out}"

PEERS = {
    "jpeg": dict(
        encode="cjpeg -quality {q} -optimize -progressive -sample {samp} -outfile {out} {in}",
        decode="djpeg -pnm -outfile {out} {in}",
        qualities=[4, 10, 20, 35, 55, 75, 88, 95], reads="pnm", writes="pnm"),
    "webp": dict(
        encode="cwebp -quiet -m 6 -q {q} {in} -o {out}", decode="dwebp -quiet {in} -ppm -o {out}",
        qualities=[0, 8, 25, 50, 72, 85, 93], reads="pnm", writes="pnm"),
    "avif": dict(
        encode=_AVIF.format(speed=6), decode=_AVIF_DECODE,
        qualities=[62, 57, 51, 44, 36, 27, 18, 10], reads="png", writes="png"),
    # Ten times slower, so fewer points; the ends are the same.
    "avif-s2": dict(
        encode=_AVIF.format(speed=2), decode=_AVIF_DECODE,
        qualities=[62, 54, 44, 33, 22, 10], reads="png", writes="png"),
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
        return dict(encode=f"{tool} encode --threads 1 --quality {{q}} {effort}{{in}} {{out}}",
                    decode=f"{tool} decode --threads 1 {{in}} {{out}}",
                    qualities=[5, 15, 30, 45, 60, 75, 88, 95], reads="pnm", writes="pnm")
    if name not in PEERS:
        raise SystemExit(f"unknown codec '{name}': pc15, pc15-psnr, pc15-e1 ... pc15-e9, {', '.join(PEERS)}")
    return PEERS[name]


def programs(codec):
    """The encoder and the decoder program."""
    return [shlex.split(codec[way])[0] for way in ("encode", "decode")]


def version(codec):
    """The encoder program and its version, of avifenc also that of libaom."""
    program = programs(codec)[0]
    flag = "-version" if program in ("cjpeg", "cwebp") else "--version"
    said = subprocess.run([program, flag], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True).stdout
    number = re.search(r"\d+(?:\.\d+)+", said)
    aom = re.search(r"aom [^,]*?v?(\d+(?:\.\d+)+)", said)
    name = f"{program.rsplit('/', 1)[-1]} {number.group() if number else '?'}"
    return name + (f" (libaom {aom.group(1)})" if aom else "")
