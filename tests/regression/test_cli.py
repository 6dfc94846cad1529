#!/usr/bin/env python3
"""The pc15 tool command by command: what goes in, what comes out, exit statuses."""

import json
import math
import os
import pathlib
import tempfile
import unittest

import cli_support as s
from cli_support import run


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def write(self, name, data):
        path = self.dir / name
        path.write_bytes(data)
        return path

    def ok(self, *args, **options):
        done = run(*args, **options)
        self.assertEqual((done.returncode, done.stderr), (0, b""), args)
        return done.stdout

    def png(self, name, width=70, height=50, channels=3, **options):
        picture = s.test_picture(width, height, channels)
        return picture, self.write(name, s.png_bytes(picture, **options))

    def encoded(self, width=70, height=50, channels=3, *args):
        picture, path = self.png("in.png", width, height, channels)
        self.ok("encode", *args, path, self.dir / "in.pc15")
        return picture, self.dir / "in.pc15"

    def psnr(self, a, b):
        self.assertEqual((a.width, a.height, a.channels), (b.width, b.height, b.channels))
        error = sum((x - y) ** 2 for x, y in zip(a.data, b.data)) / len(a.data)
        return 99 if error == 0 else 10 * math.log10(65025 / error)


class Help(Base):
    def test_every_command_explains_itself(self):
        text = self.ok("--help").decode()
        for command in ("encode", "decode", "info", "verify", "repair", "metrics", "bsdiff", "generators", "render",
                        "disasm", "asm"):
            self.assertIn("\n  " + command, text)
            explained = self.ok(command, "--help").decode()
            self.assertIn("Usage: pc15 " + command, explained)
            self.assertLessEqual(max(map(len, explained.splitlines())), 80)

    def test_version(self):
        self.assertRegex(self.ok("--version").decode(), r"^pc15 \d+\.\d+\.\d+\nlibpc15 .*bitstream 15")


