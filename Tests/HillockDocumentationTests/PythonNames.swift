// Written by tools/names/generate from tools/names/table.txt. Do not edit.
// swift-format-ignore-file

import Hillock

/// Every spelling of the page PythonNames compiles. None of it runs.
enum PythonNames {
  /// Constants
  static func section0(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = 0.5772156649015329
    _ = Double.infinity
    _ = Double.nan
    _ = NDArray.e
    _ = NDArray.pi
    _ = x[.newAxis]
  }

  /// Creation
  static func section1(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = NDArray([1, 2, 3], dtype: .i64)
    _ = NDArray([1.0, 2.0])
    _ = arange(0, 10, 2)
    _ = bartlett(5)
    _ = blackman(5)
    _ = diag(v)
    _ = diagflat(v)
    _ = eye(3)
    _ = full([2, 3], 7)
    _ = fullLike(x, 7)
    _ = geomspace(1, 8, count: 4)
    _ = hamming(5)
    _ = hanning(5)
    _ = indices([2, 3])
    _ = kaiser(5, 3)
    _ = linspace(0, 1, count: 5)
    _ = logspace(0, 2, count: 3)
    _ = meshgrid([v, w], indexing: .ij)
    _ = oneHot(n, classes: 3)
    _ = ones(2, 3)
    _ = onesLike(x)
    _ = tri(3)
    _ = tril(x)
    _ = triu(x)
    _ = vander(v, 3)
    _ = vmap { (i: NDArray) in i * i }
    _ = x
    _ = zeros(2, 3)
    _ = zerosLike(x)
  }

  /// Dtypes
  static func section2(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = ComplexArray(v, w)
    _ = ComplexArray(v, w).angle
    _ = ComplexArray(v, w).conjugate
    _ = ComplexArray(v, w).imaginary
    _ = ComplexArray(v, w).real
    _ = DType.bf16
    _ = DType.bool
    _ = DType.f16
    _ = DType.f32
    _ = DType.f64
    _ = DType.i16
    _ = DType.i32
    _ = DType.i64
    _ = DType.i8
    _ = DType.promote(.f32, .i64)
    _ = DType.promote(.i32, .f32) == .f32
    _ = DType.u16
    _ = DType.u32
    _ = DType.u64
    _ = DType.u8
    _ = Float.greatestFiniteMagnitude
    _ = Int32.max
    _ = x.asType(.f64)
    _ = x.dtype
    _ = x.dtype.isFloating
    _ = x.dtype.isInteger
  }

  /// The array
  static func section3(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = NDArray.self
    _ = try v[0].item(as: Float.self)
    _ = try x.floats()
    _ = x
    _ = x.T
    _ = x.count
    _ = x.mT
    _ = x.rank
    _ = x.rank == 0
    _ = x.shape
  }

  /// Arithmetic
  static func section4(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = -x
    _ = abs(x)
    _ = cbrt(x)
    _ = ceil(x)
    _ = clip(x, 0, 1)
    _ = copysign(x, y)
    _ = divmod(x, y)
    _ = floatPower(x, y)
    _ = floor(x)
    _ = floorDivide(x, y)
    _ = fma(x, y, x)
    _ = fmod(x, y)
    _ = frexp(x)
    _ = gcd(n, 6)
    _ = heaviside(x, 0.5)
    _ = lcm(n, 6)
    _ = ldexp(x, n[0])
    _ = logb(x)
    _ = maximum(x, 0)
    _ = maximum(x, y)
    _ = minimum(x, 1)
    _ = minimum(x, y)
    _ = modf(x)
    _ = nanToNum(x)
    _ = nextafter(x, y)
    _ = reciprocal(x)
    _ = round(x)
    _ = rsqrt(x)
    _ = select(isNaN(x), y, select(isNaN(y), x, maximum(x, y)))
    _ = select(isNaN(x), y, select(isNaN(y), x, minimum(x, y)))
    _ = sign(x)
    _ = signbit(x)
    _ = sqrt(x)
    _ = square(x)
    _ = trunc(x)
    _ = x
    _ = x % y
    _ = x * y
    _ = x ** y
    _ = x + 0.5 * (x * y)
    _ = x + 0.5 * (x / y)
    _ = x + y
    _ = x - y
    _ = x / y
  }

