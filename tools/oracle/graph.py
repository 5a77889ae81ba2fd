"""Graphs as text, evaluated node by node while they are built, and the case files they are written into."""

import math
import os

import numpy as np

import numerics
from numerics import DTYPES, FLOATS, INTEGERS, name_of

PROMOTION = {("i32", "u32"): "i64", ("i32", "u64"): "f32", ("i64", "u32"): "i64", ("i64", "u64"): "f32"}


def promote(a, b):
    if a == b or b == "bool":
        return a
    if a == "bool":
        return b
    if a in FLOATS or b in FLOATS:
        return "f64" if "f64" in (a, b) and a in FLOATS and b in FLOATS else (a if a in FLOATS else b)
    pair = PROMOTION.get((a, b)) or PROMOTION.get((b, a))
    return pair or max(a, b, key=lambda n: np.dtype(DTYPES[n]).itemsize)


class Value:
    def __init__(self, graph, index, array):
        self.graph, self.index, self.array = graph, index, np.asarray(array)

    @property
    def dtype(self):
        return name_of(self.array.dtype)

    @property
    def shape(self):
        return list(self.array.shape)

    @property
    def type(self):
        return type_text(self.array)

    # The operators of the models in cases_fused.py.
    def _with(self, other):
        return other if isinstance(other, Value) else self.graph.constant(np.asarray(other, DTYPES[self.dtype]))

    def __add__(self, other): return self.graph.op("add", self, self._with(other))
    def __radd__(self, other): return self.graph.op("add", self._with(other), self)
    def __sub__(self, other): return self.graph.op("sub", self, self._with(other))
    def __rsub__(self, other): return self.graph.op("sub", self._with(other), self)
    def __mul__(self, other): return self.graph.op("mul", self, self._with(other))
    def __rmul__(self, other): return self.graph.op("mul", self._with(other), self)
    def __truediv__(self, other): return self.graph.op("div", self, self._with(other))
    def __rtruediv__(self, other): return self.graph.op("div", self._with(other), self)
    def __neg__(self): return self.graph.op("neg", self)


def type_text(array):
    return f"{name_of(array.dtype)}[{','.join(map(str, array.shape))}]"


def numbers(array):
    """The elements as text that parses back to the same bits."""
    if array.dtype == np.bool_:
        return ["true" if v else "false" for v in array.ravel()]
    return [str(v) for v in array.ravel()]


def wrapped(words, indent, width=118):
    lines, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    return ("\n" + indent).join(lines + [line])


class Calls:
    """The functions that a program calls, and what has been called (Spec/conformance/README.md)."""

    def __init__(self):
        self.slots, self.count, self.digest = [], 0, 0xCBF29CE484222325

    def make(self, name, operands):
        self.count += 1
        data = name.encode()
        for array in operands:
            quiet = np.array(array)
            if quiet.dtype.kind == "f":
                quiet[np.isnan(quiet)] = np.nan
            data += quiet.astype(quiet.dtype.newbyteorder("<")).tobytes()
        for byte in data:
            self.digest = (self.digest ^ byte) * 0x100000001B3 % 2**64
        if name == "reverse":
            return [np.asarray(a).ravel()[::-1].reshape(np.shape(a)) for a in operands]
        if name == "count":
            return [np.int64(self.count)]
        if name == "digest":
            return [np.uint64(self.digest)]
        if name == "fail":
            assert not operands[0]
            return [np.asarray(a) for a in operands[1:]]
        assert name == "tap"
        return []


