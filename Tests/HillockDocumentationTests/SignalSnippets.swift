// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockTestSupport
import Testing

/// The snippets of complex numbers, Fourier transforms and convolutions. Their values are tested in HillockTests.
@Suite struct SignalSnippets {
  @Test func complexArrayShapesSnippets() throws {
    do {
      let z = ComplexArray([1.0, 2.0, 3.0], [0.0, 0.0, 5.0])
      _ = z[1...]                           // [2, 3 + 5i]
    }
  }

  @Test func complexArraySnippets() throws {
    do {
      let z = ComplexArray([3.0, 0.0], [4.0, 1.0])
      print(z)                        // ComplexArray([3.+4.j, 0.+1.j], dtype=complex64)
      print(abs(z))                   // NDArray([5., 1.], dtype=float32)
      let w = z * z - z.conjugate.scaled(by: 2)
      _ = w
      let half = z.scaled(by: 0.5)
      _ = half
    }
    do {
      _ = ComplexArray(magnitude: 2, angle: NDArray([0.0, 1.5707964]))      // [2, 2i], but for rounding
    }
  }

  @Test func complexFunctionsSnippets() throws {
    do {
      _ = exp(ComplexArray(0, NDArray.pi))             // -1, but for rounding
      _ = expm1(ComplexArray([1e-10], [0.0]))          // 1e-10
      _ = log1p(ComplexArray([1e-10], [0.0]))          // 1e-10
      _ = sign(ComplexArray([3.0], [-4.0]))            // 0.6 - 0.8i
      _ = acos(ComplexArray([2.0], [0.0]))             // -1.317i
      _ = asin(ComplexArray([0.0], [1.0]))             // 0.8814i
      _ = acosh(ComplexArray([-1.0], [0.0]))           // πi
      _ = atanh(ComplexArray([0.5], [0.0]))            // 0.5493
    }
    do {
      let i = ComplexArray([0.0, 0.0], [1.0, 2.0])
      _ = vecdot(i, i)                                 // 5
    }
  }

  @Test func convolutionSnippets() throws {
    do {
      let images = ones(8, 28, 28, 3)                     // [batch, height, width, channels]
      let kernel = ones(5, 5, 3, 16)                      // [height, width, inputs, outputs]
      _ = conv(images, kernel, padding: .same).shape          // [8, 28, 28, 16]
      _ = conv(images, kernel, strides: [2, 2]).shape         // [8, 12, 12, 16]
    }
    do {
      let small = ones(1, 4, 4, 16)
      _ = convTranspose(small, ones(2, 2, 16, 3), strides: [2, 2]).shape              // [1, 8, 8, 3]
    }
  }

  @Test func poolingSnippets() throws {
    do {
      let images = arange(32).reshaped(1, 4, 4, 2)
      _ = maxPool(images, window: [2, 2]).shape               // [1, 2, 2, 2]
    }
  }

  @Test func fftConvolutionSnippets() throws {
    do {
      _ = fftconvolve(NDArray([1.0, 2.0, 3.0]), NDArray([0.0, 1.0, 0.5]))      // [0, 1, 2.5, 4, 1.5]
    }
  }

  @Test func fourierTransformsSnippets() throws {
    do {
      let x = NDArray([1.0, 2.0, 0.0, -1.0])
      let spectrum = fft.rfft(x)                          // [2, 1 - 3i, 0]
      let back = fft.irfft(spectrum, count: 4)            // x again
      _ = fft.fft(ComplexArray(x, 1)).shape                   // [4]
      _ = back
    }
    do {
      _ = fft.fft(NDArray([1.0, 0.0, 0.0]))                 // [1, 1, 1]
    }
    do {
      _ = fft.fftn(ones(2, 3))                              // 6 at [0, 0], 0 elsewhere
    }
  }

  @Test func frequenciesSnippets() throws {
    do {
      _ = fft.fftfreq(5, spacing: 0.1)                      // [0, 2, 4, -4, -2]
    }
    do {
      _ = fft.fftshift(NDArray([0, 1, 2, -2, -1]))          // [-2, -1, 0, 1, 2]
    }
  }

  @Test func complexFilesSnippets() throws {
    let folder = try ScratchFolder()
    do {
      let z = ComplexArray([1.0, 2.0], [0.5, 0.0])
      try z.save(npy: folder["z.npy"])
      let same = try ComplexArray(npy: folder["z.npy"])
      _ = same
    }
  }
}
