#!/usr/bin/env python3
"""What the pc15 tool does when something is wrong: one line on standard error that says what and where, the right
exit status, and never a partial file."""

import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import time
import unittest
import zlib

import cli_support as s
from cli_support import run
from test_cli import Base


class Errors(Base):
    def refused(self, status, says, *args, **options):
        """The call fails with `status` and one line that holds each of `says`; the folder is as before."""
        before = sorted(os.listdir(self.dir))
        done = run(*args, **options)
        line = done.stderr.decode()
        self.assertEqual(done.returncode, status, (args, line))
        self.assertEqual((line.count("\n"), line[-1:]), (1, "\n"), line)
        self.assertTrue(line.startswith("pc15"), line)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, line)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(sorted(os.listdir(self.dir)), before)

    def bad_image(self, says, data, name="bad.img"):
        path = self.write(name, data)
        self.refused(1, [name, *([says] if isinstance(says, str) else says)], "encode", path, self.dir / "out.pc15")


class Usage(Errors):
    def test_command_line(self):
        _, png = self.png("a.png")
        out = self.dir / "out.pc15"
        self.refused(2, "--help")
        self.refused(2, "'frobnicate'", "frobnicate")
        self.refused(2, "IN", "encode")
        self.refused(2, "OUT", "encode", png)
        self.refused(2, "--frobnicate", "encode", "--frobnicate", png, out)
        self.refused(2, "--format", "decode", png, "-")
        self.refused(2, ".png", "decode", png, self.dir / "out.xyz")
        self.refused(2, "--json", "encode", "--json", png, "-")
        self.refused(2, "--lambda", "encode", "--quality", 5, "--lambda", "0.01", png, out)
        for other in (["--quality", 5], ["--lambda", "0.01"], ["--chroma", "444"], ["--grain", 9], ["--no-residual"]):
            self.refused(2, "--lossless", "encode", "--lossless", *other, png, out)

    def test_targets(self):
        _, png = self.png("a.png")
        out = self.dir / "out.pc15"
        flags = [["--target-bytes", 900], ["--target-bpp", 1], ["--target-psnr", 30], ["--target-ssim", 0.9]]
        for i, first in enumerate(flags):
            for second in flags[i + 1:] + [["--lossless"]]:
                self.refused(2, first[0], "encode", *first, *second, png, out)
        self.refused(2, "--target-bpp", "encode", "--target-bpp", 0, png, out)
        self.refused(2, "--target-ssim", "encode", "--target-ssim", 1.5, png, out)

    def test_tables(self):
        _, png = self.png("a.png")
        out = self.dir / "out.pc15"
        model = (pathlib.Path(__file__).parent.parent / "abi" / "samples.pc15model").read_bytes()
        self.refused(1, "missing", "encode", "--tables", self.dir / "missing", png, out)
        self.refused(1, ["a.png", "not a model"], "encode", "--tables", png, png, out)
        cut = self.write("cut.pc15model", model[:-1])
        self.refused(1, ["cut.pc15model", "the model ends at byte"], "encode", "--tables", cut, png, out)
        bad = self.write("bad.pc15model", model[:99] + b"\xaa" + model[100:])
        self.refused(1, ["bad.pc15model", "CRC"], "encode", "--tables", bad, png, out)

    def test_program_texts(self):
        out = self.dir / "out.pc15"
        text = self.write("a.pc15t", b"picture 9x9\nimage {\n  layer strpes\n}\n")
        self.refused(1, "a.pc15t:3:9: 'strpes' is no generator or definition; did you mean 'stripes'?", "asm", text, "-o", out)
        self.refused(1, "standard input:1:13: the height", "asm", "-", "-o", out, stdin=b"picture 9000x9000000")
        self.refused(2, "--output", "asm", text)
        self.refused(1, "missing", "asm", self.dir / "missing", "-o", out)
        self.refused(1, "not a PC15 file", "disasm", text)
        _, file = self.encoded()
        self.refused(1, "not a text", "asm", file, "-o", out)
        self.refused(1, "in.pc15: ", "disasm", self.write("cut.pc15", file.read_bytes()[:-9]).rename(file))
        self.refused(1, "exists", "asm", "--no-clobber", self.write("b.pc15t", b"picture 9x9"), "-o", file)

    def test_values(self):
        _, png = self.png("a.png")
        out = self.dir / "out.pc15"
        for flag, value in (("--quality", "101"), ("--quality", "-1"), ("--quality", "nan"), ("--quality", "x"),
                            ("--effort", "0"), ("--effort", "10"), ("--effort", "5.5"),
                            ("--alpha", "1.5"), ("--tile", "16"), ("--overlap", "-1"), ("--chroma", "422"),
                            ("--seed", "9223372036854775808"), ("--threads", "-1"), ("--beam", "99")):
            self.refused(2, [flag, f"'{value}'"], "encode", f"{flag}={value}", png, out)
        self.refused(2, "overlap", "encode", "--tile", 64, "--overlap", 60, png, out)
        self.refused(2, "stripes_", "render", "stripes_", self.dir / "r.png")
        for size in ("0x5", "5", "5x", "-5x5", "70000x5", "5x5x5"):
            self.refused(2, size, "render", "--size=" + size, "stripes", self.dir / "r.png")
        for param in ("nosuch=1", "period", "period=", "period=x", "period=1e30"):
            self.refused(2, param.split("=")[0], "render", "--param", param, "stripes", self.dir / "r.png")

    def test_roi(self):
        _, file = self.encoded()
        for roi in ("1,2,3", "a,b,c,d", "0,0,0,5", "-1,0,5,5", "0,0,71,50", "70,0,1,1", "0,0,5,5,5", "0,0,99999,1"):
            self.refused(2, ["--roi", roi], "decode", "--roi=" + roi, file, self.dir / "o.png")

    def test_scale(self):
        _, file = self.encoded()
        for scale in ("0", "3", "16", "0.125", "-1", "x", "1.5", "2x", "nan"):
            self.refused(2, ["--scale", scale, "0.25, 0.5, 1, 2, 4 or 8"], "decode", "--scale=" + scale, file, self.dir / "o.png")
        for scale, roi, size in (("2", "139,0,2,1", "140x100"), ("0.5", "0,25,1,1", "35x25"), ("8", "0,0,561,1", "560x400")):
            self.refused(2, ["--roi", roi, size], "decode", "--scale", scale, "--roi", roi, file, self.dir / "o.png")
        self.refused(1, "limit", "decode", "--scale", "8", "--max-pixels", 560 * 400 - 1, file, self.dir / "o.png")
        self.refused(1, "limit", "decode", "--scale", "2", "--max-width", 139, file, self.dir / "o.png")