class ProgramText(Base):
    TEXT = b"picture 80x60 ycc444\nimage { field #204060 layer rings(period=12px) over #ffcc66 }\n"

    def test_there_and_back(self):
        text = self.write("a.pc15t", self.TEXT)
        self.ok("asm", text, "-o", self.dir / "a.pc15")
        printed = self.ok("disasm", self.dir / "a.pc15")
        self.assertIn(b"picture 80x60 ycc444\n", printed)
        self.assertIn(b"layer rings(", printed)
        self.ok("disasm", self.dir / "a.pc15", "-o", self.dir / "b.pc15t")
        self.assertEqual((self.dir / "b.pc15t").read_bytes(), printed)
        again = self.ok("asm", "-", "-o", "-", stdin=printed)
        self.assertEqual(again, (self.dir / "a.pc15").read_bytes())
        self.assertEqual(self.ok("disasm", "-", stdin=again), printed)
        self.ok("decode", self.dir / "a.pc15", self.dir / "a.ppm")
        picture = s.parse_pnm((self.dir / "a.ppm").read_bytes())
        self.assertEqual((picture.width, picture.height, picture.channels), (80, 60, 3))

    def test_programs_of_an_encoded_picture(self):
        grey = s.Picture(64, 64, 1, bytes(200 if x // 8 % 2 else 60 for _ in range(64) for x in range(64)))
        self.ok("encode", self.write("in.pgm", s.pnm_bytes(grey)), self.dir / "in.pc15")
        printed = self.ok("disasm", self.dir / "in.pc15")
        self.assertIn(b"layer stripes(period=1", printed)
        self.assertEqual(self.ok("asm", "-", "-o", "-", stdin=printed), (self.dir / "in.pc15").read_bytes())


class EncodeDecode(Base):
    def test_a_file_brings_its_tables(self):
        model = pathlib.Path(__file__).parent.parent / "abi" / "samples.pc15model"
        picture, png = self.png("a.png")
        self.ok("encode", "--effort", "1", "--tables", model, png, self.dir / "a.pc15")
        self.ok("encode", "--effort", "1", png, self.dir / "plain.pc15")
        data = (self.dir / "a.pc15").read_bytes()
        self.assertEqual(data[43], 255)
        self.assertGreaterEqual(data.count(b"TABL"), 4)  # two entries in the index and in its copy
        self.assertNotIn(b"TABL", (self.dir / "plain.pc15").read_bytes())
        self.ok("verify", self.dir / "a.pc15")
        self.ok("decode", self.dir / "a.pc15", self.dir / "a.ppm")
        self.assertGreater(self.psnr(picture, s.parse_pnm((self.dir / "a.ppm").read_bytes())), 25)

    def test_every_input_format_gives_the_same_file(self):
        picture, png = self.png("a.png")
        self.ok("encode", png, self.dir / "png.pc15")
        self.ok("encode", self.write("a.ppm", s.pnm_bytes(picture)), self.dir / "ppm.pc15")
        pam = b"P7\n# a comment\nWIDTH 70\nHEIGHT 50\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n" + picture.data
        self.ok("encode", self.write("a.pam", pam), self.dir / "pam.pc15")
        text = b"P3 # c\n70 50\n255\n" + b"\n".join(b"%d" % v for v in picture.data) + b"\n"
        self.ok("encode", self.write("text.ppm", text), self.dir / "text.pc15")
        wide = b"P6 70 50 65535\n" + b"".join(bytes([v, v]) for v in picture.data)
        self.ok("encode", self.write("wide.ppm", wide), self.dir / "wide.pc15")
        rows = b"".join(b"\0" + b"".join(bytes([v, v]) for v in picture.data[y * 210 : y * 210 + 210]) for y in range(50))
        self.ok("encode", self.write("deep.png", s.png_bytes(picture, depth=16, rows=rows)), self.dir / "deep.pc15")
        expected = (self.dir / "png.pc15").read_bytes()
        for name in ("ppm", "pam", "text", "wide", "deep"):
            self.assertEqual((self.dir / (name + ".pc15")).read_bytes(), expected, name)

    def test_gray_inputs(self):
        picture, png = self.png("a.png", channels=1)
        self.ok("encode", png, self.dir / "png.pc15")
        self.ok("encode", self.write("a.pgm", s.pnm_bytes(picture)), self.dir / "pgm.pc15")
        text = b"P2\n70 50 255\n" + b" ".join(b"%d" % v for v in picture.data)
        self.ok("encode", self.write("t.pgm", text), self.dir / "text.pc15")
        for name in ("pgm", "text"):
            self.assertEqual((self.dir / (name + ".pc15")).read_bytes(), (self.dir / "png.pc15").read_bytes())
        self.ok("decode", self.dir / "png.pc15", self.dir / "out.png")
        self.assertGreater(self.psnr(picture, s.parse_png((self.dir / "out.png").read_bytes())), 28)

    def test_palette_png(self):
        indices = s.Picture(8, 8, 1, [i % 3 for i in range(64)])
        palette = s.chunk(b"PLTE", bytes([200, 10, 10, 10, 200, 10, 10, 10, 200]))
        self.ok("encode", self.write("p.png", s.png_bytes(indices, palette, color=3)), self.dir / "p.pc15")
        direct = s.Picture(8, 8, 3, b"".join(([b"\xc8\n\n", b"\n\xc8\n", b"\n\n\xc8"])[i % 3] for i in range(64)))
        self.ok("encode", self.write("d.png", s.png_bytes(direct)), self.dir / "d.pc15")
        self.assertEqual((self.dir / "p.pc15").read_bytes(), (self.dir / "d.pc15").read_bytes())
        clear = palette + s.chunk(b"tRNS", b"\x00\x80")
        self.ok("encode", self.write("t.png", s.png_bytes(indices, clear, color=3)), self.dir / "t.pc15")
        self.assertTrue(json.loads(self.ok("info", "--json", self.dir / "t.pc15"))["alpha"])

    def test_jpeg(self):
        self.ok("encode", "--quality", "95", self.write("c.jpg", s.JPEG_COLOR), self.dir / "c.pc15")
        self.ok("encode", self.write("g.jpg", s.JPEG_GRAY), self.dir / "g.pc15")
        self.assertEqual(json.loads(self.ok("info", "--json", self.dir / "g.pc15"))["color"], "gray")
        values = json.loads(self.ok("metrics", "--json", self.dir / "c.jpg", self.dir / "c.pc15"))
        self.assertGreater(values["psnr_y"], 30)

    def test_by_rows_changes_nothing(self):
        picture, png = self.png("a.png", 90, 150)
        alpha, png4 = self.png("alpha.png", 90, 150, 4)
        late = s.png_bytes(picture)[:-12] + s.chunk(b"eXIf", s.EXIF) + s.chunk(b"IEND", b"")
        inputs = {
            png: 2, png4: 2, self.write("late.png", late): 1, self.write("a.ppm", s.pnm_bytes(picture)): 2,
            self.write("a.jpg", s.jpeg_with_metadata(s.JPEG_COLOR, **Metadata.ITEMS)): 2,
            self.write("wide.ppm", b"P6 2 1 65535\n" + bytes(12)): 1,
        }
        pam = b"P7\nWIDTH 90\nHEIGHT 150\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n" + alpha.data
        inputs[self.write("a.pam", pam)] = 2
        for path, readings in inputs.items():
            for args in (("--effort", 1), ("--effort", 1, "--gray"), ("--effort", 2)):
                self.ok("encode", *args, path, self.dir / "whole.pc15")
                done = self.ok("encode", "--by-rows", "--json", *args, path, self.dir / "rows.pc15")
                self.assertEqual((self.dir / "rows.pc15").read_bytes(), (self.dir / "whole.pc15").read_bytes(), path)
                made = json.loads(done)["readings"]
                if readings == 1:
                    self.assertEqual(made, 1, path)
                elif args == ("--effort", 1):
                    self.assertGreaterEqual(made, readings, path)
                elif args == ("--effort", 2):  # once more for the search
                    self.assertGreater(made, readings, path)

    def test_by_rows_refuses_what_is_damaged(self):
        picture, png = self.png("a.png", 90, 150)
        data, ppm = png.read_bytes(), s.pnm_bytes(picture)
        flipped = bytearray(data)
        flipped[-40] ^= 1  # in the coded picture
        for name, bad in (("cut.png", data[:-60]), ("bad.png", bytes(flipped)), ("cut.ppm", ppm[:-1]), ("long.ppm", ppm + b"x"),
                          ("cut.jpg", s.JPEG_COLOR[:-40])):
            path = self.write(name, bad)
            whole, rows = run("encode", path, self.dir / "x.pc15"), run("encode", "--by-rows", "--effort", 1, path, self.dir / "x.pc15")
            self.assertEqual((whole.returncode, rows.returncode), (1, 1), name)
            self.assertIn(name.encode(), rows.stderr)
            self.assertIn(b"PNG" if name.endswith("png") else b"PNM" if name.endswith("ppm") else b"JPEG", rows.stderr)
            self.assertFalse((self.dir / "x.pc15").exists())

    def test_every_output_format(self):
        _, file = self.encoded(channels=3)
        png = s.parse_png(self.ok("decode", "--format", "png", file, "-"))
        self.assertEqual(png.channels, 3)
        for name in ("o.ppm", "o.pnm", "o.pam", "o.PNG"):
            self.ok("decode", file, self.dir / name)
            data = (self.dir / name).read_bytes()
            self.assertEqual(s.parse_png(data) if name == "o.PNG" else s.parse_pnm(data), png, name)
        self.ok("decode", file, self.dir / "o.pgm")
        luma = s.parse_pnm((self.dir / "o.pgm").read_bytes())
        self.assertEqual(luma.channels, 1)
        self.assertEqual(s.parse_png(self.ok("decode", "--gray", "--format", "png", file, "-")), luma)

    def test_gray_file_as_ppm_repeats_luma(self):
        _, file = self.encoded(70, 50, 1)
        gray = s.parse_pnm(self.ok("decode", "--format", "pgm", file, "-"))
        color = s.parse_pnm(self.ok("decode", "--format", "ppm", file, "-"))
        self.assertEqual([color.channel(c) for c in range(3)], [gray.data] * 3)

    def test_alpha(self):
        picture, file = self.encoded(70, 50, 4, "--quality", "95")
        self.assertTrue(json.loads(self.ok("info", "--json", file))["alpha"])
        out = s.parse_png(self.ok("decode", "--format", "png", file, "-"))
        self.assertGreater(self.psnr(picture, out), 28)
        self.assertEqual(s.parse_pnm(self.ok("decode", "--format", "pam", file, "-")), out)
        self.assertEqual(s.parse_pnm(self.ok("decode", "--format", "pnm", file, "-")), out)
        done = run("decode", "--format", "ppm", file, "-")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"alpha", done.stderr)
        flat = s.parse_pnm(done.stdout)
        self.assertEqual([flat.channel(c) for c in range(3)], [out.channel(c) for c in range(3)])

    def test_lossless(self):
        for channels in (1, 3, 4):
            picture = s.test_picture(90, 70, channels)
            png, out = self.write("in.png", s.png_bytes(picture)), self.dir / "out.pam"
            done = json.loads(self.ok("encode", "--lossless", "--json", png, self.dir / "in.pc15"))
            self.assertEqual(done["ssim_y"], 1)
            self.ok("decode", self.dir / "in.pc15", out)
            back = s.parse_pnm(out.read_bytes())
            self.assertEqual((back.channels, bytes(back.data)), (channels, bytes(picture.data)))
            self.assertIs(json.loads(self.ok("info", "--json", self.dir / "in.pc15"))["lossless"], True)

    def test_targets(self):
        picture = s.test_picture(200, 160, 3)
        png = self.write("in.png", s.png_bytes(picture))
        encode = lambda *flags: json.loads(
            self.ok("encode", "--json", "--effort", 1, "--no-procedural", *flags, png, self.dir / "t.pc15"))
        full = encode()["bytes"]
        wanted = full * 2 // 3
        for flags in (["--target-bytes", wanted], ["--target-bpp", repr(8 * wanted / 200 / 160)]):
            done = encode(*flags)
            self.assertTrue(0.95 * wanted < done["bytes"] <= wanted, (done, wanted))
        self.assertGreaterEqual(encode("--target-psnr", 33)["psnr_y"], 33)
        self.assertGreaterEqual(encode("--target-ssim", "0.93")["ssim_y"], 0.93)

    def test_encode_gray(self):
        _, png = self.png("a.png")
        self.ok("encode", "--gray", png, self.dir / "g.pc15")
        self.assertEqual(json.loads(self.ok("info", "--json", self.dir / "g.pc15"))["color"], "gray")

    def test_roi_is_the_crop(self):
        _, file = self.encoded(300, 280)
        whole = s.parse_png(self.ok("decode", "--format", "png", file, "-"))
        for x, y, w, h in ((0, 0, 300, 280), (250, 240, 50, 40), (13, 255, 1, 1), (0, 100, 300, 3), (251, 7, 9, 273)):
            part = s.parse_png(self.ok("decode", "--roi", f"{x},{y},{w},{h}", "--format", "png", file, "-"))
            self.assertEqual(part, whole.crop(x, y, w, h))

    def test_scales(self):
        _, file = self.encoded(141, 95)
        for name, width, height in (("0.25", 36, 24), ("0.5", 71, 48), ("1", 141, 95), ("2", 282, 190),
                                    ("4", 564, 380), ("8", 1128, 760)):
            whole = s.parse_pnm(self.ok("decode", "--scale", name, "--format", "ppm", file, "-"))
            self.assertEqual((whole.width, whole.height, whole.channels), (width, height, 3))
            x, y, w, h = width // 3, height // 2, width // 2, height // 3
            for flag in ("--roi", "--region"):
                part = self.ok("decode", "--scale", name, flag, f"{x},{y},{w},{h}", "--format", "ppm", file, "-")
                self.assertEqual(s.parse_pnm(part), whole.crop(x, y, w, h), name)
            one = self.ok("decode", "--scale", name, "--threads", 1, "--format", "ppm", file, "-")
            self.assertEqual(s.parse_pnm(one), whole)
        same = self.ok("decode", "--scale", "1", "--format", "ppm", file, "-")
        self.assertEqual(same, self.ok("decode", "--format", "ppm", file, "-"))

    def test_a_part_of_a_picture_too_large_to_write(self):
        _, file = self.png("wide.png", 8200, 2, 1)
        self.ok("encode", "--effort", 1, file, self.dir / "wide.pc15")
        done = run("decode", "--scale", "8", self.dir / "wide.pc15", self.dir / "o.png")
        self.assertEqual((done.returncode, (self.dir / "o.png").exists()), (2, False))
        for part in (b"65600x16", b"--roi"):
            self.assertIn(part, done.stderr)
        corner = self.ok("decode", "--scale", "8", "--roi", "65590,6,10,10", "--format", "pgm", self.dir / "wide.pc15", "-")
        self.assertEqual(s.parse_pnm(corner).width, 10)

    def test_standard_input_and_output(self):
        picture, png = self.png("a.png")
        self.ok("encode", png, self.dir / "a.pc15")
        piped = self.ok("encode", "-", "-", stdin=png.read_bytes())
        self.assertEqual(piped, (self.dir / "a.pc15").read_bytes())
        self.assertEqual(s.parse_pnm(self.ok("decode", "--format", "ppm", "-", "-", stdin=piped)).width, picture.width)
        self.assertEqual(json.loads(self.ok("info", "--json", "-", stdin=piped))["bytes"], len(piped))
        self.assertIn(b"ok", self.ok("verify", "-", stdin=piped))
        self.assertEqual(self.ok("bsdiff", "-", self.dir / "a.pc15", stdin=piped), b"identical\n")
        self.assertIn(b"inf", self.ok("metrics", "-", png, stdin=png.read_bytes()))

    def test_threads_do_not_change_bytes(self):
        _, png = self.png("a.png", 300, 280)
        files = [self.ok("encode", "--threads", n, png, "-") for n in (1, 2, 3, 8)]
        self.assertEqual(files[1:], files[:1] * 3)
        (self.dir / "a.pc15").write_bytes(files[0])
        pixels = [self.ok("decode", "--threads", n, "--format", "ppm", self.dir / "a.pc15", "-") for n in (1, 3)]
        self.assertEqual(pixels[0], pixels[1])

    def test_parameters_reach_the_file(self):
        _, png = self.png("a.png")
        arguments = ["--tile", 64, "--overlap", 8, "--cell", 128, "--seed", -5, "--chroma", "444", "--no-compact"]
        self.ok("encode", *arguments, png, self.dir / "a.pc15")
        info = json.loads(self.ok("info", "--json", self.dir / "a.pc15"))
        self.assertEqual([info[k] for k in ("color", "form")], ["ycc444", "full"])
        if info["residual"]:
            self.assertEqual(info["cell"], 128)
        if info["programs"]:
            self.assertEqual([info[k] for k in ("tile", "overlap", "seed")], [64, 8, -5])
        self.ok("encode", "--no-residual", png, self.dir / "b.pc15")
        self.assertFalse(json.loads(self.ok("info", "--json", self.dir / "b.pc15"))["residual"])
        low = json.loads(self.ok("encode", "--json", "--quality", 10, png, self.dir / "low.pc15"))
        high = json.loads(self.ok("encode", "--json", "--quality", 95, png, self.dir / "high.pc15"))
        self.assertLess(low["bytes"], high["bytes"])
        self.assertLess(low["psnr_y"], high["psnr_y"])
        self.assertEqual(high["bytes"], os.path.getsize(self.dir / "high.pc15"))


class Metadata(Base):
    ITEMS = {"icc": s.icc_profile(b"RGB "), "exif": s.EXIF, "xmp": s.XMP}

    def carried(self, *args):
        self.ok("encode", *args, self.dir / "m.pc15")
        return s.metadata_of_png(self.ok("decode", "--format", "png", self.dir / "m.pc15", "-"))

    def test_png_and_jpeg_carry_over(self):
        _, png = self.png("a.png", extra=s.metadata_chunks(**self.ITEMS))
        self.assertEqual(self.carried(png), self.ITEMS)
        jpeg = self.write("a.jpg", s.jpeg_with_metadata(s.JPEG_COLOR, **self.ITEMS))
        self.assertEqual(self.carried(jpeg), self.ITEMS)
        kinds = {item["type"] for item in json.loads(self.ok("info", "--json", self.dir / "m.pc15"))["metadata"]}
        self.assertEqual(kinds, {"ICC", "EXIF", "XMP"})

    def test_strip(self):
        _, png = self.png("a.png", extra=s.metadata_chunks(**self.ITEMS))
        self.assertEqual(self.carried("--strip", png), {})
        self.ok("encode", png, self.dir / "m.pc15")
        self.assertEqual(s.metadata_of_png(self.ok("decode", "--strip", "--format", "png", self.dir / "m.pc15", "-")), {})

    def test_from_files(self):
        _, png = self.png("a.png", extra=s.metadata_chunks(**self.ITEMS))
        xmp = self.write("x.xmp", b"<other/>")
        self.assertEqual(self.carried("--xmp", xmp, png), dict(self.ITEMS, xmp=b"<other/>"))
        self.assertEqual(self.carried("--strip", "--exif", self.write("e", s.EXIF), png), {"exif": s.EXIF})

    def test_profile_of_another_colour_space_stays_out(self):
        _, png = self.png("a.png", extra=s.metadata_chunks(**self.ITEMS))
        self.assertEqual(set(self.carried("--gray", png)), {"exif", "xmp"})
        gray = s.icc_profile(b"GRAY")
        _, png = self.png("g.png", channels=1, extra=s.metadata_chunks(gray, s.EXIF, s.XMP))
        self.assertEqual(self.carried(png)["icc"], gray)


class Inspection(Base):
    def test_info_covers_every_byte(self):
        _, file = self.encoded(300, 280)
        info = json.loads(self.ok("info", "--json", file))
        self.assertEqual([info[k] for k in ("width", "height", "color", "damaged")], [300, 280, "ycc420", False])
        at = 0
        for part in info["parts"]:
            self.assertEqual((part["offset"], part["bits"], part["intact"]), (at, part["bytes"] * 8, True))
            at += part["bytes"]
        self.assertEqual(at, os.path.getsize(file))
        if info["programs"]:
            self.assertEqual(len(info["tiles"]), info["tile_cols"] * info["tile_rows"])
        text = self.ok("info", file).decode()
        self.assertIn("300x280", text)
        self.assertIn("preamble", text)

    def test_info_shows_layers(self):
        self.ok("render", "--size", "256x256", "stripes", self.dir / "s.png")
        self.ok("encode", self.dir / "s.png", self.dir / "s.pc15")
        info = json.loads(self.ok("info", "--json", self.dir / "s.pc15"))
        programs = [t["program"] for t in info["tiles"] if "program" in t] + [info.get("image_program")]
        layers = [layer for program in programs if program for layer in program["layers"]]
        self.assertTrue(layers)
        self.assertIn(layers[0]["generator"] + ",", self.ok("info", self.dir / "s.pc15").decode().replace(" (as image)", ""))

    def test_verify(self):
        _, file = self.encoded()
        self.assertEqual(self.ok("verify", file, file), b"%s: ok\n" % str(file).encode() * 2)
        data = bytearray(file.read_bytes())
        data[-3] ^= 1
        bad = self.write("bad.pc15", data)
        done = run("verify", bad, file)
        self.assertEqual((done.returncode, done.stdout.count(b": ok\n"), done.stderr.count(b"\n")), (1, 1, 1))
        done = run("verify", "--json", bad, file)
        self.assertEqual([entry["ok"] for entry in json.loads(done.stdout)], [False, True])

    def test_repair(self):
        _, file = self.encoded(300, 280, 3, "--no-compact")
        data, out = file.read_bytes(), self.dir / "out.pc15"
        self.ok("repair", file, out)
        self.assertEqual(out.read_bytes(), data)
        parts = {(p["kind"], p["number"]): p for p in json.loads(self.ok("info", "--json", file))["parts"]}

        def hit(*places):
            damaged = bytearray(data)
            for place in places:
                damaged[parts[place]["offset"]] ^= 1
            path = self.write("bad.pc15", damaged)
            self.assertEqual(run("verify", path).returncode, 1)
            return path, run("repair", path, out).stderr

        self.assertIn(b"nothing is lost", hit(("preamble", 0))[1])
        self.assertEqual(out.read_bytes(), data)
        bad, says = hit(("cell", 0))
        self.assertIn(b"lost: 1 of 4 cells", says)
        self.ok("verify", out)
        self.assertEqual(run("decode", "--tolerant", bad, self.dir / "a.png").returncode, 0)
        self.ok("decode", out, self.dir / "b.png")
        self.assertEqual((self.dir / "a.png").read_bytes(), (self.dir / "b.png").read_bytes())
        _, says = hit(("index", 0), ("backup-index", 0))
        self.assertIn(b"the index was made anew", says)
        self.assertEqual(out.read_bytes(), data)
        before = out.read_bytes()
        bad, says = hit(("preamble", 0), ("backup-preamble", 0))
        self.assertEqual((run("repair", bad, out).returncode, out.read_bytes()), (1, before))

    def test_bsdiff(self):
        _, file = self.encoded()
        data = bytearray(file.read_bytes())
        self.assertEqual(self.ok("bsdiff", file, file), b"identical\n")
        data[20] ^= 1
        other = self.write("other.pc15", data)
        done = run("bsdiff", file, other)
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertIn(b"byte 20", done.stdout)
        done = run("bsdiff", "--json", file, self.write("short.pc15", data[:15]))
        self.assertEqual((done.returncode, json.loads(done.stdout)["offset"]), (1, 15))
        done = run("bsdiff", file, self.dir / "missing")
        self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (2, b"", 1))

    def test_metrics(self):
        a = s.Picture(40, 30, 3, [100, 150, 200] * 1200)
        b = s.Picture(40, 30, 3, [103, 153, 203] * 1200)
        pa, pb = self.write("a.png", s.png_bytes(a)), self.write("b.png", s.png_bytes(b))
        values = json.loads(self.ok("metrics", "--json", "--alpha", "0.25", pa, pb))
        self.assertEqual(values["mse_y"], 9)
        for name in ("psnr_y", "psnr_rgb"):
            self.assertAlmostEqual(values[name], 38.588379, places=5)  # 10 log10(65025 / 9)
        self.assertGreater(values["ssim_y"], 0.99)
        mix = 0.25 * (1 - values["ssim_y"]) + 0.75 * 9 / 65025
        self.assertAlmostEqual(values["distortion"], mix, places=9)
        same = json.loads(self.ok("metrics", "--json", pa, pa))
        self.assertEqual([same[k] for k in ("identical_y", "psnr_y", "ssim_y", "distortion")], [True, None, 1, 0])

    def test_tolerant(self):
        _, file = self.encoded(600, 500, 3, "--no-compact", "--quality", 80)
        info = json.loads(self.ok("info", "--json", file))
        cell = next(part for part in info["parts"] if part["kind"] == "cell" and part["number"] == 0)
        data = bytearray(file.read_bytes())
        data[cell["offset"] + cell["bytes"] // 2] ^= 0x10
        bad = self.write("bad.pc15", data)
        self.assertEqual(run("decode", bad, self.dir / "no.png").returncode, 1)
        self.assertFalse((self.dir / "no.png").exists())
        for flag in ("--tolerant", "--recover"):
            done = run("decode", flag, "--format", "ppm", bad, "-")
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stderr.decode(), r"^[^\n]*: 1 of 6 cells[^\n]*\n$|^[^\n]*1 of 6 cells are lost\n$")
        whole = s.parse_pnm(self.ok("decode", "--format", "ppm", file, "-"))
        part = s.parse_pnm(done.stdout)
        self.assertEqual(part.crop(270, 270, 330, 230), whole.crop(270, 270, 330, 230))
        self.assertTrue(json.loads(self.ok("info", "--tolerant", "--json", bad))["damaged"])


