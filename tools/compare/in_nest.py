"""Runs the cases of NEST: FOLDER/CASE.peer.npz.

    python in_nest.py FOLDER
"""

import sys

import nest
import numpy as np

MODELS = {"nest-exp": "iaf_psc_exp", "nest-alpha": "iaf_psc_alpha", "nest-delta": "iaf_psc_delta"}


def run(folder, name):
    case = np.load(f"{folder}/{name}.npz")
    count, duration = int(case["neurons"]), float(case["duration"])
    nest.ResetKernel()
    nest.set(resolution=0.1, overwrite_files=True)
    neurons = nest.Create(MODELS[name], count)
    neurons.set(V_m=list(case["V"]), I_e=list(case["I"]))
    sources = nest.Create("spike_generator", int(case["sources_count"]))
    for source, generator in enumerate(sources):
        generator.set(spike_times=case["times"][case["sources"] == source])
    for prefix, senders in [("in", sources), ("own", neurons)]:
        ids, targets = np.array(senders.tolist()), np.array(neurons.tolist())
        nest.Connect(
            ids[case[f"{prefix}_pre"]], targets[case[f"{prefix}_post"]], "one_to_one",
            {"synapse_model": "static_synapse", "weight": case[f"{prefix}_weight"], "delay": case[f"{prefix}_delay"]})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    recorder = nest.Create("spike_recorder")
    nest.Connect(meter, neurons)
    nest.Connect(neurons, recorder)
    nest.Simulate(duration + 1)  # the last values come a little later
    first, steps = neurons[0].global_id, round(duration / 0.1)
    V = np.full((steps, count), np.nan)
    events = meter.events
    rows = np.round(events["times"] / 0.1).astype(int) - 1
    kept = rows < steps
    V[rows[kept], events["senders"][kept] - first] = events["V_m"][kept]
    spikes = recorder.events
    kept = spikes["times"] < duration + 0.05
    np.savez(f"{folder}/{name}.peer.npz", V=V, times=spikes["times"][kept], neurons=spikes["senders"][kept] - first)


if __name__ == "__main__":
    nest.verbosity = nest.VerbosityLevel.ERROR
    for name in MODELS:
        run(sys.argv[1], name)