  /// Exponentials and trigonometry
  static func section5(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = acos(x)
    _ = acosh(x)
    _ = asin(x)
    _ = asinh(x)
    _ = atan(x)
    _ = atan2(y, x)
    _ = atanh(x)
    _ = cos(x)
    _ = cosh(x)
    _ = deg2rad(x)
    _ = exp(x)
    _ = exp2(x)
    _ = expm1(x)
    _ = exprel(x)
    _ = hypot(x, y)
    _ = log(x)
    _ = log10(x)
    _ = log1p(x)
    _ = log2(x)
    _ = logaddexp(x, y)
    _ = logaddexp2(x, y)
    _ = rad2deg(x)
    _ = sin(x)
    _ = sinc(x)
    _ = sinh(x)
    _ = tan(x)
    _ = tanh(x)
  }

  /// Special functions
  static func section6(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = betaln(x, y)
    _ = digamma(x)
    _ = erf(x)
    _ = erfc(x)
    _ = erfinv(x)
    _ = gamma(x)
    _ = i0(x)
    _ = i0e(x)
    _ = i1(x)
    _ = i1e(x)
    _ = igamma(2.0, x)
    _ = igammac(2.0, x)
    _ = lgamma(x)
    _ = normalCDF(x)
    _ = polygamma(2, x)
    _ = zeta(2.0, x)
  }

  /// Bits
  static func section7(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = .!n
    _ = bitCount(n)
    _ = leadingZeros(n)
    _ = n .& 3
    _ = n .^ 3
    _ = n .| 3
    _ = n << 1
    _ = n >> 1
  }

  /// Comparisons and conditions
  static func section8(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = .!m
    _ = choose(n, [v[..<3], w[..<3]])
    _ = isClose(x, y)
    _ = isFinite(x)
    _ = isInfinite(x)
    _ = isNaN(x)
    _ = isNegativeInfinity(x)
    _ = isPositiveInfinity(x)
    _ = m .& m
    _ = m .^ m
    _ = m .| m
    _ = select([x .< 0, x .> 0], [-x, x], otherwise: 0)
    _ = select(m, x, y)
    _ = try allClose(x, y)
    _ = try arrayEqual(x, y)
    _ = try arrayEqual(x.broadcast(to: [2, 3, 4]), y.broadcast(to: [2, 3, 4]))
    _ = x .!= y
    _ = x .< y
    _ = x .<= y
    _ = x .== y
    _ = x .> y
    _ = x .>= y
  }

  /// Reductions
  static func section9(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = corrcoef(x)
    _ = cov(x)
    _ = logSumExp(x, axis: 0)
    _ = m.all(axis: 0)
    _ = m.any(axis: 0)
    _ = vectorNorm(x, axis: 0)
    _ = vmap { (row: NDArray) in row.sorted() }
    _ = x.argmax(axis: 0)
    _ = x.argmin(axis: 0)
    _ = x.average(weights: y)
    _ = x.countNonzero(axis: 0)
    _ = x.max(axis: 0)
    _ = x.mean(axis: 0)
    _ = x.median(axis: 0)
    _ = x.min(axis: 0)
    _ = x.nanArgmax(axis: 0)
    _ = x.nanArgmin(axis: 0)
    _ = x.nanMax(axis: 0)
    _ = x.nanMean(axis: 0)
    _ = x.nanMedian(axis: 0)
    _ = x.nanMin(axis: 0)
    _ = x.nanPercentile(50, axis: 0)
    _ = x.nanProd(axis: 0)
    _ = x.nanQuantile(0.5, axis: 0)
    _ = x.nanStd(axis: 0)
    _ = x.nanSum(axis: 0)
    _ = x.nanVariance(axis: 0)
    _ = x.percentile(50, axis: 0)
    _ = x.prod(axis: 0)
    _ = x.ptp(axis: 0)
    _ = x.quantile(0.5, axis: 0, method: .linear)
    _ = x.std(axis: 0, ddof: 1)
    _ = x.sum(axis: 0, keepDims: true, where: m)
    _ = x.variance(axis: 0, ddof: 1)
  }

