// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import Testing

/// The snippets of the array language: Sources/Hillock/Mathematics, and what came with it in Arrays. Their values are tested in HillockTests.
@Suite struct ArrayLanguageSnippets {
  @Test func activationsSnippets() throws {
    do {
      _ = relu(NDArray([-1.0, 2.0]))                     // [0, 2]
    }
    do {
      _ = logSigmoid(NDArray([0.0, -1000]))              // [-0.6931472, -1000]
    }
  }

  @Test func besselFunctionsSnippets() throws {
    do {
      _ = i0(NDArray([0.0, 1]))                        // [1, 1.2660658]
    }
    do {
      _ = i1(NDArray([0.0, 1]))                        // [0, 0.56515914]
    }
  }

  @Test func elementwiseSnippets() throws {
    do {
      _ = sinc(NDArray([0.0, 0.5, 3]))                 // [1, 0.63661975, 0]
    }
    do {
      _ = deg2rad(NDArray([180.0]))                    // [3.1415927]
    }
    do {
      _ = heaviside(NDArray([-1.0, 0, 2]), 0.5)        // [0, 0.5, 1]
    }
    do {
      _ = nanToNum(NDArray([Double.nan, 2, -Double.infinity]), negativeInfinity: -1)     // [0, 2, -1]
    }
    do {
      _ = fmod(NDArray([-7.0, 7]), 3)                  // [-1, 1]
    }
    do {
      let parts = frexp(NDArray([8.0, -0.375]))    // mantissa [0.5, -0.75], exponent [4, -1]
      _ = parts
    }
    do {
      _ = floatPower(NDArray([2, 4]), -1)              // f64: [0.5, 0.25]
    }
    do {
      _ = gcd(NDArray([12, -18]), 30)                  // [6, 6]
    }
    do {
      _ = bitCount(NDArray([0, 7, -1]))                // [0, 3, 32]
    }
    do {
      _ = leadingZeros(NDArray([1, 0, -1]))            // [31, 32, 0]
    }
  }

  @Test func errorFunctionsSnippets() throws {
    do {
      _ = erfc(NDArray([0.0, 5]))                      // [1, 1.5374597e-12]
    }
    do {
      _ = erfinv(NDArray([0.0, 0.5]))                  // [0, 0.47693628]
    }
    do {
      _ = normalCDF(NDArray([0.0, -10]))               // [0.5, 7.619853e-24]
    }
  }

  @Test func gammaFunctionsSnippets() throws {
    do {
      _ = lgamma(NDArray([1.0, 4, 0.5]))               // [0, 1.7917595, 0.5723649]
    }
    do {
      _ = gamma(NDArray([5.0, 0.5, -0.5]))             // [24, 1.7724539, -3.5449078]
    }
    do {
      _ = digamma(NDArray([1.0, 10]))                  // [-0.5772157, 2.2517526]
    }
    do {
      _ = zeta(2.0)                                    // π² / 6
    }
    do {
      _ = betaln(NDArray([2.0]), 3)                    // [-2.4849067]
    }
    do {
      _ = igamma(NDArray([0.5, 3]), 2)                 // [0.9544997, 0.32332358]
    }
    do {
      _ = igammac(NDArray([0.5, 3]), 2)                // [0.045500264, 0.6766764]
    }
  }

  @Test func logarithmsSnippets() throws {
    do {
      _ = logaddexp(NDArray([1000.0, -2]), 1000)       // [1000.6931, 1000]
    }
    do {
      _ = asinh(NDArray([0.0, 1]))                     // [0, 0.8813736]
    }
    do {
      _ = cbrt(NDArray([-8.0, 27]))                    // [-2, 3]
    }
  }

  @Test func softmaxSnippets() throws {
    do {
      _ = logSumExp(NDArray([1000.0, 1000.0]))           // 1000 + log 2
    }
    do {
      _ = softmax(NDArray([0.0, 0.0]))                   // [0.5, 0.5]
    }
    do {
      _ = oneHot(NDArray([2, 0]), classes: 3)            // [[0, 0, 1], [1, 0, 0]]
    }
  }

