"""8.2 and 8.3: the integer functions of the rendering, on numpy arrays of int64.

Made from docs/bitstream-programs.md alone; the tables are computed from their formulas and held against the
CRC-32 that the document gives.
"""

import math
import struct
import zlib

import numpy as np

M32, M64 = (1 << 32) - 1, (1 << 64) - 1


def table(count, formula, crc):
    entries = [math.floor(formula(i) + 0.5) for i in range(count)]
    if zlib.crc32(struct.pack("<%di" % count, *[e - (1 << 32) if e >= 1 << 31 else e for e in entries])) != crc:
        raise SystemExit("a table of 8.2 differs from its CRC-32")
    return np.array(entries, np.int64)


A = table(257, lambda i: math.atan(i / 256) / (2 * math.pi) * 2**32, 0x6062C2E9)
A = np.append(A, A[256])
E = table(258, lambda i: math.exp(-i / 16) * 2**15, 0x3BBADC3A)
X2 = table(16, lambda i: 2 ** (-i / 16) * 2**31, 0xE3542638)
S = table(66, lambda i: 2**15 * (math.sin(math.pi * i / 64) / (math.pi * i / 64) if i else 1), 0x623DFD94)
D = table(256, lambda i: math.cos(2 * math.pi * i / 256) * 2**14, 0x09D7121D)


def rnd(x, n):
    return (x + (1 << (n - 1))) >> n


def clamp(x, lo, hi):
    return np.minimum(np.maximum(x, lo), hi)


def signed(p):
    """The low 32 bits as two's complement."""
    p = p & M32
    return p - ((p >> 31) << 32)


def turnabs(p):
    return np.abs(signed(p))


def isqrt(n):
    n = np.asarray(n, np.int64)
    r = np.floor(np.sqrt(n.astype(np.float64))).astype(np.int64)
    for _ in range(2):
        r = np.where(r * r > n, r - 1, r)
        r = np.where((r + 1) * (r + 1) <= n, r + 1, r)
    return r


def sin15(p):
    t = signed(p) >> 15
    m = np.abs(t)
    q = np.where(m > 32768, 65536 - m, m)
    z = (q * q) >> 15
    s = 2611 - ((149 * z) >> 15)
    s = 21165 - ((s * z) >> 15)
    s = 51471 - ((s * z) >> 15)
    v = np.minimum((s * q + 16384) >> 15, 32767)
    return np.where(t < 0, -v, v)


def cos15(p):
    return sin15(p + (1 << 30))


def sin30(p):
    t = signed(p)
    m = np.abs(t)
    q = np.where(m > 1 << 30, (1 << 31) - m, m)
    z = rnd(q * q, 30)
    s = 61
    for a in (3865, 172270, 5026995, 85569306, 693598668, 1686629715):
        s = a - rnd(s * z, 30)
    v = clamp(rnd(s * q, 30), 0, 1 << 30)
    return np.where(t < 0, -v, v)


def cos30(p):
    return sin30(p + (1 << 30))


def sin30_of(angle):
    """sin30 of one number, as a Python integer."""
    return int(sin30(np.int64(angle & M32)))


def cos30_of(angle):
    return sin30_of(angle + (1 << 30))


def atan2(y, x):
    ax, ay = np.abs(x), np.abs(y)
    b, c = np.maximum(ax, ay), np.minimum(ax, ay)
    r = (c << 24) // np.maximum(b, 1)
    i = r >> 16
    a = A[i] + (((A[i + 1] - A[i]) * (r & 65535)) >> 16)
    a = np.where(ay > ax, (1 << 30) - a, a)
    a = np.where(x < 0, (1 << 31) - a, a)
    a = np.where(y < 0, -a, a)
    return np.where(b == 0, 0, a) & M32


def expn(z):
    z = np.asarray(z, np.int64)
    inside = clamp(z, 0, 65535)
    e = E[inside >> 8]
    e = e + (((E[(inside >> 8) + 1] - e) * (inside & 255)) >> 8)
    return np.where(z >= 65536, 0, e)


def sinc(x):
    if x >= 65536:
        return 0
    s, after = int(S[x >> 10]), int(S[(x >> 10) + 1])
    return s + (((after - s) * (x & 1023)) >> 10)


def cellsize(q):
    return (int(X2[q % 16]) << 5) >> (q // 16)


def soft(t):
    return rnd(t * (24576 - ((t * t) >> 17)), 15)


def edge(d, h):
    if h == 0:
        return np.where(d >= 0, 16384, -16384)
    return soft((clamp(d, -h, h) * ((1 << 46) // h)) >> 31)


def splitmix64(v):
    v = (v + 0x9E3779B97F4A7C15) & M64
    v = ((v ^ v >> 30) * 0xBF58476D1CE4E5B9) & M64
    v = ((v ^ v >> 27) * 0x94D049BB133111EB) & M64
    return v ^ v >> 31


def mix32(h):
    h = h.astype(np.uint64) & np.uint64(M32)
    h ^= h >> np.uint64(16)
    h = (h * np.uint64(0x7FEB352D)) & np.uint64(M32)
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(0x846CA68B)) & np.uint64(M32)
    return (h ^ h >> np.uint64(16)).astype(np.int64)


def hashed(x, y, seed):
    h = mix32((x & M32) * 0x9E3779B1 + (seed & M32))
    return mix32(h ^ (((y & M32) * 0x85EBCA77 + (seed >> 32)) & M32))
