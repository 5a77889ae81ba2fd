"""Compares what the simulators have written, and ends with exit code 1 where they differ.

    python judge.py FOLDER

The same model: potentials within 1e-6 mV until the first spike that differs, and each train as long as the other and within a step. Rates over
ten seeds: means within three standard errors of their difference.
"""

import sys

import numpy as np

CASES = ["nest-exp", "nest-alpha", "nest-delta", "brian2-coba", "brian2-cuba", "brian2-hh"]
STEP = 0.1


def spikes(file):
    """Pairs of step and neuron."""
    return sorted(zip(np.round(file["times"] / STEP).astype(int).tolist(), file["neurons"].astype(int).tolist()))


def trains(pairs):
    result = {}
    for step, neuron in pairs:
        result.setdefault(neuron, []).append(step)
    return result


def judge(folder, name):
    ours, theirs = np.load(f"{folder}/{name}.hillock.npz"), np.load(f"{folder}/{name}.peer.npz")
    a, b = spikes(ours), spikes(theirs)
    different = sorted(set(a) ^ set(b))
    steps = different[0][0] - 1 if different else len(ours["V"])
    apart = np.nanmax(np.abs(ours["V"][:steps] - theirs["V"][:steps]))
    missing = int(np.isnan(theirs["V"][:steps]).sum())
    x, y = trains(a), trains(b)
    isNear = x.keys() == y.keys() and all(
        len(x[n]) == len(y[n]) and max(abs(i - j) for i, j in zip(x[n], y[n])) <= 1 for n in x)
    isRight = apart <= 1e-6 and isNear and missing == 0 and len(a) > 0
    print(f"{'right' if isRight else 'WRONG'}   {name}: {len(a)} and {len(b)} spikes, {len(different)} differ; "
          f"V within {apart:.2g} mV over {steps} steps of {len(ours['V'])}")
    return isRight


def judge_rates(folder):
    ours, theirs = np.load(f"{folder}/rates.hillock.npz"), np.load(f"{folder}/rates.peer.npz")
    allRight = True
    for kind in ["coba", "cuba"]:
        a, b = ours[kind].astype(float), theirs[kind].astype(float)
        error = 3 * np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size)
        isRight = abs(a.mean() - b.mean()) <= error
        allRight &= bool(isRight)
        print(f"{'right' if isRight else 'WRONG'}   rates of {kind}, 4 000 neurons, {a.size} seeds: {a.mean():.2f} ± {a.std(ddof=1):.2f} Hz, "
              f"Brian2 {b.mean():.2f} ± {b.std(ddof=1):.2f} Hz; means within {error:.2f}")
    return allRight


if __name__ == "__main__":
    results = [judge(sys.argv[1], name) for name in CASES] + [judge_rates(sys.argv[1])]
    sys.exit(0 if all(results) else 1)