  @Test func printOptionsSnippets() throws {
    do {
      let text = withPrintOptions(PrintOptions(precision: 2)) { "\(NDArray([1.2345, 2]))" }
      // NDArray([1.23, 2.  ], dtype=float32)
      _ = text
    }
  }

  @Test func naNReductionsSnippets() throws {
    do {
      let gaps = NDArray([[1.0, .nan], [.nan, .nan]])
      _ = gaps.nanSum(axis: 1)                            // [1, 0]
      _ = gaps.nanMean(axis: 1)                           // [1, nan]
    }
  }

  @Test func quantilesSnippets() throws {
    do {
      let data = NDArray([3.0, 1, 4, 2])
      _ = data.quantile(0.25)                             // 1.75
      _ = data.quantile([0, 0.5, 1])                      // [1, 2.5, 4]
      _ = data.quantile(0.5, method: .lower)              // 2
    }
    do {
      _ = NDArray([5.0, .nan, 1]).nanMedian()             // 3
    }
  }

  @Test func statisticsSnippets() throws {
    do {
      _ = NDArray([[0, 3], [4, 5]]).countNonzero(axis: 0)         // [1, 2]
    }
    do {
      _ = NDArray([1.0, 2, 4]).average(weights: NDArray([3.0, 0, 1]))      // 1.75
    }
    do {
      _ = vectorNorm(NDArray([[3.0, 4], [0, 0]]), axis: 1)        // [5, 0]
    }
    do {
      _ = cov(NDArray([[0.0, 1, 2], [2, 1, 0]]))                  // [[1, -1], [-1, 1]]
    }
  }

  @Test func differencesSnippets() throws {
    do {
      _ = diff(NDArray([1, 4, 9, 16]))                            // [3, 5, 7]
      _ = diff(NDArray([1, 4, 9, 16]), n: 2)                      // [2, 2]
    }
    do {
      _ = gradient(NDArray([1.0, 2, 4, 7]))                       // [1, 1.5, 2.5, 3]
    }
    do {
      _ = trapezoid(NDArray([1.0, 2, 3]))                         // 4
      _ = trapezoid(NDArray([1.0, 2, 3]), x: NDArray([0.0, 1, 3]))        // 6.5
    }
  }

  @Test func joiningSnippets() throws {
    do {
      _ = hstack([NDArray([1, 2]), NDArray([3])])                 // [1, 2, 3]
    }
    do {
      _ = vstack([NDArray([1, 2]), NDArray([3, 4])])              // [[1, 2], [3, 4]]
    }
    do {
      _ = columnStack([NDArray([1, 2]), NDArray([3, 4])])         // [[1, 3], [2, 4]]
    }
    do {
      let halves = split(arange(4), 2)                        // [0, 1] and [2, 3]
      _ = halves
    }
    do {
      let cut = split(arange(5), at: [1, 3])                  // [0], [1, 2] and [3, 4]
      _ = cut
    }
    do {
      let common = broadcastShapes([[3, 1], [4]])             // [3, 4]
      _ = common
    }
    do {
      let grid = meshgrid([NDArray([1, 2, 3]), NDArray([4, 5])])      // [[1, 2, 3], [1, 2, 3]] and [[4, 4, 4], [5, 5, 5]]
      _ = grid
    }
  }