  /// Running forms and differences
  static func section10(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = diff(x, axis: 0)
    _ = diff(x.flattened())
    _ = gradient(x, axis: 0)
    _ = trapezoid(v)
    _ = x.cumlogsumexp(axis: 0)
    _ = x.cummax(axis: 0)
    _ = x.cummin(axis: 0)
    _ = x.cumprod(axis: 0)
    _ = x.cumsum(axis: 0)
    _ = x.nanCumprod(axis: 0)
    _ = x.nanCumsum(axis: 0)
  }

  /// Shape
  static func section11(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = append(x, y, axis: 0)
    _ = arraySplit(x, 2)
    _ = atLeast1D(x)
    _ = atLeast2D(x)
    _ = atLeast3D(x)
    _ = broadcastArrays([x, x])
    _ = broadcastShapes([[3, 1], [4]])
    _ = columnStack([v, w])
    _ = concatenate([x, y], axis: 0)
    _ = delete(v, [1])
    _ = diagIndices(3)
    _ = diagIndices(x.shape[0])
    _ = diagonal(x)
    _ = dsplit(x.broadcast(to: [2, 3, 4]), 2)
    _ = dstack([x, y])
    _ = einsum("ij->ji", x)
    _ = fillDiagonal(eye(3), 0)
    _ = hsplit(x, 2)
    _ = hstack([x, y])
    _ = insert(v, 1, 7)
    _ = nonzero(m)
    _ = ravelMultiIndex([n, n], [3, 4])
    _ = split(x, 3)
    _ = stack([x, y])
    _ = trace(x)
    _ = trilIndices(3)
    _ = trilIndices(x.shape[0], 0, x.shape[1])
    _ = triuIndices(3)
    _ = triuIndices(x.shape[0], 0, x.shape[1])
    _ = unravelIndex(n, [3, 4])
    _ = unstack(x)
    _ = v.reshaped(2, -1)
    _ = vsplit(x, 3)
    _ = vstack([hstack([x, y]), hstack([y, x])])
    _ = vstack([x, y])
    _ = x.broadcast(to: [2, 3, 4])
    _ = x.expandingDims(axis: 0)
    _ = x.flattened()
    _ = x.flipped(axis: 0)
    _ = x.flipped(axis: 1)
    _ = x.movingAxis(0, to: -1)
    _ = x.padded(1, with: 9)
    _ = x.repeated(2, axis: 0)
    _ = x.reshaped(2, -1)
    _ = x.rolled(by: 1, axis: 0)
    _ = x.rotated90()
    _ = x.squeezed()
    _ = x.swappingAxes(0, 1)
    _ = x.tiled(2, 1)
    _ = x.transposed(1, 0)
  }

  /// Taking and writing
  static func section12(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = argwhere(x)
    _ = compress([true, false, true], x, axis: 0)
    _ = extract(m, x)
    _ = flatNonzero(x)
    _ = nonzero(x)
    _ = v.at[n].set(0)
    _ = x.at[m].set(0)
    _ = x.dynamicSlice(at: [0, n[0]], sizes: [2, 2])
    _ = x.puttingAlong(x.argsort(axis: 1), y, axis: 1)
    _ = x.take(n, axis: 0, mode: .wrap)
    _ = x.takeAlong(x.argsort(axis: 1), axis: 1)
  }

