import Hillock
import HillockTestSupport
import Testing

/// Fourier transforms: lengths of every kind, the edges, and errors. (Values are cases of `SignalTests` and of the conformance
/// kit.)
@Suite struct FourierTests {
  private func numbers(_ shape: [Int], _ dtype: DType, seed: UInt64) -> ComplexArray {
    var random = SeededRandom(seed: seed)
    func part() -> NDArray {
      NDArray((0..<shape.reduce(1, *)).map { _ in Double.random(in: -1...1, using: &random) }, shape: shape, dtype: dtype)
    }
    return ComplexArray(part(), part())
  }

  private func largest(_ z: ComplexArray) throws -> Double { try abs(z).max().item(as: Double.self) }

  /// Every length up to 40, and longer ones of all ways: a shifted line has a spectrum that is turned, and what comes back is
  /// what was there.
  @Test func linesComeBack() throws {
    for (dtype, unit) in [(DType.f64, 2e-15), (.f32, 1e-6)] {
      for n in Array(1...40) + [61, 67, 97, 100, 121, 128, 144, 509, 1024, 2310, 4099, 16_384, 65_537] {
        let z = numbers([n], dtype, seed: UInt64(n)), spectrum = fft.fft(z), bound = unit * (Double(n).squareRoot() + 8)
        #expect(try largest(fft.ifft(spectrum) - z) < bound, "\(n) of \(dtype)")
        let energy = try spectrum.squaredMagnitude.asType(.f64).sum().item(as: Double.self) / Double(n)
        let known = try z.squaredMagnitude.asType(.f64).sum().item(as: Double.self)
        #expect(Swift.abs(energy / known - 1) < 100 * unit, "\(n) of \(dtype)")
        let turns = (arange(n, dtype: .f64) * (3 % n) % n) * (-2 * Double.pi / Double(n))
        let turned = spectrum * ComplexArray(magnitude: 1, angle: turns).asType(dtype)
        let shifted = fft.fft(z.rolled(by: 3))
        #expect(try largest(shifted - turned) < bound * Double(n).squareRoot() * 4, "\(n) of \(dtype)")
      }
    }
  }

  /// An exponential is one frequency, whatever the length.
  @Test func oneFrequency() throws {
    for (n, k) in [(20_000, 777), (65_536, 12_345), (65_537, 40_000), (200_003, 5)] {
      let places = arange(n, dtype: .i64) * NDArray(k, dtype: .i64) % NDArray(n, dtype: .i64)
      let wave = ComplexArray(magnitude: 1, angle: places.asType(.f64) * (2 * Double.pi / Double(n)))
      let spectrum = fft.fft(wave, norm: .forward)
      let at = NDArray(k)
      #expect(try Swift.abs(abs(spectrum)[at].item(as: Double.self) - 1) < 1e-12, "\(n)")
      let rest = spectrum.map { $0.at[k].set(0) }
      #expect(try largest(rest) < 1e-14, "\(n)")
    }
  }

  /// Rows have the bits that each has alone, and axes those of the last one.
  @Test func linesDoNotKnowOfEachOther() throws {
    for n in [1, 5, 8, 33, 61, 67, 100, 144, 1024] {
      for dtype in [DType.f32, .f64] {
        let z = numbers([19, n], dtype, seed: UInt64(n)), all = fft.fft(z), columns = fft.fft(z.T, axis: 0).T
        for row in [0, 7, 8, 15, 16, 18] {
          let one = fft.fft(z[row])
          #expect(try areIdentical(all[row].real, one.real) && areIdentical(all[row].imaginary, one.imaginary), "\(n)")
        }
        #expect(try areIdentical(all.real, columns.real) && areIdentical(all.imaginary, columns.imaginary), "\(n)")
      }
    }
  }

  @Test func narrowOperandsAreTransformedInF32() throws {
    for dtype in [DType.f16, .bf16, .i8, .u16] {
      let x = NDArray([1, 2, 0, 3, 4, 1], dtype: dtype), wide = x.asType(.f32)
      for (given, known) in [(fft.fft(x), fft.fft(wide)), (fft.ifft(x), fft.ifft(wide)), (fft.rfft(x), fft.rfft(wide))] {
        #expect(given.dtype == .f32, "\(dtype)")
        #expect(try areIdentical(given.real, known.real) && areIdentical(given.imaginary, known.imaginary), "\(dtype)")
      }
      #expect(fft.rfft(x, count: 5).dtype == .f32 && fft.irfft(x).dtype == .f32, "\(dtype)")
      #expect(fft.irfft(ComplexArray(wide, wide).map { $0.asType(dtype) }).dtype == .f32, "\(dtype)")
      #expect(fftconvolve(x, x).dtype == (dtype.isFloating ? dtype : .f32), "\(dtype)")
    }
  }

  @Test func frequencies() throws {
    #expect(try fft.fftfreq(5, spacing: 0.1, dtype: .f64).doubles() == [0, 2, 4, -4, -2])
    #expect(try fft.fftfreq(4).doubles() == [0, 0.25, -0.5, -0.25])
    #expect(try fft.rfftfreq(5, spacing: 0.1, dtype: .f64).doubles() == [0, 2, 4])
    #expect(try fft.rfftfreq(4).doubles() == [0, 0.25, 0.5])
    #expect(try fft.fftshift(NDArray([0, 1, 2, -2, -1])).doubles() == [-2, -1, 0, 1, 2])
    #expect(try fft.ifftshift(fft.fftshift(arange(5))).doubles() == [0, 1, 2, 3, 4])
    #expect(fft.fftfreq(0).error?.code == .argument && fft.rfftfreq(4, dtype: .i32).error?.code == .dtype)
  }

  @Test func errorsNameWhatIsWrong() {
    let x = ones(2, 3)
    #expect(fft.fft(NDArray(1.0)).error?.code == .shape)
    #expect(fft.fft(x, axis: 2).error?.code == .index)
    #expect(fft.fft(x, count: 0).error?.code == .argument)
    #expect(fft.fft(zeros(2, 0)).error?.code == .argument)
    #expect(fft.irfft(ones(2, 1)).error?.code == .argument)
    #expect(fft.fftn(x, counts: [1, 2, 3], axes: [0, 1]).error?.code == .argument)
    #expect(fft.fftn(x, axes: [0, 5]).error?.code == .index)
    #expect(fft.fftn(x, counts: [1, 2, 3]).error?.code == .index)
    #expect(fft.fft2(ones(3)).error?.code == .index)
    #expect(fft.rfft(zeros(2) + zeros(3)).error?.code == .shape)
    #expect(fft.fftshift(x, axes: [7]).error?.code == .index)
    #expect(fftconvolve(x, ones(2)).error?.code == .shape)
    #expect(fftconvolve(ones(2, 3), ones(3, 2), .valid).error?.code == .shape)
    #expect(fft.fft(NDArray([1, 2])).dtype == .f32 && fft.rfft(NDArray([true, false])).dtype == .f32)
    #expect(fft.fft(zeros(0, 4)).shape == [0, 4])
  }
}
