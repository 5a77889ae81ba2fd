"""Runs the cases of Brian2, and the networks whose rates are compared: FOLDER/CASE.peer.npz.

    python in_brian2.py FOLDER

Hillock's clock is NEST's. In Brian2 a spike of step i has the time i·dt, there (i + 1)·dt; a neuron is held for τ_ref − dt after the step of its
spike, there for τ_ref.
"""

import sys

import brian2 as b
import numpy as np

ms, mV, DT = b.ms, b.mV, 0.1
EQUATIONS = {
    "coba": """
        dv/dt = (-(v + 60*mV) + I + ge*(0*mV - v) + gi*(-80*mV - v))/(20*ms) : volt (unless refractory)
        dge/dt = -ge/(5*ms) : 1
        dgi/dt = -gi/(10*ms) : 1
        I : volt
        """,
    "cuba": """
        dv/dt = (-(v + 49*mV) + I + ge + gi)/(20*ms) : volt (unless refractory)
        dge/dt = -ge/(5*ms) : volt
        dgi/dt = -gi/(10*ms) : volt
        I : volt
        """,
    # Without units: mV, mS/cm², µA/cm², ms.
    "hh": """
        dv/dt = (0.05*(-60 - v) + 100*m**3*h*(50 - v) + 30*n**4*(-90 - v) + ge*(0 - v) + gi*(-80 - v) + I)/ms : 1
        dm/dt = (am*(1 - m) - bm*m)/ms : 1
        dh/dt = (ah*(1 - h) - bh*h)/ms : 1
        dn/dt = (an*(1 - n) - bn*n)/ms : 1
        dge/dt = -ge/(5*ms) : 1
        dgi/dt = -gi/(10*ms) : 1
        am = 1.28/exprel((13 - (v + 63))/4) : 1
        bm = 1.4/exprel((v + 63 - 40)/5) : 1
        ah = 0.128*exp((17 - (v + 63))/18) : 1
        bh = 4/(1 + exp((40 - (v + 63))/5)) : 1
        an = 0.16/exprel((15 - (v + 63))/5) : 1
        bn = 0.5*exp((10 - (v + 63))/40) : 1
        I : 1
        """,
}
VOLT = {"coba": mV, "cuba": mV, "hh": 1}
WEIGHT = {"coba": 1, "cuba": mV, "hh": 1}


def group(kind, count, refractory):
    if kind == "hh":
        return b.NeuronGroup(
            count, EQUATIONS[kind], threshold="v >= -20", refractory=(3 + DT) * ms, method="exponential_euler")
    return b.NeuronGroup(
        count, EQUATIONS[kind], threshold="v >= -50*mV", reset="v = -60*mV", refractory=refractory * ms,
        method="exponential_euler" if kind == "coba" else "exact")


def run(folder, name):
    case, kind = np.load(f"{folder}/{name}.npz"), name.removeprefix("brian2-")
    count = int(case["neurons"])
    b.start_scope()
    b.defaultclock.dt = DT * ms
    neurons = group(kind, count, 5 + DT)
    neurons.v, neurons.I = case["V"] * VOLT[kind], case["I"] * VOLT[kind]
    if kind == "hh":
        neurons.m, neurons.h, neurons.n = "am/(am + bm)", "ah/(ah + bh)", "an/(an + bn)"
    sources = b.SpikeGeneratorGroup(int(case["sources_count"]), case["sources"], (case["times"] - DT) * ms)
    net = b.Network(neurons, sources)
    for prefix, senders, size in [("in", sources, int(case["sources_count"])), ("own", neurons, count)]:
        for receptor, isKind in [("ge", case[f"{prefix}_pre"] < size * 4 // 5), ("gi", case[f"{prefix}_pre"] >= size * 4 // 5)]:
            synapses = b.Synapses(senders, neurons, "w : volt" if kind == "cuba" else "w : 1", on_pre=f"{receptor}_post += w")
            synapses.connect(i=case[f"{prefix}_pre"][isKind], j=case[f"{prefix}_post"][isKind])
            synapses.w = case[f"{prefix}_weight"][isKind] * WEIGHT[kind]
            synapses.delay = case[f"{prefix}_delay"][isKind] * ms
            net.add(synapses)
    V, spikes = b.StateMonitor(neurons, "v", record=True, when="end"), b.SpikeMonitor(neurons)
    net.add(V, spikes)
    net.run(float(case["duration"]) * ms)
    np.savez(
        f"{folder}/{name}.peer.npz", V=np.asarray(V.v / VOLT[kind]).T, times=np.asarray(spikes.t / ms) + DT, neurons=np.asarray(spikes.i))


def rate(kind, seed):
    """Benchmarks 1 and 2 of Brette et al. (2007), 80 inputs a neuron, over one second."""
    count, excitatory = 4000, 3200
    b.start_scope()
    b.seed(seed)
    b.defaultclock.dt = DT * ms
    neurons = group(kind, count, 5)
    neurons.v = "-55*mV + 2*mV*randn()" if kind == "coba" else "-60*mV + rand()*10*mV"
    neurons.I = 20 * mV if kind == "coba" else 0 * mV
    excite = b.Synapses(neurons[:excitatory], neurons, on_pre="ge += 0.6" if kind == "coba" else "ge += 1.62*mV", delay=DT * ms)
    inhibit = b.Synapses(neurons[excitatory:], neurons, on_pre="gi += 6.7" if kind == "coba" else "gi += -9*mV", delay=DT * ms)
    excite.connect(p=80 / count)
    inhibit.connect(p=80 / count)
    spikes = b.SpikeMonitor(neurons, record=False)
    b.Network(neurons, excite, inhibit, spikes).run(1000 * ms)
    return spikes.num_spikes / count


if __name__ == "__main__":
    for name in ["brian2-coba", "brian2-cuba", "brian2-hh"]:
        run(sys.argv[1], name)
    np.savez(f"{sys.argv[1]}/rates.peer.npz", **{kind: np.array([rate(kind, seed) for seed in range(10)]) for kind in ["coba", "cuba"]})