class Generators(Base):
    def test_list_and_explain(self):
        everything = json.loads(self.ok("generators", "--json"))
        names = [entry["name"] for entry in everything]
        self.assertEqual(len(names), len(set(names)))
        for name in ("stripes", "checkerboard", "perlin", "voronoi_cells"):
            self.assertIn(name, names)
            self.assertEqual(json.loads(self.ok("generators", "--json", name)), everything[names.index(name)])
        listed = [line.split()[0] for line in self.ok("generators").decode().splitlines() if line[0] != " "]
        self.assertEqual(listed, names)
        for entry in everything:
            for param in entry["params"]:
                self.assertLessEqual(param["min"], param["default"], (entry["name"], param))
                self.assertLessEqual(param["default"], param["max"], (entry["name"], param))

    def test_render(self):
        for entry in json.loads(self.ok("generators", "--json")):
            self.ok("render", "--size", "203x117", entry["name"], self.dir / "r.pgm")
            picture = s.parse_pnm((self.dir / "r.pgm").read_bytes())
            self.assertEqual((picture.width, picture.height), (203, 117))
            self.assertGreater(max(picture.data), min(picture.data), entry["name"])

    def test_parameters_and_seed(self):
        draw = lambda *args: self.ok("render", "--format", "pgm", *args, "-")
        self.assertEqual(draw("stripes"), draw("stripes", "--seed", 9))
        self.assertNotEqual(draw("perlin", "--seed", 1), draw("perlin", "--seed", 2))
        spec = json.loads(self.ok("generators", "--json", "stripes"))["params"]
        period = next(p for p in spec if p["name"] == "period")
        value = period["min"] + (period["max"] - period["min"]) / 7
        self.assertNotEqual(draw("stripes"), draw("stripes", "--param", f"period={value}"))


if __name__ == "__main__":
    unittest.main()
