"""Draws the networks that all simulators read: FOLDER/CASE.npz.

    python cases.py FOLDER

Each case has `neurons` neurons that start at `V`, get the constant current `I` and the spikes `times` of the sources `sources`, along connections
(`in_*`), and are connected with each other (`own_*`). Connections are sorted by sender and target, and no pair is connected twice.
Delays, in ms, are whole numbers of steps of 0.1 ms.
"""

import sys

import numpy as np

NEURONS, SOURCES, DURATION, STEP = 60, 100, 500.0, 0.1


def connections(generator, senders, probability, weight):
    pre, post = np.nonzero(generator.random((senders, NEURONS)) < probability)
    delay = np.round(generator.integers(1, 51, pre.size) * STEP, 1)
    return {"pre": pre, "post": post, "weight": weight(pre, post), "delay": delay}


def case(folder, name, seed, rate, start, current, weight_in, weight_own):
    generator = np.random.default_rng(seed)
    arrays = {
        "neurons": np.array(NEURONS), "sources_count": np.array(SOURCES), "duration": np.array(DURATION),
        "V": generator.uniform(*start, NEURONS), "I": generator.uniform(*current, NEURONS),
    }
    # Poisson trains, on the grid of steps; the first spikes come after 1 ms.
    fires = generator.random((int(DURATION / STEP), SOURCES)) < rate * STEP / 1000
    fires[:10] = False
    steps, arrays["sources"] = np.nonzero(fires)
    arrays["times"] = np.round(steps * STEP, 1)
    for prefix, senders, probability, weight in [("in", SOURCES, 0.3, weight_in), ("own", NEURONS, 0.2, weight_own)]:
        drawn = connections(generator, senders, probability, lambda pre, post: weight(generator, pre))
        arrays.update({f"{prefix}_{key}": value for key, value in drawn.items()})
    np.savez(f"{folder}/{name}.npz", **arrays)


def signed(low, high, inhibition, senders):
    """Weights of a sign for each sender: the last fifth of them inhibits."""
    def draw(generator, pre):
        size = generator.uniform(low, high, pre.size)
        return np.where(pre < senders * 4 // 5, size, inhibition * size)
    return draw


if __name__ == "__main__":
    folder = sys.argv[1]
    # NEST: mV, pA.
    for seed, (name, scale) in enumerate([("nest-exp", 1.0), ("nest-alpha", 0.5), ("nest-delta", 0.004)]):
        case(folder, name, seed, 25, (-70, -56), (250, 400), signed(40 * scale, 160 * scale, -4, SOURCES),
             signed(40 * scale, 160 * scale, -4, NEURONS))
    # Brian2: mV, and conductances in the unit of the leak; no inhibition is negative here.
    case(folder, "brian2-coba", 10, 15, (-60, -51), (0, 20), signed(0.1, 0.3, 8, SOURCES), signed(0.2, 0.6, 8, NEURONS))
    case(folder, "brian2-cuba", 11, 15, (-60, -51), (0, 0), signed(0.8, 2.0, -4, SOURCES), signed(0.8, 2.0, -4, NEURONS))
    case(folder, "brian2-hh", 12, 15, (-65, -55), (0, 2), signed(0.01, 0.03, 8, SOURCES), signed(0.01, 0.03, 8, NEURONS))
