import Hillock

extension Call {
  /// Reductions and scans.
  func reduction() throws -> NDArray? {
    let x = try array(0), axis = attributes.axis
    guard let axes = attributes.axes else {
      switch name {
      case "sum": return x.sum(keepDims: keepDims)
      case "prod": return x.prod(keepDims: keepDims)
      case "max": return x.max(keepDims: keepDims)
      case "min": return x.min(keepDims: keepDims)
      case "mean": return x.mean(keepDims: keepDims)
      case "variance": return x.variance(ddof: attributes.ddof ?? 0, keepDims: keepDims)
      case "std": return x.std(ddof: attributes.ddof ?? 0, keepDims: keepDims)
      case "any": return x.any(keepDims: keepDims)
      case "all": return x.all(keepDims: keepDims)
      case "countNonzero": return x.countNonzero(keepDims: keepDims)
      case "argmax": return x.argmax(axis: axis, keepDims: keepDims)
      case "argmin": return x.argmin(axis: axis, keepDims: keepDims)
      case "cumsum": return x.cumsum(axis: axis)
      case "cumprod": return x.cumprod(axis: axis)
      case "sorted": return x.sorted(axis: axis ?? -1, descending: flag)
      case "argsort": return x.argsort(axis: axis ?? -1, descending: flag)
      case "diff": return try difference(x, Array(arrays().dropFirst()))
      default: return nil
      }
    }
    switch name {
    case "sum": return x.sum(axes: axes, keepDims: keepDims)
    case "prod": return x.prod(axes: axes, keepDims: keepDims)
    case "max": return x.max(axes: axes, keepDims: keepDims)
    case "min": return x.min(axes: axes, keepDims: keepDims)
    case "mean": return x.mean(axes: axes, keepDims: keepDims)
    case "variance": return x.variance(axes: axes, ddof: attributes.ddof ?? 0, keepDims: keepDims)
    case "std": return x.std(axes: axes, ddof: attributes.ddof ?? 0, keepDims: keepDims)
    case "any": return x.any(axes: axes, keepDims: keepDims)
    case "all": return x.all(axes: axes, keepDims: keepDims)
    case "countNonzero": return x.countNonzero(axes: axes, keepDims: keepDims)
    default: return nil
    }
  }

  /// The differences of elements, with these arrays at the ends that are named.
  func difference(_ x: NDArray, _ ends: [NDArray]) throws -> NDArray {
    let order = attributes.order ?? ""
    return diff(
      x, n: attributes.count ?? 1, axis: attributes.axis ?? -1, prepend: order.hasPrefix("prepend") ? ends.first : nil,
      append: order.hasSuffix("append") ? ends.last : nil)
  }

  /// What moves the elements of one array, and so does the same to both parts of complex ones.
  func moving(_ x: NDArray, _ call: Call) throws -> NDArray? {
    let attributes = call.attributes
    switch name {
    case "reshaped": return x.reshaped(attributes.shape ?? [])
    case "transposed": return x.transposed(attributes.axes ?? [])
    case "T": return x.T
    case "mT": return x.mT
    case "broadcast": return x.broadcast(to: attributes.shape ?? [])
    case "expandingDims": return x.expandingDims(axis: attributes.axis ?? 0)
    case "squeezed": return x.squeezed(axes: attributes.axes ?? [])
    case "flipped": return attributes.axes.map { x.flipped(axes: $0) } ?? x.flipped()
    case "movingAxes": return x.movingAxes(attributes.axes ?? [], to: attributes.otherAxes ?? [])
    case "rolled":
      let counts = attributes.counts ?? []
      return attributes.axes.map { x.rolled(by: counts, axes: $0) } ?? x.rolled(by: counts.first ?? 0)
    case "repeated":
      return attributes.count.map { x.repeated($0, axis: attributes.axis) }
        ?? x.repeated(attributes.counts ?? [], axis: attributes.axis)
    case "tiled": return x.tiled(attributes.counts ?? [])
    case "tril": return tril(x, attributes.k ?? 0)
    case "triu": return triu(x, attributes.k ?? 0)
    case "diagonal": return diagonal(x, offset: attributes.k ?? 0, axis1: -2, axis2: -1)
    case "[]": return x[at: try call.indices()]
    case "take": return x.take(try call.array(1), axis: attributes.axis)
    case "takeAlong": return x.takeAlong(try call.array(1), axis: attributes.axis ?? -1)
    case "extract": return extract(try call.array(1), x)
    default: return nil
    }
  }

  /// Makes arrays, joins them, and writes into them.
  func selection() throws -> NDArray? {
    let shape = attributes.shape ?? []
    switch name {
    case "zeros": return zeros(shape, dtype: try dtype)
    case "ones": return ones(shape, dtype: try dtype)
    case "eye": return eye(attributes.count ?? 0, shape.first, dtype: try dtype)
    case "arange":
      guard let start = attributes.start, let stop = attributes.stop, let step = attributes.step else { return nil }
      guard flag else { return arange(start, stop, step, dtype: try dtype) }
      guard let first = Int(exactly: start), let last = Int(exactly: stop), let by = Int(exactly: step) else { return nil }
      return arange(first, last, by, dtype: try dtype)
    case "linspace":
      return linspace(attributes.start ?? 0, attributes.stop ?? 0, count: attributes.count ?? 50, dtype: try dtype)
    case "asType": return try array(0).asType(try dtype)
    case "concatenate": return concatenate(try arrays(), axis: attributes.axis ?? 0)
    case "stack": return stack(try arrays(), axis: attributes.axis ?? 0)
    case "select": return select(try array(0), try array(1), try array(2))
    case "clip": return clip(try array(0), try array(1), try array(2))
    case "at.set": return try array(0).at[at: try indices()].set(try array(1))
    case "at.set(mask)": return try array(0).at[try array(2)].set(try array(1))
    case "isin": return isin(try array(0), try array(1), invert: flag)
    default: return nil
    }
  }

  /// Functions with several results.
  func several() throws -> [NDArray]? {
    switch name {
    case "nonzero": return nonzero(try array(0))
    case "broadcastArrays": return broadcastArrays(try arrays())
    case "meshgrid": return meshgrid(try arrays(), indexing: flag ? .ij : .xy)
    case "unstack": return unstack(try array(0), axis: attributes.axis ?? 0)
    case "unique":
      let found = unique(try array(0))
      return [found.values, found.indices, found.inverse, found.counts]
    default: return nil
    }
  }
}
