"""A second reader and writer of the container, made from docs/bitstream.md chapters 1 to 5 and 12 alone.

It shares no code with the library; tests/conformance/make_container_vectors.py holds the library against it.
"""

import struct
import zlib

NOT_PC15, VERSION, UNSUPPORTED, TRUNCATED, CRC, CORRUPT, TRAILING, LIMIT = -100, -101, -102, -103, -104, -105, -106, -201
MAGIC = b"PC15\x8f\r\n\x1a"
LOSSLESS = 8  # bit of the tools
KNOWN_FEATURES = 0x3001F
KNOWN_SECTIONS = (b"ICCP", b"EXIF", b"XMP ", b"TEXT", b"NOTE", b"TABL", b"CODE", b"GRAI")
MAX_PIXELS, MAX_SECTIONS, MAX_METADATA, MAX_FIELD = 1 << 29, 1024, 1 << 26, (1 << 32) - 1


class Refused(Exception):
    """Carries the status of annex B."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def need(condition, status=CORRUPT):
    if not condition:
        raise Refused(status)


def crc(*parts):
    value = 0
    for part in parts:
        value = zlib.crc32(part, value)
    return value


def u32(value):
    return struct.pack("<I", value)


def ceil_div(a, b):
    return -(-a // b)


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


class Reader:
    """Fields in sequence; `short` is the status for running out of bytes."""

    def __init__(self, data, short):
        self.data, self.at, self.short = data, 0, short

    def take(self, count):
        need(self.at + count <= len(self.data), self.short)
        self.at += count
        return self.data[self.at - count : self.at]

    def u8(self):
        return self.take(1)[0]

    def varint(self):
        value = 0
        for i in range(10):
            byte = self.u8()
            need(not (i == 9 and byte > 1) and not (i > 0 and byte == 0))
            value |= (byte & 127) << (7 * i)
            if byte < 128:
                return value
        raise Refused(CORRUPT)


class Header:
    """The fields of 3.2 that decide the picture, at the defaults of 4.2."""

    def __init__(self, **fields):
        self.width = self.height = 8
        self.tile, self.overlap, self.cell_log2, self.rows = 256, 24, 8, 4
        self.colour, self.alpha, self.depth = 0, 0, 8
        self.seed, self.content, self.step, self.chroma, self.tables, self.tools = 0, 0, 0, 32, 0, 0
        self.image = self.tiles = 0
        self.revision, self.optional = 3, 0
        for name, value in fields.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    def tiles_along(self, size):
        return 1 if size <= self.tile else 1 + ceil_div(size - self.tile, self.tile - self.overlap)

    def counts(self):
        side = 1 << self.cell_log2
        groups = ceil_div(self.tiles_along(self.height), self.rows) if self.tiles else 0
        cells = ceil_div(self.width, side) * ceil_div(self.height, side) if self.step else 0
        return self.image, groups, cells

    def tags(self):
        image, groups, cells = self.counts()
        return [0xC0000000] * image + [0x80000000 + g for g in range(groups)] + list(range(cells))

    def check(self, limits=True):
        need(self.colour < (4 if self.tools & LOSSLESS else 3))
        need(self.depth not in (10, 12, 16), UNSUPPORTED)
        need(self.depth == 8)
        need(1 <= self.width <= 65535)
        need(1 <= self.height <= 65535)
        need(32 <= self.tile <= 1024)
        need(self.overlap <= self.tile // 2)
        need(self.cell_log2 in (7, 8, 9))
        need(1 <= self.rows <= 255)
        need(8 <= self.chroma <= 128)
        need(self.tools & ~31 == 0, UNSUPPORTED)
        if self.tools & LOSSLESS:
            need(self.colour in (0, 3) and self.tools == LOSSLESS)
            need(self.step in (0, 16) and self.chroma == 32 and self.tables == 0)
        if limits:
            need(self.width * self.height <= MAX_PIXELS, LIMIT)

    def dump(self):
        return struct.pack("<12IqI", self.width, self.height, self.tile, self.overlap, 1 << self.cell_log2, self.rows,
                           self.colour, self.alpha, self.step, self.chroma, self.tables,
                           self.tools | self.image << 16 | self.tiles << 17, self.seed, self.content)


def pack_preamble(h, file_size, index_size):
    features = h.tools | h.image << 16 | h.tiles << 17
    body = MAGIC + struct.pack("<BBBBIIIHHIqHBBBBHQI", 15, h.revision, h.colour | h.alpha << 2 | (h.depth - 1) << 4,
                               h.cell_log2, features, h.width, h.height, h.tile, h.overlap, h.content, h.seed, h.step,
                               h.chroma, h.tables, h.rows, 0, h.optional, file_size, index_size)
    return body + u32(crc(body))


def write_full(h, records, sections=()):
    """sections: (type, flags, payload)."""
    index = varint(len(sections))
    for kind, flags, payload in sections:
        index += kind + varint(flags) + varint(len(payload)) + u32(crc(payload))
    index += b"".join(varint(len(r)) for r in records)
    index += u32(crc(index))
    front = 64 + len(index) + sum(len(s[2]) for s in sections) + sum(len(r) + 4 for r in records)
    image, groups, cells = h.counts()
    programs = image + groups
    backup = 64 + len(index) + sum(len(r) + 4 for r in records[:programs])
    if not cells and front + 16 <= 1024:
        backup = 0
    preamble = pack_preamble(h, front + backup + 16, len(index))
    file_id = crc(preamble[:46])
    stored = [r + u32(crc(u32(file_id), u32(tag), r)) for tag, r in zip(h.tags(), records)]
    out = preamble + index + b"".join(s[2] for s in sections) + b"".join(stored)
    if backup:
        out += preamble + index + b"".join(stored[:programs])
    check = crc(preamble[-4:], index[-4:], *[s[-4:] for s in stored])
    footer = u32(check) + u32(backup)
    return out + footer + u32(crc(footer)) + b"51CP"


def write_compact(h, records):
    coding = (h.step, h.cell_log2, h.chroma, h.tables, h.tools) != (0, 8, 32, 0, 0)
    tiling = (h.tile, h.overlap, h.rows) != (256, 24, 4)
    flags = h.colour | h.alpha << 2 | h.image << 3 | h.tiles << 4 | coding << 5 | tiling << 6 | (h.seed != 0) << 7
    out = MAGIC[:4] + bytes([0xF0, h.revision, flags]) + varint(h.width) + varint(h.height)
    if coding:
        out += varint(h.step) + bytes([h.cell_log2, h.chroma, h.tables]) + varint(h.tools)
    if tiling:
        out += varint(h.tile) + varint(h.overlap) + bytes([h.rows])
    if h.seed:
        out += varint(2 * h.seed if h.seed > 0 else -2 * h.seed - 1)
    out += b"".join(varint(len(r)) + r for r in records)
    return out + u32(crc(out))


class File:
    """An opened file: header, sections [(type, flags, status, payload)], records [(status, payload)], damaged."""

    def __init__(self, data, strict):
        self.data, self.strict, self.damaged = data, strict, False
        self.sections, self.records = [], []
        self.compact = data[:5] == MAGIC[:4] + b"\xf0"
        if self.compact:
            try:
                self.open_compact()
                return
            except Refused:
                if strict:
                    raise
                self.compact = False
                try:
                    self.open_full()
                    return
                except Refused:
                    pass
                raise
        self.open_full()

    # Chapter 4.

    def open_compact(self):
        data = self.data
        need(len(data) >= 13, TRUNCATED)
        if crc(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
            raise Refused(self.diagnose())
        need(len(data) <= 1024)
        self.header, self.records, end = self.compact_fields(data[:-4], CORRUPT)
        need(end == len(data) - 4)

    def diagnose(self):
        try:
            _, _, end = self.compact_fields(self.data, TRUNCATED)
        except Refused as error:
            return TRUNCATED if error.status == TRUNCATED else CRC
        if end + 4 > len(self.data):
            return TRUNCATED
        holds = crc(self.data[:end]) == struct.unpack("<I", self.data[end : end + 4])[0]
        return TRAILING if holds and end + 4 < len(self.data) else CRC

    @staticmethod
    def compact_fields(data, short):
        r = Reader(data, short)
        r.take(5)
        h = Header(revision=r.u8())
        flags = r.u8()
        h.width, h.height = r.varint(), r.varint()
        need(h.revision != 0)
        h.colour, h.alpha, h.image, h.tiles = flags & 3, flags >> 2 & 1, flags >> 3 & 1, flags >> 4 & 1
        if flags & 32:
            h.step, h.cell_log2, h.chroma, h.tables, h.tools = r.varint(), r.u8(), r.u8(), r.u8(), r.varint()
            need(h.step <= 65535)
            need((h.step, h.cell_log2, h.chroma, h.tables, h.tools) != (0, 8, 32, 0, 0))
        if flags & 64:
            h.tile, h.overlap, h.rows = r.varint(), r.varint(), r.u8()
            need((h.tile, h.overlap, h.rows) != (256, 24, 4))
        if flags & 128:
            value = r.varint()
            h.seed = value >> 1 if value & 1 == 0 else -(value >> 1) - 1
            need(h.seed != 0)
        h.check()
        count = sum(h.counts())
        need(count <= 1024)
        records = []
        for _ in range(count):
            size = r.varint()
            need(size <= 1024)
            records.append((0, r.take(size)))
        return h, records, r.at

    # Chapters 3 and 12.

    def block(self, at, size):
        """The status of a block that ends in its CRC."""
        if at + size > len(self.data):
            return TRUNCATED
        part = self.data[at : at + size]
        return 0 if u32(crc(part[:-4])) == part[-4:] else CRC

    def magic_status(self, at):
        head = self.data[at : at + 64]
        if head[:8] != MAGIC[: len(head)]:
            return NOT_PC15
        return TRUNCATED if len(head) < 64 else self.block(at, 64)

    def note(self, status):
        if status == CORRUPT or (status and self.strict):
            raise Refused(status)
        self.damaged |= status != 0

    def find_backup(self, end):
        footer = self.data[end - 16 : end] if 16 <= end <= len(self.data) else b""
        if len(footer) < 16 or footer[12:] != b"51CP" or u32(crc(footer[:8])) != footer[8:12]:
            return None
        size = struct.unpack("<I", footer[4:8])[0]
        return end - 16 - size if 69 <= size <= end - 16 else None

    def open_full(self):
        status = self.magic_status(0)
        need(not (self.strict and status), status)
        end = len(self.data) if status else struct.unpack("<Q", self.data[48:56])[0]
        backup = None if self.strict else self.find_backup(end)
        at = 0
        if status:
            need(backup is not None and self.magic_status(backup) == 0, status)
            need(struct.unpack("<Q", self.data[backup + 48 : backup + 56])[0] == end, status)
            at = backup
        self.preamble = self.data[at : at + 64]
        self.parse_preamble()
        need(not self.strict or len(self.data) >= self.size, TRUNCATED)
        need(not self.strict or len(self.data) == self.size, TRAILING)
        at = 64
        status = self.block(64, self.index_size)
        if status:
            need(not self.strict and backup is not None and self.block(backup + 64, self.index_size) == 0, status)
            at = backup + 64
        self.index = self.data[at : at + self.index_size]
        self.parse_index()
        self.verify()

    def parse_preamble(self):
        (version, revision, sample, cell, features, width, height, tile, overlap, content, seed, step, chroma, tables,
         rows, reserved, optional, self.size, self.index_size) = struct.unpack("<BBBBIIIHHIqHBBBBHQI", self.preamble[8:60])
        need(version == 15, VERSION)
        need(revision != 0)
        need(features & ~KNOWN_FEATURES == 0, UNSUPPORTED)
        need(reserved == 0)
        need(sample & 8 == 0)
        self.header = Header(width=width, height=height, tile=tile, overlap=overlap, cell_log2=cell, rows=rows,
                             colour=sample & 3, alpha=sample >> 2 & 1, depth=(sample >> 4) + 1, seed=seed, content=content,
                             step=step, chroma=chroma, tables=tables, tools=features & 31, image=features >> 16 & 1,
                             tiles=features >> 17 & 1, revision=revision, optional=optional)
        self.header.check()
        need(self.index_size >= 5 and 64 + self.index_size + 16 <= self.size)

    def parse_index(self):
        r = Reader(self.index[:-4], CORRUPT)
        count = r.varint()
        need(count <= MAX_SECTIONS, LIMIT)
        records = sum(self.header.counts())
        need(10 * count + records <= len(r.data) - r.at)
        self.entries = []
        for _ in range(count):
            kind, flags = r.take(4), r.varint()
            need(flags <= MAX_FIELD)
            size = r.varint()
            need(size <= MAX_FIELD)
            self.entries.append((kind, flags, size, r.take(4)))
        total, seen = 0, set()
        for kind, flags, size, _ in self.entries:
            need(flags <= 3)
            need(not flags & 1 or kind in KNOWN_SECTIONS, UNSUPPORTED)
            need(not (kind in (b"ICCP", b"EXIF", b"XMP ") and kind in seen))
            seen.add(kind)
            total += size
            need(total <= MAX_METADATA, LIMIT)
        self.check_models()
        self.sizes = []
        for _ in range(records):
            self.sizes.append(r.varint())
            need(self.sizes[-1] <= MAX_FIELD)
        need(r.at == len(r.data))
        image, groups, cells = self.header.counts()
        self.programs = image + groups
        self.programs_at = 64 + self.index_size + total
        self.cells_at = self.programs_at + sum(s + 4 for s in self.sizes[: self.programs])
        self.end = self.cells_at + sum(s + 4 for s in self.sizes[self.programs :])
        self.backup = 64 + self.index_size + self.cells_at - self.programs_at
        if not cells and self.end + 16 <= 1024:
            self.backup = 0
        need(self.backup <= MAX_FIELD, LIMIT)
        need(self.end + self.backup + 16 == self.size)

    def check_models(self):
        """The rules of 5.1 that index entries decide, in the order of the sections."""
        tables, codebooks, grains = [], 0, 0
        for kind, flags, size, stored in self.entries:
            need(kind not in (b"TABL", b"CODE", b"GRAI") or flags & 1)
            grains += kind == b"GRAI"
            need(grains <= (0 if self.header.tools & LOSSLESS else 1))
            codebooks += kind == b"CODE"
            need(codebooks <= 32)
            if kind == b"TABL":
                tables.append((size, stored))
                need(len(tables) <= 2 and tables[0] == tables[-1])

    def record(self, tag, at, size):
        if at + size + 4 > len(self.data):
            return TRUNCATED, b""
        payload = self.data[at : at + size]
        good = u32(crc(u32(crc(self.preamble[:46])), u32(tag), payload)) == self.data[at + size : at + size + 4]
        return (0, payload) if good else (CRC, b"")

    def verify(self):
        self.damaged |= len(self.data) > self.size
        self.note(self.magic_status(0))
        self.note(self.block(64, self.index_size))
        if self.backup:
            for at, used in ((self.end, self.preamble), (self.end + 64, self.index)):
                status = self.block(at, len(used))
                self.note(status)
                need(status != 0 or self.data[at : at + len(used)] == used)
        at = 64 + self.index_size
        for kind, flags, size, stored in self.entries:
            payload = self.data[at : at + size]
            status = TRUNCATED if at + size > len(self.data) else 0 if u32(crc(payload)) == stored else CRC
            self.note(status)
            self.sections.append((kind, flags, status, b"" if status else payload))
            at += size
        self.verify_records()
        self.verify_footer()

    def verify_records(self):
        at = self.programs_at
        self.crcs = b""
        for r, (tag, size) in enumerate(zip(self.header.tags(), self.sizes)):
            status, payload = self.record(tag, at, size)
            self.note(status)
            self.crcs += self.data[at + size : at + size + 4]
            if r < self.programs and self.backup:
                copy, other = self.record(tag, self.end + 64 + self.index_size + at - self.programs_at, size)
                self.note(copy)
                need(status or copy or payload == other)
                if status and not copy:
                    status, payload = 0, other
            self.records.append((status, payload))
            at += size + 4

    def verify_footer(self):
        footer = self.data[self.size - 16 : self.size]
        if len(footer) < 16:
            return self.note(TRUNCATED)
        if footer[12:] != b"51CP" or u32(crc(footer[:8])) != footer[8:12]:
            return self.note(CRC)
        need(struct.unpack("<I", footer[4:8])[0] == self.backup)
        if not self.damaged:
            self.note(0 if crc(self.preamble[-4:], self.index[-4:], self.crcs) == struct.unpack("<I", footer[:4])[0] else CRC)

    def digest(self):
        out = bytes([self.compact, self.damaged]) + self.header.dump()
        for kind, flags, status, payload in self.sections:
            out += kind + struct.pack("<IiI", flags, status, len(payload)) + payload
        for status, payload in self.records:
            out += struct.pack("<iI", status, len(payload)) + payload
        return crc(out)


def judge(data):
    """(strict status, tolerant status, digest of what tolerant opening gives)."""
    results = []
    digest = 0
    for strict in (True, False):
        try:
            opened = File(data, strict)
            results.append(0)
            digest = opened.digest()
        except Refused as error:
            results.append(error.status)
    return results[0], results[1], 0 if results[1] else digest
