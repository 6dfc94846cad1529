"""Curves of rate against quality from measured points, and their differences."""
import numpy as np

import rd_math
import rd_measure


def curves(points):
    """(image, codec, measure) -> [(bpp, quality on the scale of the measure)]. Exact pictures are left out: their
    quality is the best there is at any rate, so they lie on no curve."""
    found = {}
    for p in points:
        for name, (_, _, scale) in rd_measure.MEASURES.items():
            if np.isfinite(p[name]) and np.isfinite(p["psnr_rgb"]):
                found.setdefault((p["image"], p["codec"], name), []).append((p["bpp"], scale(p[name])))
    return found


def bd_rows(points, names, anchor):
    """BD-rate of every image, codec and measure against the anchor; none where the curves do not meet."""
    known = curves(points)
    rows = []
    for image in sorted({p["image"] for p in points}):
        for name in names:
            for measure in rd_measure.MEASURES:
                pair = [known.get((image, codec, measure), []) for codec in (anchor, name)]
                result = rd_math.bd_rate(*pair) if name != anchor else None
                if result is not None:
                    rows.append(dict(image=image, codec=name, anchor=anchor, measure=measure,
                                     bd_rate_percent=result[0], overlap=result[1]))
    return rows


def mean_curve(known, codec, measure, rates):
    """[(bpp, mean quality over the images)] at the rates that the curve of every image covers."""
    per_image = [points for (_, name, what), points in known.items() if (name, what) == (codec, measure)]
    out = []
    for rate in rates:
        values = [rd_math.quality_at(points, rate) for points in per_image]
        if values and None not in values:
            out.append((rate, float(np.mean(values))))
    return out