class BadImages(Errors):
    def test_not_images(self):
        self.bad_image("not a PNG, JPEG or PNM", b"hello, world")
        self.bad_image("empty", b"")
        self.refused(1, [str(self.dir), "directory"], "encode", self.dir, self.dir / "o")
        self.refused(1, ["nothing.png", "No such file"], "encode", self.dir / "nothing.png", self.dir / "o")
        self.refused(1, ["standard input", "empty"], "encode", "-", self.dir / "o")
        self.refused(1, "not a PNG", "encode", "/dev/zero", self.dir / "o")
        _, file = self.encoded()
        self.refused(1, "PC15", "encode", file, self.dir / "o")

    def test_png(self):
        picture, path = self.png("good.png")
        data = path.read_bytes()
        for cut in (8, 20, 40, len(data) // 2, len(data) - 13, len(data) - 1):
            self.bad_image("cut off at byte %d" % cut, data[:cut])
        self.bad_image("PNG", data[:60] + bytes([data[60] ^ 1]) + data[61:])
        self.bad_image("PNG", s.png_bytes(picture, size=(0, 50)))
        self.bad_image("too large", s.png_bytes(picture, size=(65536, 1)))
        self.bad_image("too large", s.png_bytes(picture, size=(65535, 65535)))
        self.bad_image("PNG", s.png_bytes(picture, size=(0xFFFFFFFF, 1)))
        self.bad_image("PNG", s.png_bytes(picture, rows=b"\0" * 50))

    def test_png_text_bomb(self):
        # 40 texts of 60 KiB that inflate to 60 MiB each: 2.4 GiB when all are kept.
        bomb = zlib.compress(b"A" * (60 << 20), 9)
        texts = b"".join(s.chunk(b"iTXt", b"k%d\0\1\0\0\0" % i + bomb) for i in range(40))
        _, path = self.png("bomb.png", extra=texts)
        process = subprocess.Popen([s.PC15, "encode", "--no-procedural", path, self.dir / "bomb.pc15"])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertLess(usage.ru_maxrss, 1200 << 10)

    def test_png_text_before_the_metadata(self):
        notes = b"".join(s.chunk(b"tEXt", b"k%d\0note" % i) for i in range(100))
        _, path = self.png("notes.png", extra=notes + s.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + s.XMP))
        self.ok("encode", path, self.dir / "notes.pc15")
        self.ok("decode", self.dir / "notes.pc15", self.dir / "again.png")
        self.assertEqual(s.metadata_of_png((self.dir / "again.png").read_bytes())["xmp"], s.XMP)

    def test_jpeg(self):
        for cut in (4, 100, len(s.JPEG_COLOR) // 2, len(s.JPEG_COLOR) - 12):
            self.bad_image("JPEG", s.JPEG_COLOR[:cut])
        self.bad_image("CMYK", s.JPEG_CMYK)

    def test_pnm(self):
        for says, data in (
            ("no pixels", b"P6 0 5 255\n"), ("no pixels", b"P5 5 0 255\n"), ("too large", b"P5 70000 1 255\n"),
            ("too large", b"P5 99999999999999 1 255\n"), ("too large", b"P5 60000 60000 255\n"),
            ("maxval", b"P5 2 1 0\n12"), ("maxval", b"P5 2 1 65536\n1234"), ("maxval", b"P5 2 1 9\n\x09\x0a"),
            ("cut off", b"P5 2 2 255\n123"), ("cut off", b"P5 2"), ("cut off", b"P5 2 2 255"), ("more", b"P5 1 1 255\n12"),
            ("not a number", b"P5 2 x 255\n1234"), ("not a number", b"P2 2 1 255\n1 x"), ("maxval", b"P2 2 1 255\n1 256"),
            ("cut off", b"P3 1 1 255\n1 2"), ("bitmaps", b"P4 8 1\n1"), ("cut off", b"P7\nWIDTH 1\n"),
            ("channels", b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n12345"),
            ("header", b"P7\nWIDTH 1\nCOLOUR 1\nENDHDR\n1"), ("white space", b"P5 2 2 255x1234")):
            self.bad_image(["PNM" if says not in ("no pixels",) else says, says] if says != "too large" else says, data)

    def test_metadata_files(self):
        _, png = self.png("a.png")
        self.refused(1, "nothing.icc", "encode", "--icc", self.dir / "nothing.icc", png, self.dir / "o")

    def test_metrics(self):
        _, a = self.png("a.png")
        _, b = self.png("b.png", 71, 50)
        self.refused(1, ["70x50", "71x50"], "metrics", a, b)
        self.refused(1, "missing", "metrics", a, self.dir / "missing")
        self.refused(2, "--alpha", "metrics", "--alpha", "2", a, a)
        self.refused(2, "standard input", "metrics", "-", "-")


class BadFiles(Errors):
    def test_damaged_and_foreign(self):
        _, file = self.encoded(300, 280, 3, "--no-compact")
        data = file.read_bytes()
        png = self.write("a.png", s.png_bytes(s.test_picture(4, 4, 1)))
        self.refused(1, ["a.png", "not a PC15"], "decode", png, self.dir / "o.png")
        for cut in (5, 63, 64, len(data) // 2, len(data) - 1):
            path = self.write("cut.pc15", data[:cut])
            for command in (["decode", path, self.dir / "o.png"], ["info", path], ["verify", path]):
                self.refused(1, "cut.pc15", *command)
        for at in (9, 30, 70, len(data) // 2, len(data) - 2):
            path = self.write("flip.pc15", data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
            self.refused(1, "flip.pc15", "decode", path, self.dir / "o.png")
        path = self.write("long.pc15", data + b"x")
        self.refused(1, "long.pc15", "decode", path, self.dir / "o.png")

    def test_limits(self):
        _, file = self.encoded()
        self.refused(1, "in.pc15", "decode", "--max-width", 69, file, self.dir / "o.png")
        self.refused(1, "in.pc15", "decode", "--max-memory", 1000, file, self.dir / "o.png")


class Outputs(Errors):
    def test_targets(self):
        _, png = self.png("a.png")
        self.refused(1, "no/such", "encode", png, self.dir / "no/such")
        self.refused(1, "directory", "encode", png, self.dir)
        self.write("there.pc15", b"old")
        self.refused(1, "exists", "encode", "--no-clobber", png, self.dir / "there.pc15")
        self.assertEqual((self.dir / "there.pc15").read_bytes(), b"old")
        self.ok("encode", png, self.dir / "there.pc15")
        self.ok("encode", "--no-clobber", png, self.dir / "new.pc15")
        self.assertEqual((self.dir / "there.pc15").read_bytes(), (self.dir / "new.pc15").read_bytes())
        self.ok("encode", png, "/dev/null")

    def test_a_failure_keeps_the_old_file(self):
        old = self.write("out.pc15", b"old")
        self.bad_image("cut off", self.png("g.png")[1].read_bytes()[:60])
        self.assertEqual(old.read_bytes(), b"old")

    def test_modes_and_links(self):
        _, png = self.png("a.png")
        mode = lambda path: stat.S_IMODE(os.stat(path).st_mode)
        self.ok("encode", png, self.dir / "a.pc15", preexec_fn=lambda: os.umask(0o027))
        self.assertEqual(mode(self.dir / "a.pc15"), 0o640)
        os.chmod(self.dir / "a.pc15", 0o600)
        os.symlink("a.pc15", self.dir / "link.pc15")
        self.ok("encode", png, self.dir / "link.pc15")
        self.assertTrue(os.path.islink(self.dir / "link.pc15"))
        self.assertEqual(mode(self.dir / "a.pc15"), 0o600)

    def test_size_limit(self):
        _, file = self.encoded()
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        self.refused(1, ["o.ppm", "File too large"], "decode", file, self.dir / "o.ppm", preexec_fn=limit)

    def test_full_disk(self):
        _, file = self.encoded(200, 200)
        disk = self.dir / "disk"
        disk.mkdir()
        script = 'mount -t tmpfs -o size=16k tmpfs "$1" && shift && "$@"; code=$?; ls -A disk; exit $code'
        call = ["unshare", "-m", "sh", "-c", script, "sh", str(disk), s.PC15, "decode", str(file), str(disk / "o.ppm")]
        if shutil.which("unshare") is None:
            self.skipTest("no unshare")
        done = subprocess.run(call, capture_output=True, cwd=self.dir)
        if b"mount" in done.stderr or b"unshare" in done.stderr:
            self.skipTest("no right to mount")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertIn(b"No space left on device", done.stderr)

    def test_device_full(self):
        _, file = self.encoded()
        self.refused(1, "No space left", "decode", "--format", "ppm", file, "/dev/full")
        with open("/dev/full", "wb") as full:
            for args in (["info", file], ["decode", "--format", "ppm", file, "-"]):
                done = subprocess.run([s.PC15, *map(str, args)], stdout=full, stderr=subprocess.PIPE)
                self.assertEqual((done.returncode, done.stderr.count(b"\n")), (1, 1), done.stderr)

    def test_closed_pipe(self):
        _, file = self.encoded(300, 300)
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([s.PC15, "decode", "--format", "ppm", str(file), "-"], stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (1, 1), done.stderr)

    def test_a_signal_leaves_nothing(self):
        picture = s.test_picture(256, 256, 3)
        big = s.Picture(2048, 1024, 3, b"".join(
            picture.data[y % 256 * 768 : y % 256 * 768 + 768] * 8 for y in range(1024)))
        path = self.write("big.ppm", s.pnm_bytes(big))
        for number in (signal.SIGTERM, signal.SIGINT):
            process = subprocess.Popen([s.PC15, "encode", "--effort", "9", str(path), str(self.dir / "o.pc15")],
                                       stderr=subprocess.PIPE)
            end = time.monotonic() + 60
            while len(os.listdir(self.dir)) == 1 and process.poll() is None and time.monotonic() < end:
                time.sleep(0.002)
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, -number, errors)
            self.assertEqual(os.listdir(self.dir), ["big.ppm"])


if __name__ == "__main__":
    unittest.main()
