"""Numbers of PyTorch for the tests of HillockTraining, in double, written to Tests/HillockTrainingTests/Oracle/*.json.

Needs PyTorch (any version from 2.4 on, `pip install torch`). PyTorch has no Lion; its steps follow algorithm 2 of Chen et al.,
Symbolic discovery of optimization algorithms (NeurIPS 2023), in NumPy.

    python3 tools/oracle/training.py
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).parents[2] / "Tests/HillockTrainingTests/Oracle"
torch.set_default_dtype(torch.float64)


def plain(x):
    return x.detach().numpy().tolist() if isinstance(x, torch.Tensor) else x


def write(name, value):
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_text(json.dumps(value, default=plain) + "\n")


# What the optimisers go down: sum(k w^2) + sum(sin v) + sum(v) w_0, from these w and v.
W, K = [1.0, -2.0, 0.5], [0.5, 0.1, 3.0]
V = [[0.3, -0.7], [1.1, 2.0]]


def loss(w, v):
    return (torch.tensor(K) * w * w).sum() + torch.sin(v).sum() + v.sum() * w[0]


def steps(make, count=5):
    w, v = torch.tensor(W, requires_grad=True), torch.tensor(V, requires_grad=True)
    optimizer = make([w, v])
    trace = []
    for _ in range(count):
        optimizer.zero_grad()
        loss(w, v).backward()
        optimizer.step()
        trace.append({"w": w.detach().clone(), "v": v.detach().flatten().clone()})
    return trace


class Lion(torch.optim.Optimizer):
    def __init__(self, parameters, lr, betas, weight_decay):
        super().__init__(parameters, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                update = torch.sign(b1 * m + (1 - b1) * p.grad)
                p -= group["lr"] * (update + group["weight_decay"] * p)
                m.copy_(b2 * m + (1 - b2) * p.grad)


def optimizers():
    o = torch.optim
    return {
        "sgd": steps(lambda p: o.SGD(p, lr=0.1)),
        "sgd decay": steps(lambda p: o.SGD(p, lr=0.1, weight_decay=0.2)),
        "momentum": steps(lambda p: o.SGD(p, lr=0.1, momentum=0.9)),
        "nesterov": steps(lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)),
        "adagrad": steps(lambda p: o.Adagrad(p, lr=0.1)),
        "adadelta": steps(lambda p: o.Adadelta(p, lr=0.5)),
        "rmsprop": steps(lambda p: o.RMSprop(p, lr=0.01)),
        "rmsprop centred": steps(lambda p: o.RMSprop(p, lr=0.01, momentum=0.5, centered=True)),
        "adam": steps(lambda p: o.Adam(p, lr=0.1)),
        "adam decay": steps(lambda p: o.Adam(p, lr=0.1, weight_decay=0.1)),
        "adamw": steps(lambda p: o.AdamW(p, lr=0.1, weight_decay=0.1)),
        "lion": steps(lambda p: Lion(p, lr=0.05, betas=(0.9, 0.99), weight_decay=0.1)),
    }


def schedules():
    s = torch.optim.lr_scheduler

    def rates(make, count=40):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        scheduler, rates = make(optimizer), []
        for _ in range(count):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return rates

    # PyTorch's cosine is computed from step to step; this is its closed form.
    cosine = [0.01 + 0.49 * (1 + math.cos(math.pi * min(t, 30) / 30)) / 2 for t in range(40)]
    return {
        "step": rates(lambda o: s.StepLR(o, 7, gamma=0.3)),
        "multiStep": rates(lambda o: s.MultiStepLR(o, [5, 9, 30], gamma=0.2)),
        "exponential": rates(lambda o: s.ExponentialLR(o, 0.9)),
        "polynomial": rates(lambda o: s.PolynomialLR(o, 25, power=2)),
        "cosine": cosine,
        "restarts": rates(lambda o: s.CosineAnnealingWarmRestarts(o, 6, 1, eta_min=0.02)),
        "growing restarts": rates(lambda o: s.CosineAnnealingWarmRestarts(o, 5, 2, eta_min=0.02)),
        "warmUp": rates(lambda o: s.LinearLR(o, 0.1, 1.0, 10)),
    }


def losses():
    p, t = [[0.2, -1.5, 3.0], [0.9, 2.5, -0.4]], [[0.0, 1.0, 2.5], [0.9, -1.0, 0.1]]
    z, y = [[0.3, -40.0, 7.0], [800.0, -2.0, 0.0]], [[1.0, 0.0, 0.25], [0.0, 0.5, 1.0]]
    labels = [2, 1]
    q = [[0.2, 0.0, 0.8], [0.1, 0.6, 0.3]]
    log = lambda x: F.log_softmax(x, -1)
    functions = {
        "squared": (p, t, lambda a, b, r: F.mse_loss(a, b, reduction=r)),
        "absolute": (p, t, lambda a, b, r: F.l1_loss(a, b, reduction=r)),
        "huber": (p, t, lambda a, b, r: F.huber_loss(a, b, reduction=r, delta=0.6)),
        "binary": (z, y, lambda a, b, r: F.binary_cross_entropy_with_logits(a, b, reduction=r)),
        "labels": (z, labels, lambda a, b, r: F.cross_entropy(a, b, reduction=r)),
        "smooth labels": (p, labels, lambda a, b, r: F.cross_entropy(a, b, reduction=r, label_smoothing=0.1)),
        "probabilities": (p, q, lambda a, b, r: F.cross_entropy(a, b, reduction=r)),
        "divergence": (
            p, q, lambda a, b, r: {"none": lambda x: x, "mean": torch.mean, "sum": torch.sum}[r](
                F.kl_div(log(a), b, reduction="none").sum(-1))),
    }
    result = {}
    for name, (a, b, f) in functions.items():
        a, b = torch.tensor(a, requires_grad=True), torch.tensor(b)
        mean = f(a, b, "mean")
        mean.backward()
        result[name] = {"prediction": a.flatten(), "target": b.flatten().double(), "none": f(a, b, "none").flatten(),
                        "mean": mean, "sum": f(a, b, "sum"), "gradient": a.grad.flatten()}
    return result


def normalisations():
    x = torch.tensor(np.random.default_rng(1).normal(2, 3, (5, 4)))
    scale, shift = torch.tensor([0.5, 1.0, 2.0, -1.0]), torch.tensor([0.1, 0.0, -3.0, 2.0])
    layer, batch, rms = nn.LayerNorm(4), nn.BatchNorm1d(4), nn.RMSNorm(4, eps=1e-6)
    for norm in layer, batch, rms:
        norm.weight.data = scale.clone()
        if hasattr(norm, "bias"):
            norm.bias.data = shift.clone()

    def gradient(f):
        given = x.clone().requires_grad_()
        (f(given) ** 3).sum().backward()
        return given.grad.flatten()

    result = {"x": x.flatten(), "scale": scale, "shift": shift, "layer": layer(x).flatten(), "rms": rms(x).flatten(),
              "layer gradient": gradient(layer), "rms gradient": gradient(rms)}
    result["batch gradient"] = gradient(batch)
    result["batch"] = batch(2 * x).flatten()
    result["mean"], result["variance"] = batch.running_mean.clone(), batch.running_var.clone()
    batch.eval()
    result["batch later"] = batch(x).flatten()
    return result


def cells():
    generator = np.random.default_rng(2)
    xs, h, c = (torch.tensor(generator.normal(0, 1, shape)) for shape in [(6, 2, 3), (1, 2, 4), (1, 2, 4)])
    result = {"xs": xs.flatten(), "h": h.flatten(), "c": c.flatten()}
    for name, kind, gates in ("rnn", nn.RNN, 1), ("gru", nn.GRU, 3), ("lstm", nn.LSTM, 4):
        net = kind(3, 4)
        for parameter in net.parameters():
            parameter.data = torch.tensor(generator.normal(0, 0.6, parameter.shape))
        outputs, last = net(xs, (h, c) if name == "lstm" else h)
        (outputs ** 2).sum().backward()
        bx, bh = net.bias_ih_l0, net.bias_hh_l0
        both = bx + bh
        b = torch.cat([both[:8], bx[8:]]) if name == "gru" else both
        result[name] = {
            "W": net.weight_ih_l0.T.flatten(), "U": net.weight_hh_l0.T.flatten(), "b": b, "c": bh[8:],
            "outputs": outputs.flatten(), "last": (last[1] if name == "lstm" else last).flatten(),
            "dW": net.weight_ih_l0.grad.T.flatten(), "dU": net.weight_hh_l0.grad.T.flatten(), "db": bx.grad, "dc": bh.grad[8:]}
    return result


if __name__ == "__main__":
    write("optimizers.json", optimizers())
    write("schedules.json", schedules())
    write("losses.json", losses())
    write("normalisations.json", normalisations())
    write("cells.json", cells())
