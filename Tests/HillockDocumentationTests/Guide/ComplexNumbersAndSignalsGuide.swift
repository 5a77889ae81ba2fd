// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/ComplexNumbersAndSignals.md.
@Suite struct ComplexNumbersAndSignalsGuide {
  @Test func complexNumbers() throws {
    let z = ComplexArray([3.0, 0.0], [4.0, 1.0])
    print(z)                               // ComplexArray([3.+4.j, 0.+1.j], dtype=complex64)
    let magnitudes = abs(z)                // [5, 1]
    let product = z * z.conjugate          // [25, 1]
    let turned = exp(ComplexArray(0, z.angle)).scaled(by: 2)
    #expect("\(z)" == "ComplexArray([3.+4.j, 0.+1.j], dtype=complex64)")
    #expect(try magnitudes.floats() == [5, 1] && product.real.floats() == [25, 1])
    #expect(try allClose(turned, z.scaled(by: 2 / magnitudes), absolute: 1e-6))
    let above = sqrt(ComplexArray([-4.0], [0.0]))        // 2i
    let below = sqrt(ComplexArray([-4.0], [-0.0]))       // -2i: the other side of the cut
    let angle = acos(ComplexArray([2.0], [0.0]))         // -1.317i
    #expect(try above.imaginary.floats() == [2] && below.imaginary.floats() == [-2])
    #expect(try allClose(angle, ComplexArray([0.0], [-1.3169579]), absolute: 1e-6))
    let ordered = z.map { $0.take(NDArray([1, 0]), axis: 0) }
    #expect(try ordered.real.floats() == [0, 3])
    let slope = grad { (z: ComplexArray) in (z * z.conjugate).real.sum() }
    let direction = try slope(z)           // 2z
    #expect(try allClose(direction, z.scaled(by: 2)))
  }

  @Test func fourierTransforms() throws {
    let t = arange(0, 1, 0.01)
    let signal = sin(2 * NDArray.pi * 5 * t) + 0.5 * sin(2 * NDArray.pi * 12 * t)
    let spectrum = fft.rfft(signal)
    let frequencies = fft.rfftfreq(100, spacing: 0.01)
    let strongest = frequencies[abs(spectrum).argmax()]          // 5
    let same = fft.irfft(spectrum, count: 100)
    #expect(try strongest.item(as: Float.self) == 5)
    #expect(try allClose(same, signal, absolute: 1e-5))
    let low = fft.irfft(spectrum.scaled(by: frequencies .< 8), count: 100)
    let smooth = fftconvolve(signal, ones(20) / 20, .same)
    #expect(try allClose(low, sin(2 * NDArray.pi * 5 * t), absolute: 1e-5))
    #expect(try allClose(smooth, convolve(signal, ones(20) / 20, .same), absolute: 1e-5))
  }

  @Test func convolutions() throws {
    let images = ones(8, 28, 28, 3)                              // [batch, height, width, channels]
    let kernel = ones(5, 5, 3, 16)                               // [height, width, inputs, outputs]
    let features = conv(images, kernel, padding: .same)          // [8, 28, 28, 16]
    let pooled = maxPool(features, window: [2, 2])               // [8, 14, 14, 16]
    let larger = convTranspose(pooled, ones(2, 2, 16, 3), strides: [2, 2])       // [8, 28, 28, 3]
    #expect(features.shape == [8, 28, 28, 16] && pooled.shape == [8, 14, 14, 16] && larger.shape == [8, 28, 28, 3])
    #expect(try features[0, 14, 14, 0].item(as: Float.self) == 75 && features[0, 0, 0, 0].item(as: Float.self) == 27)
  }
}