class Case:
    """A program with its inputs and what must come out. A region shares the calls of the case around it."""

    def __init__(self, name, period=None, note=None, calls=None):
        self.name, self.period, self.note = name, period, note
        self.calls, self.is_outermost = calls or Calls(), calls is None
        self.nodes = []          # (operation text, operand values, Value)
        self.arguments, self.variables, self.constants = [], [], []
        self.results, self.stores = [], []
        self.regions = []        # texts

    # Leaves

    def _value(self, array, operation, operands=()):
        value = Value(self, len(self.nodes), array)
        self.nodes.append((operation, list(operands), value))
        return value

    def argument(self, array):
        self.arguments.append(np.asarray(array))
        return self._value(array, ("argument", len(self.arguments) - 1))

    def variable(self, name, array):
        self.variables.append((name, np.asarray(array)))
        return self._value(array, ("variable", len(self.variables) - 1))

    def constant(self, array):
        self.constants.append(np.asarray(array))
        return self._value(array, ("constant", len(self.constants) - 1))

    # Operations; conversions and broadcasts are nodes of their own, as the graph wants them

    def op(self, name, *operands, floating=False):
        condition, values = ([operands[0]], operands[1:]) if name == "select" else ([], operands)
        dtype = values[0].dtype
        for value in values[1:]:
            dtype = promote(dtype, value.dtype)
        shape = list(np.broadcast_shapes(*[v.array.shape for v in operands]))
        ready = [self.broadcast(c, shape) for c in condition]
        ready += [self.broadcast(self.convert(v, dtype), shape) for v in values]
        with np.errstate(all="ignore"):
            result = numerics.ELEMENTWISE[name](*[r.array for r in ready])
        return self._value(result, ("op", name), ready)

    def convert(self, x, dtype):
        with np.errstate(all="ignore"):
            return x if x.dtype == dtype else self._value(numerics.convert(x.array, dtype), ("convert",), [x])

    def broadcast(self, x, shape):
        return x if x.shape == list(shape) else self._value(np.broadcast_to(x.array, shape), ("broadcast",), [x])

    def reshape(self, x, shape):
        return self._value(x.array.reshape(shape), ("reshape",), [x])

    def transpose(self, x, permutation):
        return self._value(np.transpose(x.array, permutation), ("transpose", list(permutation)), [x])

    @staticmethod
    def _region_of(shape, starts, steps, sizes):
        return np.ix_(*[[s + i * d for i in range(n)] for s, d, n in zip(starts, steps, sizes)])

    def slice(self, x, starts, steps, sizes):
        return self._value(x.array[self._region_of(x.shape, starts, steps, sizes)], ("slice", starts, steps), [x])

    def update(self, base, update, starts, steps):
        out = base.array.copy()
        out[self._region_of(base.shape, starts, steps, update.shape)] = update.array
        return self._value(out, ("update", starts, steps), [base, update])

    def concatenate(self, values, axis):
        return self._value(np.concatenate([v.array for v in values], axis), ("concatenate", axis), values)

    def reduce(self, kind, x, axes):
        if kind in ("any", "all"):
            x = self.convert(x, "bool")
        elif x.dtype == "bool":
            x = self.convert(x, "i32")
        with np.errstate(all="ignore"):
            return self._value(numerics.reduce(kind, x.array, sorted(axes)), ("reduce", kind, sorted(axes)), [x])

    def dot(self, a, b, batch=0):
        with np.errstate(all="ignore"):
            operation = ("dot", batch) if batch else ("dot",)
            return self._value(numerics.dot(a.array, b.array, batch), operation, [a, b])

    def iota(self, dtype, shape, axis):
        along = np.arange(shape[axis]).astype(DTYPES[dtype])
        return self._value(np.broadcast_to(along.reshape([-1 if a == axis else 1 for a in range(len(shape))]), shape), ("iota", axis))

    def gather(self, source, indices, batch=0, axis=0):
        return self._value(
            numerics.gather(source.array, indices.array, batch, axis), ("gather", batch, axis), [source, self.convert(indices, "i64")])

    def scatter(self, base, indices, updates, kind="set", batch=0, axis=0):
        with np.errstate(all="ignore"):
            result = numerics.scatter(base.array, indices.array, updates.array, kind, batch, axis)
        return self._value(result, ("scatter", kind, batch, axis), [base, self.convert(indices, "i64"), updates])

    def dynamic_slice(self, source, starts, sizes, batch=0):
        return self._value(
            numerics.dynamic_slice(source.array, starts.array, sizes, batch), ("dynamicslice", sizes, batch),
            [source, self.convert(starts, "i64")])

    def dynamic_update(self, base, update, starts, batch=0):
        return self._value(
            numerics.dynamic_update(base.array, update.array, starts.array, batch), ("dynamicupdate", batch),
            [base, update, self.convert(starts, "i64")])

    def pad(self, x, value, low, high, interior):
        return self._value(
            numerics.pad(x.array, value.array, low, high, interior), ("pad", low, high, interior), [x, self.convert(value, x.dtype)])

    def scan(self, kind, x, axis, reverse=False, exclusive=False):
        if x.dtype == "bool":
            x = self.convert(x, "i32")
        if kind == "logaddexp" and x.dtype not in FLOATS:
            x = self.convert(x, "f32")
        with np.errstate(all="ignore"):
            return self._value(numerics.scan(kind, x.array, axis, reverse, exclusive), ("scan", kind, axis, reverse, exclusive), [x])

    def arg_reduce(self, kind, x, axis):
        if x.dtype == "bool":
            x = self.convert(x, "i32")
        return self._value(numerics.arg_reduce(kind, x.array, axis), ("argreduce", kind, axis), [x])

    def sort(self, values, axis, descending=False):
        node = self._value(np.zeros(0), ("sort", axis, descending), values)
        return self._elements(node, numerics.sort([v.array for v in values], axis, descending))

    def top_k(self, x, k, axis):
        node = self._value(np.zeros(0), ("topk", axis, k), [x])
        return self._elements(node, numerics.top_k(x.array, k, axis))

    def places(self, mask, size):
        return self._value(numerics.places(mask.array.astype(bool), size), ("places", size), [mask])

    def search(self, lines, values, right=False, batch=0):
        return self._value(numerics.search(lines.array, values.array, right, batch), ("search", batch, right), [lines, values])

    def fft(self, real, imaginary):
        node = self._value(np.zeros(0), ("fft",), [real, imaginary])
        return self._elements(node, numerics.fft(real.array, imaginary.array))

    def synapses(self, op, operands, lanes=()):
        function = {"deliver": numerics.deliver, "rowproducts": numerics.row_products, "synapseproducts": numerics.synapse_products}[op]
        with np.errstate(all="ignore"):
            result = numerics.by_lanes(function, [o.array for o in operands], list(lanes))
        return self._value(result, ("synapses", op, list(lanes)), operands)

    def adapt(self, kind, operands, lanes=()):
        def function(*arrays):
            return numerics.adapt(*arrays, kind=kind)

        with np.errstate(all="ignore"):
            result = numerics.by_lanes(function, [o.array for o in operands], list(lanes))
        return self._value(result, ("adapt", kind, list(lanes)), operands)

    def drawn(self, op, operands, hollow=False, rows=None, lanes=()):
        def function(*arrays):
            if op == "deliverdrawn":
                return numerics.deliver_drawn(*arrays, hollow=hollow)
            return numerics.drawn_products(*arrays, hollow=hollow, rows=rows)

        result = numerics.by_lanes(function, [o.array for o in operands], list(lanes))
        return self._value(result, ("drawn", op, hollow, rows, list(lanes)), operands)

    def random_counts(self, kind, means, key, tries=None, first=0):
        operands = [means, key] + ([tries] if tries is not None else [])
        result = numerics.random_counts(kind, *[o.array for o in operands], first=first)
        return self._value(result, ("randomcounts", kind, first), operands)

    def random_bits(self, key, dtype, shape, first=None):
        operation = ("randombits",) if first is None else ("randombits", first)
        return self._value(numerics.random_bits(key.array, dtype, shape, first or 0), operation, [key])

    # Control flow. A region is given as a Python function of (case, values…) that returns a list of values: it is written down
    # once, and called for every step to make the expectation.

    def call(self, name, *operands):
        """Calls one of the functions that every runner of cases has."""
        arrays = self.calls.make(name, [o.array for o in operands])
        slot = f'"{name}" ({", ".join(o.type for o in operands)}) to ({", ".join(type_text(np.asarray(a)) for a in arrays)})'
        if slot not in self.calls.slots:
            self.calls.slots.append(slot)
        node = self._value(np.zeros(0), ("call", self.calls.slots.index(slot)), operands)
        return self._elements(node, arrays)

    def _region(self, build, arrays):
        made = self.calls.count, self.calls.digest
        inner = type(self)(build.__name__, calls=self.calls)
        for value in build(inner, *[inner.argument(a) for a in arrays]):
            inner.result(value)
        self.regions.append(inner)
        # That was to write it down.
        self.calls.count, self.calls.digest = made
        return len(self.regions) - 1

    def _run(self, build, arrays):
        inner = type(self)(build.__name__, calls=self.calls)
        return [value.array for value in build(inner, *[inner.argument(a) for a in arrays])]

    def _elements(self, node, arrays):
        return [self._value(array, ("element", position), [node]) for position, array in enumerate(arrays)]

    def loop(self, build, trips, carried, sliced=(), captured=(), reverse=False):
        """build(case, index, carried…, rows…, captured…) -> [carried…, stacked…]; the values after the loop, then the stacks."""
        captured_arrays = [v.array for v in captured]
        state = [v.array for v in carried]
        sample = [np.int64(0)] + state + [v.array[0] if trips else np.zeros(v.array.shape[1:], v.array.dtype) for v in sliced]
        region = self._region(build, sample + captured_arrays)
        shapes = [value.array for value, _ in self.regions[region].results[len(state):]]
        stacks = [np.zeros((trips,) + s.shape, s.dtype) for s in shapes]
        for index in reversed(range(trips)) if reverse else range(trips):
            results = self._run(build, [np.int64(index)] + state + [v.array[index] for v in sliced] + captured_arrays)
            state = results[: len(state)]
            for stack, row in zip(stacks, results[len(state):]):
                stack[index] = row
        node = self._value(np.zeros(0), ("loop", region, trips, len(carried), len(sliced), reverse), [*carried, *sliced, *captured])
        return self._elements(node, state + stacks)

    def while_loop(self, condition, body, carried, captured=()):
        captured_arrays, state = [v.array for v in captured], [v.array for v in carried]
        regions = [self._region(build, state + captured_arrays) for build in (condition, body)]
        while self._run(condition, state + captured_arrays)[0]:
            state = self._run(body, state + captured_arrays)
        node = self._value(np.zeros(0), ("while", *regions, len(carried)), [*carried, *captured])
        return self._elements(node, state)

    def branch(self, selector, builds, captured=()):
        arrays = [v.array for v in captured]
        regions = [self._region(build, arrays) for build in builds]
        chosen = builds[min(max(int(selector.array), 0), len(builds) - 1)]
        node = self._value(np.zeros(0), ("branch", regions), [selector, *captured])
        return self._elements(node, self._run(chosen, arrays))

    # What must come out

    def result(self, value, tolerance="exact"):
        self.results.append((value, tolerance))
        return self

    def store(self, variable, value, tolerance="exact"):
        self.stores.append((self.nodes[variable.index][0][1], value, tolerance))
        return self

    # Text

    def program(self):
        """The graph's text form (Spec/language.md)."""
        return "\n".join(["hillock graph 1", *self._lines()])

    def _lines(self):
        lines = [f'name "{self.name}"']
        if self.is_outermost:
            lines += [f"function {i} {slot}" for i, slot in enumerate(self.calls.slots)]
        for i, region in enumerate(self.regions):
            lines += [f"region {i} {{", *["  " + line for line in region._lines()], "}"]
        for operation, operands, value in self.nodes:
            line = f"%{value.index} = {self._line(operation, operands)}"
            lines.append(line if operation[0] in ("loop", "while", "branch", "call", "sort", "topk", "fft") else f"{line} : {value.type}")
            if operation[0] == "constant":
                constant = self.constants[operation[1]]
                lines[-1] = f"%{value.index} = constant {value.type} {{{', '.join(numbers(constant))}}}"
        for slot, value, _ in self.stores:
            lines.append(f"store {slot}, %{value.index}")
        returned = ", ".join(f"%{value.index}" for value, _ in self.results)
        return lines + [f"return {returned}".rstrip()]

    def _line(self, operation, operands):
        kind, rest = operation[0], operation[1:]
        uses = ", ".join(f"%{o.index}" for o in operands)
        if kind == "op":
            return f"{rest[0]} {uses}"
        if kind == "argument":
            return f"argument {rest[0]}"
        if kind == "variable":
            return f'variable {rest[0]} "{self.variables[rest[0]][0]}"'
        attributes = {
            "transpose": "permutation {}", "slice": "starts {} steps {}", "update": "starts {} steps {}",
            "concatenate": "axis {}", "iota": "axis {}", "element": "position {}", "branch": "regions {}",
            "dynamicslice": "sizes {} batch {}", "dynamicupdate": "batch {}", "pad": "low {} high {} interior {}",
            "loop": "region {} trips {} carried {} sliced {}", "while": "condition {} body {} carried {}", "call": "function {}",
        }
        if kind == "reduce":
            return f"reduce.{rest[0]} {uses} axes {rest[1]}"
        if kind in ("gather", "scatter"):
            name = kind if kind == "gather" or rest[0] == "set" else f"scatter.{rest[0]}"
            words = [name, uses] + [f"{word} {number}" for word, number in zip(("batch", "axis"), rest[-2:]) if number]
            return " ".join(words)
        if kind in ("scan", "argreduce", "sort"):
            choice, rest = ("", rest) if kind == "sort" else (f".{rest[0]}", rest[1:])
            flags = {"scan": ["reversed", "exclusive"], "argreduce": [], "sort": ["descending"]}[kind]
            words = [kind + choice, uses, f"axis {rest[0]}"] + [flag for flag, value in zip(flags, rest[1:]) if value]
            return " ".join(words)
        if kind == "topk":
            return f"topk {uses} axis {rest[0]} count {rest[1]}"
        if kind == "places":
            return f"places {uses} size {rest[0]}"
        if kind == "search":
            return f"search {uses}" + (f" batch {rest[0]}" if rest[0] else "") + (" right" if rest[1] else "")
        if kind == "randomcounts":
            return f"randomcounts.{rest[0]} {uses}" + (f" first {rest[1]}" if rest[1] else "")
        if kind == "adapt":
            return f"adapt.{rest[0]} {uses}" + (f" lanes {rest[1]}" if rest[1] else "")
        if kind == "drawn":
            words = [rest[0], uses] + ([f"lanes {rest[3]}"] if rest[3] else []) + (["hollow"] if rest[1] else [])
            return " ".join(words + ([f"rows {rest[2]}"] if rest[2] is not None else []))
        if kind == "synapses":
            return f"{rest[0]} {uses}" + (f" lanes {rest[1]}" if rest[1] else "")
        words = [kind, uses, attributes[kind].format(*rest) if kind in attributes else ""]
        if kind == "dot" and rest:
            words.append(f"batch {rest[0]}")
        if kind == "randombits" and rest:
            words.append(f"first {rest[0]}")
        if kind == "loop" and rest[-1]:
            words.append("reversed 1")
        return " ".join(word for word in words if word)

    def values(self, array, is_given=False):
        words = numbers(array)
        if is_given and array.dtype.kind == "f":
            # The sign of a NaN goes in; of one that comes out it says nothing.
            words = ["-nan" if word == "nan" and sign else word for word, sign in zip(words, np.signbit(array).ravel())]
        for n in range(1, (self.period or 0) + 1):
            if self.period % n == 0 and n < len(words) and words[n:] == words[:-n]:
                return "cycle " + wrapped(words[:n], "  ")
        if len(words) > 64 and len(set(words)) == 1:
            return "cycle " + words[0]
        return wrapped(words, "  ")

    def text(self):
        lines = [f"case {self.name}"]
        if self.note:
            lines += [f"# {line}" for line in self.note.split("\n")]
        lines += ["program", self.program().rstrip("\n"), "end"]
        for i, array in enumerate(self.arguments):
            lines.append(f"argument {i} {type_text(array)} =\n  {self.values(array, is_given=True)}")
        for name, array in self.variables:
            lines.append(f"variable {name} {type_text(array)} =\n  {self.values(array)}")
        for i, (value, tolerance) in enumerate(self.results):
            lines.append(f"result {i} {value.type} {tolerance} =\n  {self.values(value.array)}")
        for slot, value, tolerance in self.stores:
            lines.append(f"stored {self.variables[slot][0]} {value.type} {tolerance} =\n  {self.values(value.array)}")
        return "\n".join(lines) + "\n"


class ErrorCase:
    """A program that must be refused, with the code of the error and a part of its message."""

    def __init__(self, name, program, code, containing=None, rule=None, note=None):
        self.name, self._program, self.code = name, program, code
        self.containing, self.rule, self.note = containing, rule, note

    def text(self):
        lines = [f"case {self.name}"]
        if self.note:
            lines += [f"# {line}" for line in self.note.split("\n")]
        lines += ["program", self._program.strip("\n"), "end"]
        error = f"error {self.code}" + (f" {self.rule}" if self.rule else "")
        lines.append(error + (f' "{self.containing}"' if self.containing else ""))
        return "\n".join(lines) + "\n"


def write(folder, name, cases):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name + ".case")
    with open(path, "w", encoding="utf-8") as file:
        file.write("hillock cases 1\n# Generated by tools/oracle/conformance.py. Do not edit.\n")
        for case in cases:
            file.write("\n" + case.text())
    return len(cases)
