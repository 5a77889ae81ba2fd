"""Networks of the suite `networks` in Brian2's C++ stand-alone mode, built once and run again for each line of the input.

    python brian2_networks.py CASE NEURONS SECONDS THREADS [f32]

CASE is coba (by exponential Euler, as ours is), coba-euler, cuba, cobahh, stdp, brunel or plastic. A run prints one JSON object: its time is
Brian2's own measurement of the simulation, without building and compiling; the rate is the mean number of spikes of a neuron and second.
The equations of the first four are those of Brette et al., J. Comput. Neurosci. 23, 2007, benchmarks 1 to 3, with 80 inputs a neuron at
every size; stdp is Song, Miller and Abbott, Nat. Neurosci. 3, 2000; brunel is Brunel, J. Comput. Neurosci. 8, 2000, with a tenth of all
pairs connected, and plastic the same with STDP at the synapses of excitatory neurons.
"""

import json
import sys
import tempfile

import brian2 as b

case, count, seconds, threads = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
b.prefs.codegen.cpp.extra_compile_args_gcc = ["-O3", "-march=native", "-w"]
if threads > 1:
    b.prefs.devices.cpp_standalone.openmp_threads = threads
folder = tempfile.TemporaryDirectory()
b.set_device("cpp_standalone", directory=folder.name, build_on_run=False)
b.defaultclock.dt = 0.1 * b.ms
b.prefs.core.default_float_dtype = b.float32 if len(sys.argv) > 5 and sys.argv[5] == "f32" else b.float64

ms, mV = b.ms, b.mV
p = 80.0 / count
excitatory = int(0.8 * count)

if case in ("coba", "coba-euler", "cuba"):
    if case != "cuba":
        equations = """
        dv/dt = (-(v + 60*mV) + 20*mV + ge*(0*mV - v) + gi*(-80*mV - v))/(20*ms) : volt (unless refractory)
        dge/dt = -ge/(5*ms) : 1
        dgi/dt = -gi/(10*ms) : 1
        """
        add_e, add_i = "ge_post += 0.6", "gi_post += 6.7"
    else:
        equations = """
        dv/dt = (-(v + 49*mV) + ge + gi)/(20*ms) : volt (unless refractory)
        dge/dt = -ge/(5*ms) : volt
        dgi/dt = -gi/(10*ms) : volt
        """
        add_e, add_i = "ge_post += 1.62*mV", "gi_post += -9*mV"
    neurons = b.NeuronGroup(
        count, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms,
        method={"coba": "exponential_euler", "coba-euler": "euler", "cuba": "exact"}[case])
    neurons.v = "-55*mV + 2*mV*randn()" if case != "cuba" else "-60*mV + rand()*10*mV"
elif case == "cobahh":
    area = 20000 * b.umetre**2
    Cm, gl, El = 1 * b.ufarad * b.cm**-2 * area, 5e-5 * b.siemens * b.cm**-2 * area, -60 * mV
    ENa, EK, VT = 50 * mV, -90 * mV, -63 * mV
    g_na, g_kd = 100 * b.msiemens * b.cm**-2 * area, 30 * b.msiemens * b.cm**-2 * area
    equations = b.Equations("""
    dv/dt = (gl*(El-v) + ge*(0*mV-v) + gi*(-80*mV-v) - g_na*(m*m*m)*h*(v-ENa) - g_kd*(n*n*n*n)*(v-EK))/Cm : volt
    dm/dt = alpha_m*(1-m)-beta_m*m : 1
    dn/dt = alpha_n*(1-n)-beta_n*n : 1
    dh/dt = alpha_h*(1-h)-beta_h*h : 1
    dge/dt = -ge/(5*ms) : siemens
    dgi/dt = -gi/(10*ms) : siemens
    alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
    beta_m = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
    alpha_h = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
    beta_h = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
    alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
    beta_n = .5*exp((10*mV-v+VT)/(40*mV))/ms : Hz
    """)
    neurons = b.NeuronGroup(count, equations, threshold="v > -20*mV", refractory=3 * ms, method="exponential_euler")
    neurons.v = "El + 5*mV*randn()"
    add_e, add_i = "ge_post += 6*nS", "gi_post += 67*nS"
    nS = b.nS


def learning(source, target, act, amount, most, **options):
    """Synapses with STDP, whose spikes do what `act` says: `amount` is how much a pair potentiates, `most` the largest weight."""
    return b.Synapses(
        source, target, """
        w : 1
        darrived/dt = -arrived/(20*ms) : 1 (event-driven)
        dfired/dt = -fired/(20*ms) : 1 (event-driven)
        """,
        on_pre=f"{act}; arrived += {amount}; w = clip(w + fired, 0, {most})",
        on_post=f"fired -= {1.05 * amount}; w = clip(w + arrived, 0, {most})", **options)


parts = []
if case in ("coba", "coba-euler", "cuba", "cobahh"):
    counted = neurons
    excite = b.Synapses(neurons[:excitatory], neurons, on_pre=add_e)
    inhibit = b.Synapses(neurons[excitatory:], neurons, on_pre=add_i)
    excite.connect(p=p)
    inhibit.connect(p=p)
elif case == "stdp":
    most = 0.01
    inputs = b.PoissonGroup(1000, rates=15 * b.Hz)
    counted = b.NeuronGroup(
        1, """
        dv/dt = (ge*(0*mV - v) - 74*mV - v)/(10*ms) : volt
        dge/dt = -ge/(5*ms) : 1
        """, threshold="v > -54*mV", reset="v = -60*mV", method="euler")
    counted.v = -60 * mV
    learn = learning(inputs, counted, "ge += w", 0.01 * most, most)
    learn.connect()
    learn.w = f"rand()*{most}"
else:
    # J is 0.1 mV for 1000 excitatory inputs, and more for fewer; each neuron gets twice the input that would hold it at its threshold.
    incoming = 0.1 * excitatory
    J = 0.1 * (1000 / incoming) ** 0.5
    counted = b.NeuronGroup(
        count, "dv/dt = -v/(20*ms) : volt (unless refractory)", threshold="v > 20*mV", reset="v = 10*mV", refractory=2 * ms,
        method="exact")
    outside = b.PoissonInput(counted, "v", int(incoming), 2 * 20 / (J * incoming * 0.02) * b.Hz, J * mV)
    E, I = counted[:excitatory], counted[excitatory:]
    parts = [b.Synapses(I, counted, on_pre=f"v_post -= {5 * J}*mV", delay=1.5 * ms)]
    if case == "brunel":
        parts += [b.Synapses(E, counted, on_pre=f"v_post += {J}*mV", delay=1.5 * ms)]
    else:
        learn = learning(E, counted, "v_post += w*mV", 0.001 * J, 2 * J, delay={"pre": 1.5 * ms})
        learn.connect(p=0.1)
        learn.w = J
    for part in parts:
        part.connect(p=0.1)

network = b.Network(b.collect())
spikes = b.SpikeMonitor(counted, record=False)
network.add(spikes)
network.add(parts)
network.run(seconds * b.second, profile=False)
b.device.build(directory=folder.name, compile=True, run=False, with_output=False)
for _ in sys.stdin:
    b.device.run(directory=folder.name, with_output=False)
    print(json.dumps({
        "peer": "brian2 " + b.__version__, "case": case, "neurons": count, "threads": threads,
        "seconds": b.device._last_run_time, "rate": float(spikes.num_spikes) / len(counted) / seconds,
    }), flush=True)