  @Test func rearrangingSnippets() throws {
    do {
      _ = arange(5).rolled(by: 2)                                 // [3, 4, 0, 1, 2]
    }
    do {
      _ = NDArray([[1, 2], [3, 4]]).flipped(axis: 1)              // [[2, 1], [4, 3]]
    }
    do {
      _ = NDArray([[1, 2], [3, 4]]).rotated90()                   // [[2, 4], [1, 3]]
    }
    do {
      _ = zeros(2, 3, 4).movingAxis(0, to: -1).shape              // [3, 4, 2]
    }
    do {
      _ = NDArray([1, 2]).repeated(2)                             // [1, 1, 2, 2]
    }
    do {
      _ = NDArray([7, 8, 9]).repeated([2, 0, 1])                  // [7, 7, 9]
    }
    do {
      _ = NDArray([1, 2]).tiled(2, 2)                             // [[1, 2, 1, 2], [1, 2, 1, 2]]
    }
    do {
      _ = delete(arange(5), [1, -1])                              // [0, 2, 3]
    }
    do {
      _ = insert(arange(3), 1, 7)                                 // [0, 7, 1, 2]
    }
  }

  @Test func diagonalsSnippets() throws {
    do {
      _ = tri(3, dtype: .i32)                                     // [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    }
    do {
      _ = tril(ones(2, 2))                                        // [[1, 0], [1, 1]]
    }
    do {
      _ = diagonal(arange(9).reshaped(3, 3), offset: 1)           // [1, 5]
    }
    do {
      _ = diag(NDArray([1, 2]))                                   // [[1, 0], [0, 2]]
      _ = diag(NDArray([[1, 2], [3, 4]]))                         // [1, 4]
    }
    do {
      _ = vander(NDArray([2, 3]), 3)                              // [[4, 2, 1], [9, 3, 1]]
    }
  }

  @Test func takingSnippets() throws {
    do {
      let scores = NDArray([[3, 9, 1], [7, 2, 8]])
      _ = scores.takeAlong(NDArray([[2, 0], [1, -1]]), axis: 1)     // [[1, 3], [2, 8]]
    }
    do {
      let tens = NDArray([10, 20, 30])
      _ = tens.take(NDArray([2, -1, 5]))                          // [30, 30, 30]
      _ = tens.take(NDArray([4, 0]), mode: .wrap)                 // [20, 10]
      _ = tens.take(NDArray([3, 0]), mode: .fill(-1))             // [-1, 10]
    }
    do {
      _ = zeros(2, 3).puttingAlong(NDArray([[2], [0]]), 5, axis: 1)        // [[0, 0, 5], [5, 0, 0]]
    }
    do {
      _ = choose(NDArray([1, 0]), [NDArray([1, 2]), NDArray([30, 40])])        // [30, 2]
    }
    do {
      let x = NDArray([-2, 0, 3])
      _ = select([x .< 0, x .> 0], [-1, 1], otherwise: 0)                 // [-1, 0, 1]
    }
  }

  @Test func findingSnippets() throws {
    do {
      let places = nonzero(NDArray([0, 7, 0, 9]))             // [[1, 3]]
      let padded = nonzero(NDArray([0, 7, 0, 9]), size: 3, fill: -1)   // [[1, 3, -1]]
      _ = (places, padded)
    }
    do {
      _ = extract(NDArray([true, false, true]), NDArray([4, 5, 6]))        // [4, 6]
    }
    do {
      let found = unique(NDArray([3, 1, 3]))
      print(found.values, found.counts)                       // [1, 3] and [1, 2]
    }
    do {
      _ = isin(NDArray([1, 2, 3]), NDArray([3, 1]))               // [true, false, true]
    }
    do {
      _ = intersect1d(NDArray([3, 1, 2]), NDArray([2, 3, 9]))     // [2, 3]
    }
  }

  @Test func histogramsSnippets() throws {
    do {
      _ = digitize(NDArray([0.5, 2.0]), NDArray([0.0, 1, 2]))     // [1, 3]
    }
    do {
      _ = bincount(NDArray([1, 3, 1]))                            // [0, 2, 0, 1]
    }
    do {
      let spread = histogram(NDArray([1.0, 2, 2, 5]), bins: 2)         // counts [3, 1], edges [1, 3, 5]
      _ = spread
    }
    do {
      _ = segmentSum(NDArray([1, 2, 4]), NDArray([0, 0, 2]), count: 3)     // [3, 0, 4]
    }
  }

  @Test func signalsSnippets() throws {
    do {
      _ = convolve(NDArray([1, 2, 3]), NDArray([0, 1]))           // [0, 1, 2, 3]
      _ = convolve(NDArray([1, 2, 3]), NDArray([1, 1]), .valid)   // [3, 5]
    }
    do {
      _ = correlate(NDArray([1, 2, 3]), NDArray([0, 1, 1]))       // [5]
    }
    do {
      _ = interp(NDArray([0.5, 9]), NDArray([0.0, 1, 2]), NDArray([0.0, 10, 40]))      // [5, 40]
    }
    do {
      _ = polyval(NDArray([1, 0, -2]), NDArray([3, 4]))           // x² - 2: [7, 14]
    }
    do {
      _ = polyfit(NDArray([0.0, 1, 2, 3]), NDArray([1.0, 3, 5, 7]), 1)        // [2, 1]
    }
  }

  @Test func contractionsSnippets() throws {
    do {
      _ = outer(NDArray([1, 2]), NDArray([3, 4]))                 // [[3, 4], [6, 8]]
    }
    do {
      _ = vecdot(NDArray([[1, 2], [3, 4]]), NDArray([1, 10]))     // [21, 43]
    }
    do {
      _ = kron(NDArray([1, 2]), NDArray([1, 1]))                  // [1, 1, 2, 2]
    }
    do {
      _ = cross(NDArray([1, 0, 0]), NDArray([0, 1, 0]))           // [0, 0, 1]
    }
    do {
      let m = NDArray([[1, 2], [3, 4]]), v = NDArray([1, 10])
      _ = einsum("ij,j->i", m, v)                                 // [21, 43]
      _ = einsum("ii", m)                                         // 5
      _ = einsum("...j,jk->...k", v, m)                           // [31, 42]
    }
  }

  @Test func comparingSnippets() throws {
    do {
      _ = isClose(NDArray([1.0, 2]), NDArray([1.000001, 3]))      // [true, false]
    }
    do {
      let same = try allClose(NDArray([0.1]) * 3, NDArray([0.3]))      // true
      _ = same
    }
    do {
      if let difference = try difference(NDArray([1.0, 2]), from: NDArray([1.0, 3]), withinULP: 1) {
        print(difference)        // 1 of 2 elements differs by more than 1 ulp …
      }
    }
  }

  @Test func sequencesSnippets() throws {
    do {
      _ = logspace(0, 2, count: 3)                                // [1, 10, 100]
    }
    do {
      _ = geomspace(1, 8, count: 4)                               // [1, 2, 4, 8]
    }
    do {
      let places = unravelIndex(NDArray([5, 0]), [2, 3])      // [1, 0] and [2, 0]
      _ = places
    }
    do {
      _ = hanning(5)                                              // [0, 0.5, 1, 0.5, 0]
    }
  }

  @Test func polynomialsSnippets() throws {
    do {
      _ = polyadd(NDArray([1, 2, 3]), NDArray([1]))               // [1, 2, 4]
    }
    do {
      _ = polymul(NDArray([1, 1]), NDArray([1, -1]))              // [1, 0, -1]
    }
  }

  @Test func reductionsSnippets() throws {
    do {
      _ = ones(2, 3).sum(axis: 0)                     // f32[3]
      _ = ones(2, 3).sum(axis: -1, keepDims: true)    // f32[2,1]
    }
    do {
      let x = NDArray([1.0, .nan, 4])
      _ = x.sum(initial: 10, where: .!isNaN(x))           // 15
    }
    do {
      let places = NDArray([[1, 7, 7], [9, 8, 3]]).argmax(axis: 1)    // [1, 0], i64[2]
      _ = places
    }
  }
}
