"""Measures of spike trains by NumPy, written to Tests/HillockDynamicsTests/Oracle/measures.json.

All neurons and all bins are dense here, and pairs are taken one by one.
"""

import json
import pathlib

import numpy as np

WINDOW = (100.0, 1100.0)
NEURONS = 6


def trains():
    """Six trains of different kinds: clocks, Poisson, bursts, one that follows another, a silent one, and one without variation of counts."""
    draw = np.random.default_rng(14)
    poisson = np.sort(draw.uniform(0, 1200, 60))
    bursts = np.sort(np.concatenate([t + np.array([0, 3, 7]) for t in draw.uniform(0, 1200, 12)]))
    follower = np.sort(np.concatenate([poisson[::2] + 1.5, draw.uniform(0, 1200, 10)]))
    clock = np.arange(15.0, 1200, 20)
    slow = np.sort(draw.uniform(0, 1200, 8))
    return [np.round(t, 1) for t in (poisson, bursts, follower, clock, np.array([]), slow)]


def inside(t):
    return t[(t > WINDOW[0]) & (t <= WINDOW[1])]


def counts(all_trains, bin):
    """Bins are open at their beginnings; the times have one decimal, so half of the last one settles it."""
    edges = np.arange(WINDOW[0], WINDOW[1] + bin / 2, bin) + 0.05
    return np.array([np.histogram(t, edges)[0] for t in all_trains])


def pearson(c):
    kept = c[c.std(axis=1) > 0]
    matrix = np.corrcoef(kept)
    return matrix[~np.eye(len(kept), dtype=bool)].mean()


def coherence(c):
    s = (c > 0).astype(float)
    s = s[s.sum(axis=1) > 0]
    values = [(a * b).sum() / np.sqrt(a.sum() * b.sum()) for i, a in enumerate(s) for j, b in enumerate(s) if i != j]
    return float(np.mean(values))


def smooth(rate, weights):
    """The kernel with its cut ends made larger."""
    return np.convolve(rate, weights, "same") / np.convolve(np.ones(len(rate)), weights, "same")


def number(x):
    return None if np.isnan(x) else float(x)


def main():
    every = trains()
    cut = [inside(t) for t in every]
    intervals = [np.diff(t) for t in cut]
    enough = [len(i) >= 2 for i in intervals]
    c10, c1 = counts(every, 10.0), counts(every, 1.0)
    rate = c1.mean(axis=0) * 1000
    x = np.arange(-20, 21)
    box = np.array([0.5, 1, 1, 1, 1, 1, 1, 1, 0.5])
    frequencies = np.arange(1, 51) * 4.0
    power = np.zeros(len(frequencies))
    for start in np.arange(WINDOW[0], WINDOW[1], 250):
        t = np.concatenate([t[(t > start + 1e-3) & (t <= start + 250 + 1e-3)] for t in cut])
        power += np.abs(np.exp(-2j * np.pi * np.outer(frequencies, t) / 1000).sum(axis=1)) ** 2
    differences = (cut[2][:, None] - cut[0][None, :]).ravel()
    edges = (np.arange(-20, 22) - 0.5) - 1e-3
    own = (cut[1][:, None] - cut[1][None, :])[~np.eye(len(cut[1]), dtype=bool)]
    reference = {
        "times": [t.tolist() for t in every],
        "rate": sum(map(len, cut)) / NEURONS,
        "rates": [float(len(t)) for t in cut],
        "binned": (c10.mean(axis=0) * 100).tolist(),
        "gaussian": smooth(rate, np.exp(-0.5 * (x / 4) ** 2)).tolist(),
        "rectangular": smooth(rate, box).tolist(),
        "cv": [number(i.std() / i.mean()) if ok else None for i, ok in zip(intervals, enough)],
        "cv2": [number((2 * np.abs(np.diff(i)) / (i[1:] + i[:-1])).mean()) if ok else None for i, ok in zip(intervals, enough)],
        "lv": [number((3 * (np.diff(i) / (i[1:] + i[:-1])) ** 2).mean()) if ok else None for i, ok in zip(intervals, enough)],
        "fano": [number(c.var() / c.mean()) if c.sum() else None for c in c10],
        "meanCorrelation": float(pearson(c10)),
        "coherence": coherence(c1),
        "correlogram": np.histogram(differences, edges)[0].tolist(),
        "autocorrelogram": np.histogram(own, edges)[0].tolist(),
        "power": (power / NEURONS).tolist(),
    }
    path = pathlib.Path(__file__).parents[2] / "Tests/HillockDynamicsTests/Oracle/measures.json"
    path.write_text(json.dumps(reference, indent=1) + "\n")


main()
