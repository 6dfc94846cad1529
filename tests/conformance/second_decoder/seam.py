"""Chapter 10: the seam filter.

Made from docs/bitstream-residual.md alone.
"""

import numpy as np


def clip(v, t):
    return max(-t, min(t, v))


def clip8(v):
    return max(0, min(255, v))


def filter_line(line, at, beta, tc, p_large, q_large):
    """Filters the samples line[at - 4 ... at + 3] in place; the edge lies before `at`."""
    p0, p1, p2 = line[at - 1], line[at - 2], line[at - 3]
    q0, q1, q2 = line[at], line[at + 1], line[at + 2]
    dp, dq = abs(p2 - 2 * p1 + p0), abs(q2 - 2 * q1 + q0)
    activity = 2 * (dp + dq)
    if activity >= beta:
        return
    if p_large and q_large and activity < beta >> 2 and abs(p0 - q0) < (5 * tc + 1) >> 1:
        p3, q3 = line[at - 4], line[at + 3]
        if abs(p3 - p0) + abs(q0 - q3) < beta >> 3:
            line[at - 1] = clip8(p0 + clip(((p2 + 2 * p1 + 2 * p0 + 2 * q0 + q1 + 4) >> 3) - p0, 2 * tc))
            line[at - 2] = clip8(p1 + clip(((p2 + p1 + p0 + q0 + 2) >> 2) - p1, 2 * tc))
            line[at - 3] = clip8(p2 + clip(((2 * p3 + 3 * p2 + p1 + p0 + q0 + 4) >> 3) - p2, 2 * tc))
            line[at] = clip8(q0 + clip(((q2 + 2 * q1 + 2 * q0 + 2 * p0 + p1 + 4) >> 3) - q0, 2 * tc))
            line[at + 1] = clip8(q1 + clip(((q2 + q1 + q0 + p0 + 2) >> 2) - q1, 2 * tc))
            line[at + 2] = clip8(q2 + clip(((2 * q3 + 3 * q2 + q1 + q0 + p0 + 4) >> 3) - q2, 2 * tc))
            return
    d = (9 * (q0 - p0) - 3 * (q1 - p1) + 8) >> 4
    if abs(d) >= 10 * tc:
        return
    d = clip(d, tc)
    side = (beta + (beta >> 1)) >> 3
    line[at - 1], line[at] = clip8(p0 + d), clip8(q0 - d)
    if p_large and dp < side:
        line[at - 2] = clip8(p1 + clip((((p2 + p0 + 1) >> 1) - p1 + d) >> 1, tc >> 1))
    if q_large and dq < side:
        line[at + 1] = clip8(q1 + clip((((q2 + q0 + 1) >> 1) - q1 - d) >> 1, tc >> 1))


class PlaneEdges:
    """Which leaf covers every 4 x 4 unit of a plane, and the cell's strength and step."""

    def __init__(self, cells, plane, shift, width, height):
        rows, columns = (height + 3) // 4, (width + 3) // 4
        self.leaf = np.full((rows, columns), -1, np.int64)
        self.cell = np.full((rows, columns), -1, np.int64)
        self.sizes, self.cells, self.plane = [], cells, plane
        for number, cell in enumerate(cells):
            if cell.bare:
                continue
            ux, uy = (cell.x >> shift) // 4, (cell.y >> shift) // 4
            for x, y, w, h in cell.leaves[plane]:
                part = np.s_[uy + y // 4 : uy + (y + h) // 4, ux + x // 4 : ux + (x + w) // 4]
                self.leaf[part] = len(self.sizes)
                self.cell[part] = number
                self.sizes.append((w, h))
            for x, y, w, h in cell.fixed[plane]:  # no edge beside a palette leaf is filtered
                self.leaf[uy + y // 4 : uy + (y + h) // 4, ux + x // 4 : ux + (x + w) // 4] = -1

    def strength_and_step(self, a, b):
        p, q = self.cells[a], self.cells[b]
        if a == b:
            return p.strength, p.steps[self.plane]
        return (p.strength + q.strength + 1) >> 1, (p.steps[self.plane] + q.steps[self.plane] + 1) >> 1


def filter_direction(samples, leaf, cell, axis, edges):
    """Filters the vertical edges of `samples`; for horizontal ones everything comes transposed, with axis 1."""
    for u in range(leaf.shape[0]):
        borders = [v for v in range(1, leaf.shape[1])
                   if leaf[u, v] != leaf[u, v - 1] and leaf[u, v] >= 0 and leaf[u, v - 1] >= 0]
        if not borders:
            continue
        for row in range(4 * u, min(4 * u + 4, samples.shape[0])):
            line = samples[row].tolist() + [0] * 4
            line[samples.shape[1] :] = [line[samples.shape[1] - 1]] * 4
            for v in borders:
                strength, step = edges.strength_and_step(cell[u, v - 1], cell[u, v])
                if strength == 0:
                    continue
                beta = (step * strength + 16) >> 5
                tc = max(1, (step * strength * 287 + 32768) >> 16)
                filter_line(line, 4 * v, beta, tc, edges.sizes[leaf[u, v - 1]][axis] >= 8,
                            edges.sizes[leaf[u, v]][axis] >= 8)
            samples[row] = line[: samples.shape[1]]


def seam_filter(planes, cells, shifts):
    """Filters all planes in place."""
    for i, samples in enumerate(planes):
        height, width = samples.shape
        edges = PlaneEdges(cells, i, shifts[i], width, height)
        filter_direction(samples, edges.leaf, edges.cell, 0, edges)
        filter_direction(samples.T, edges.leaf.T, edges.cell.T, 1, edges)
