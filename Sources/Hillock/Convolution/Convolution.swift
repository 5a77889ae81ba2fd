import HillockIR

/// The convolution of signals, images or volumes with a kernel, as layers of networks have it: for each window the sum of
/// products with the kernel, which is not flipped. As many axes as the kernel has beside its channels are gone over, one to
/// three or more.
///
/// ```swift
/// let images = ones(8, 28, 28, 3)                     // [batch, height, width, channels]
/// let kernel = ones(5, 5, 3, 16)                      // [height, width, inputs, outputs]
/// conv(images, kernel, padding: .same).shape          // [8, 28, 28, 16]
/// conv(images, kernel, strides: [2, 2]).shape         // [8, 12, 12, 16]
/// ```
/// - Parameters:
///   - x: [batch, axes…, channels], or as `layout` says.
///   - kernel: [axes…, channels / groups, outputs], or as `layout` says. Both are converted to one dtype, a floating one.
///   - strides: from window to window, one number for each axis; 1 without.
///   - padding: the zeros around x.
///   - dilation: from element to element of a window; 1 without.
///   - inputDilation: from element to element of x, with zeros between; 1 without.
///   - groups: how many groups of channels have kernels of their own. Both inputs and outputs are a multiple of it. As many
///     groups as inputs make a depthwise convolution.
///
/// Along an axis that is shorter than the window the result has the extent 0. Shapes that do not fit each other give a `shape`
/// error, numbers that do not fit the axes an `argument` error.
public func conv(
  _ x: some ArrayConvertible, _ kernel: some ArrayConvertible, strides: [Int]? = nil, padding: WindowPadding = .valid,
  dilation: [Int]? = nil, inputDilation: [Int]? = nil, groups: Int = 1, layout: ChannelLayout = .channelsLast
) -> NDArray {
  NDArray.floats(x, kernel) { given, taps in
    NDArray { () throws(HillockError) in
      let (x, kernel) = try layout.channelsLast("conv", given, taps)
      let shapes = try ConvolutionShapes("conv", x, kernel, groups)
      let between = try shapes.gaps("conv", inputDilation)
      let plan = try WindowPlan(
        "conv", shapes.spread(by: between), window: shapes.window, strides: strides, dilation: dilation, padding)
      let padded = plan.padded(x, with: 0, between: between)
      return layout.restored(try plan.convolved(padded, kernel, groups: groups))
    }
  }
}