  /// Order, sets, histograms
  static func section13(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = bincount(n, length: 8)
    _ = digitize(x, v)
    _ = histogram(x, bins: 10)
    _ = histogram(x, bins: 10).edges
    _ = histogram2d(v, w)
    _ = intersect1d(v, w)
    _ = isin(x, v)
    _ = lexsort([v, w])
    _ = searchsorted(v, x)
    _ = segmentMax(v[..<3], n, count: 4)
    _ = segmentMean(v[..<3], n, count: 4)
    _ = segmentMin(v[..<3], n, count: 4)
    _ = segmentProd(v[..<3], n, count: 4)
    _ = segmentSum(v[..<3], n, count: 4)
    _ = segmentSum(v[..<3], n, count: 4) / sqrt(segmentSum(ones(3), n, count: 4))
    _ = setdiff1d(v, w)
    _ = setxor1d(v, w)
    _ = union1d(v, w)
    _ = unique(x)
    _ = x.argsort(axis: 0)
    _ = x.sorted(axis: 0)
    _ = x.topK(2)
  }

  /// Products
  static func section14(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = cross(v[..<3], w[..<3])
    _ = dot(x, y.T)
    _ = einsum("ij,kj->ik", x, y)
    _ = inner(v, w)
    _ = kron(v, w)
    _ = matmul(x, y.T)
    _ = outer(v, w)
    _ = tensordot(x, y, axes: 2)
    _ = vdot(v, w)
    _ = vecdot(x, y)
  }

  /// Signals and polynomials
  static func section15(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = avgPool(x, window: [2])
    _ = conv(x, y, strides: [2], padding: .same)
    _ = convTranspose(x, y, strides: [2])
    _ = convolve(v, w, .same)
    _ = correlate(v, w)
    _ = fft
    _ = fft.fft(ComplexArray(v, w))
    _ = fft.fft2(x)
    _ = fft.fftfreq(5, spacing: 0.1)
    _ = fft.fftn(x, counts: [4, 4], axes: [0, 1])
    _ = fft.fftshift(x)
    _ = fft.hfft(ComplexArray(v, w))
    _ = fft.ifft(ComplexArray(v, w), norm: .ortho)
    _ = fft.ifft2(x)
    _ = fft.ifftn(x)
    _ = fft.ifftshift(x)
    _ = fft.ihfft(v)
    _ = fft.irfft(ComplexArray(v, w), count: 8)
    _ = fft.irfft2(x)
    _ = fft.irfftn(x)
    _ = fft.rfft(v, count: 8)
    _ = fft.rfft2(x)
    _ = fft.rfftfreq(5, spacing: 0.1)
    _ = fft.rfftn(x)
    _ = fftconvolve(v, w, .same)
    _ = interp(x, v, w)
    _ = maxPool(x, window: [2])
    _ = polyadd(v, w)
    _ = polyder(v)
    _ = polyfit(v, w, 2)
    _ = polyint(v)
    _ = polymul(v, w)
    _ = polysub(v, w)
    _ = polyval(v, x)
  }

  /// Activations
  static func section16(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = (x - x.mean()) / x.std()
    _ = celu(x)
    _ = elu(x)
    _ = gelu(x, approximate: true)
    _ = glu(x)
    _ = hardSigmoid(x)
    _ = hardSwish(x)
    _ = hardTanh(x)
    _ = leakyReLU(x, slope: 0.1)
    _ = logSigmoid(x)
    _ = logSoftmax(x)
    _ = logit(x)
    _ = mish(x)
    _ = relu(x)
    _ = relu6(x)
    _ = select(abs(x) .> 0.5, x, 0)
    _ = selu(x)
    _ = sigmoid(x)
    _ = silu(x)
    _ = softmax(-x)
    _ = softmax(x)
    _ = softplus(x)
    _ = softsign(x)
    _ = x - clip(x, -0.5, 0.5)
    _ = x - tanh(x)
  }

  /// Printing and files
  static func section17(
    _ x: NDArray, _ y: NDArray, _ v: NDArray, _ w: NDArray, _ n: NDArray, _ m: NDArray, _ path: String
  ) throws {
    _ = "\(x)"
    _ = NamedArrays.self
    _ = PrintOptions.standard
    _ = random.normal(2, 3)
    _ = try NDArray(npy: path)
    _ = try x.save(npy: path)
    _ = withPrintOptions(PrintOptions(precision: 3)) { "\(x)" }
  }
}