/// The transposed convolution: what a convolution with these strides, this padding and dilation would take apart is put
/// together. Each element of x is spread over a window of the result. The kernel goes over x with zeros between its elements,
/// as in `jax.lax.conv_transpose`; with `transposesKernel` it is the kernel of the convolution whose transpose this is, as in
/// PyTorch.
///
/// ```swift
/// let small = ones(1, 4, 4, 16)
/// convTranspose(small, ones(2, 2, 16, 3), strides: [2, 2]).shape              // [1, 8, 8, 3]
/// ```
/// - Parameters:
///   - x: [batch, axes…, channels], or as `layout` says.
///   - kernel: [axes…, channels / groups, outputs], or as `layout` says. With `transposesKernel`: [axes…, outputs / groups,
///     channels], or PyTorch's [channels, outputs / groups, axes…].
///   - padding: that of the convolution whose transpose it is. `.same` gives extents times strides. `.valid` is JAX's: where
///     strides are longer than the window, the last window is as long as a stride; `.by` zeros is PyTorch's.
///   - outputPadding: how many elements longer the result is at the end of each axis.
public func convTranspose(
  _ x: some ArrayConvertible, _ kernel: some ArrayConvertible, strides: [Int]? = nil, padding: WindowPadding = .valid,
  outputPadding: [Int]? = nil, dilation: [Int]? = nil, groups: Int = 1, transposesKernel: Bool = false,
  layout: ChannelLayout = .channelsLast
) -> NDArray {
  NDArray.floats(x, kernel) { given, taps in
    NDArray { () throws(HillockError) in
      var (x, kernel) = try layout.channelsLast("convTranspose", given, taps)
      if transposesKernel { kernel = try kernel.transposedKernel(groups) }
      let shapes = try ConvolutionShapes("convTranspose", x, kernel, groups), axes = shapes.extents.indices
      let between = try shapes.gaps("convTranspose", strides), more = outputPadding ?? axes.map { _ in 0 }
      guard more.count == axes.count, more.allSatisfy({ (0...Shape.maximumCount).contains($0) }) else {
        throw HillockError(
          .argument, "convTranspose: an outputPadding of \(more) for \(axes.count) axes; give one number for each, 0 or more")
      }
      // (This plan checks the window, and what lies in it.)
      let plain = try WindowPlan(
        "convTranspose", shapes.extents, window: shapes.window, strides: nil, dilation: dilation, padding)
      var before: [Int] = [], after: [Int] = []
      for axis in axes {
        let spread = (shapes.window[axis] - 1) * plain.dilation[axis], stride = between[axis] + 1
        var low: Int, high: Int
        switch padding {
        case .valid: (low, high) = (spread, spread + Swift.max(stride - spread - 1, 0))
        case .same:
          let total = spread + stride - 1
          low = stride > spread ? spread : (total + 1) / 2
          high = total - low
        case .by, .ends: (low, high) = (spread - plain.before[axis], spread - plain.after[axis])
        }
        high += more[axis]
        before.append(low)
        after.append(high)
      }
      let plan = try WindowPlan(
        "convTranspose", shapes.spread(by: between), window: shapes.window, strides: nil, dilation: dilation,
        .ends(before: before, after: after))
      x = plan.padded(x, with: 0, between: between)
      return layout.restored(try plan.convolved(x, kernel, groups: groups))
    }
  }
}

extension ChannelLayout {
  /// An array and a kernel of this layout with their channels last.
  fileprivate func channelsLast(
    _ name: String, _ x: NDArray, _ kernel: NDArray
  ) throws(HillockError) -> (x: NDArray, kernel: NDArray) {
    let rank = x.type.rank
    guard rank > 2, kernel.type.rank == rank else {
      throw HillockError(
        .shape,
        "\(name) takes an array and a kernel of the same number of axes, three or more, not of shapes \(x.type.shape) and "
          + "\(kernel.type.shape); one image is a batch of one: x.expandingDims(axis: 0)")
    }
    switch self {
    case .channelsLast: return (x, kernel)
    case .channelsFirst: return (channelsLast(x), kernel.transposed(Array(2..<rank) + [1, 0]))
    }
  }
}

extension NDArray {
  /// A kernel [axes…, outputs / groups, channels] as [axes…, channels / groups, outputs], flipped.
  fileprivate func transposedKernel(_ groups: Int) throws(HillockError) -> NDArray {
    let shape = type.shape, rank = shape.count - 2, (outputs, channels) = (shape[rank], shape[rank + 1])
    guard groups >= 1, channels % groups == 0 else {
      throw HillockError(.shape, "convTranspose: a kernel of \(channels) channels is not divided into \(groups) groups")
    }
    let axes = Array(0..<rank), parts = reshaped(Array(shape[..<rank]) + [outputs, groups, channels / groups])
    return parts.transposed(axes + [rank + 2, rank + 1, rank])
      .reshaped(Array(shape[..<rank]) + [channels / groups, groups &* outputs]).flipped(axes: axes)
  }
}

/// The shapes of an array and a kernel that fit each other, both with their channels last.
private struct ConvolutionShapes {
  let extents: [Int]
  let window: [Int]

  init(_ name: String, _ x: NDArray, _ kernel: NDArray, _ groups: Int) throws(HillockError) {
    let x = try x.checked().type.shape, kernel = try kernel.checked().type.shape
    let (channels, inputs, outputs) = (x[x.count - 1], kernel[kernel.count - 2], kernel[kernel.count - 1])
    (extents, window) = (Array(x[1..<x.count - 1]), Array(kernel[..<(kernel.count - 2)]))
    guard groups >= 1, outputs % groups == 0, inputs.multipliedReportingOverflow(by: groups) == (channels, false) else {
      throw HillockError(
        .shape,
        "\(name): a kernel with \(inputs) inputs and \(outputs) outputs does not fit \(channels) channels in \(groups) groups")
    }
  }

  /// Elements that come between any two of x: one less than from one to the next.
  func gaps(_ name: String, _ steps: [Int]?) throws(HillockError) -> [Int] {
    let steps = steps ?? extents.map { _ in 1 }
    guard steps.count == extents.count, steps.allSatisfy({ (1...Shape.maximumCount).contains($0) }) else {
      throw HillockError(
        .argument, "\(name): steps of \(steps) for \(extents.count) axes; give one number for each, 1 or more")
    }
    for (extent, step) in zip(extents, steps) {
      let (span, overflow) = extent.multipliedReportingOverflow(by: step)
      guard !overflow, span <= Shape.maximumCount else {
        throw HillockError(.argument, "\(name): an extent of \(extent) with steps of \(step) between elements is too large")
      }
    }
    return steps.map { $0 - 1 }
  }

  /// The extents with so many elements between any two of x.
  func spread(by gaps: [Int]) -> [Int] { zip(extents, gaps).map { $0 + Swift.max($0 - 1, 0) * $1 } }
}

extension WindowPlan {
  /// The windows of the padded array [batch, axes…, channels] times the kernel [axes…, channels / groups, outputs].
  fileprivate func convolved(_ x: NDArray, _ kernel: NDArray, groups: Int) throws(HillockError) -> NDArray {
    let shape = try x.checked().type.shape, kernelShape = kernel.type.shape, rank = window.count
    let inputs = kernelShape[rank], outputs = kernelShape[rank + 1], result = [shape[0]] + counts + [outputs]
    guard inputs > 0, !result.contains(0) else { return zeros(result, dtype: x.dtype) }
    let places = offsets
    let taps = kernel.reshaped([places.count, inputs, outputs])
    // One channel a group: no sum over channels is a product of matrices.
    if inputs == 1, groups > 1 {
      let wide = [shape[0]] + counts + [groups, outputs / groups]
      var sum: NDArray?
      for (number, place) in places.enumerated() {
        let factors = taps.part(number, 1, 0).reshaped([groups, outputs / groups])
        let product = elements(x, at: place).expandingDims(axis: -1) * factors
        sum = sum.map { $0 + product } ?? product
      }
      return (sum ?? zeros(wide, dtype: x.dtype)).reshaped(result)
    }
    let rows = result.dropLast().reduce(1, *)
    /// The products of these places, whose elements stand side by side: one sum of products.
    func product(_ numbers: Range<Int>) -> NDArray {
      let columns = numbers.map { elements(x, at: places[$0]).reshaped([rows, groups, 1, inputs]) }
      let windows = columns.count == 1 ? columns[0] : concatenate(columns, axis: 2)
      let terms = numbers.count * inputs, factors = taps.part(numbers.lowerBound, numbers.count, 0)
      guard groups > 1 else { return matmul(windows.reshaped([rows, terms]), factors.reshaped([terms, outputs])) }
      let left = windows.reshaped([rows, groups, terms]).transposed(1, 0, 2)
      let right = factors.reshaped([terms, groups, outputs / groups]).transposed(1, 0, 2)
      return matmul(left, right).transposed(1, 0, 2)
    }
    let (count, overflow) = rows.multipliedReportingOverflow(by: places.count * groups * inputs)
    // Where the windows would take much memory, each place has a product of its own.
    guard overflow || count > Self.mostWindowElements else { return product(0..<places.count).reshaped(result) }
    return places.indices.dropFirst().reduce(product(0..<1)) { $0 + product($1..<$1 + 1) }.reshaped(result)
  }

  /// The most elements of all windows that are put side by side.
  private static let mostWindowElements = 1 << 24
}
