import Hillock
import HillockLinearAlgebra

extension Call {
  func linearAlgebra() throws -> [NDArray]? {
    guard name.hasPrefix("linalg.") else { return nil }
    let a = try array(0)
    switch name {
    case "linalg.cholesky": return [linalg.cholesky(a)]
    case "linalg.det": return [linalg.det(a)]
    case "linalg.eigh":
      let found = linalg.eigh(a)
      return [found.values, found.vectors]
    case "linalg.eigvalsh": return [linalg.eigvalsh(a)]
    case "linalg.inverse": return [linalg.inverse(a)]
    case "linalg.matrixNorm": return [linalg.matrixNorm(a, order: try matrixNorm(), keepDims: keepDims)]
    case "linalg.matrixPower": return [linalg.matrixPower(a, attributes.count ?? 1)]
    case "linalg.matrixRank": return [linalg.matrixRank(a, rtol: attributes.start)]
    case "linalg.pinv": return [linalg.pinv(a, rcond: attributes.start)]
    case "linalg.qr":
      let found = linalg.qr(a, complete: flag)
      return [found.q, found.r]
    case "linalg.slogdet":
      let found = linalg.slogdet(a)
      return [found.sign, found.logabsdet]
    case "linalg.solve": return [linalg.solve(a, try array(1))]
    case "linalg.svd":
      let found = linalg.svd(a, fullMatrices: flag)
      return [found.u, found.s, found.vh]
    case "linalg.svdvals": return [linalg.svdvals(a)]
    case "linalg.vectorNorm":
      return [linalg.vectorNorm(a, order: try vectorNorm(), axis: attributes.axes, keepDims: keepDims)]
    case "linalg.trace": return [trace(a, offset: attributes.k ?? 0, axis1: -2, axis2: -1)]
    default: return nil
    }
  }

  func complexLinearAlgebra() throws -> [Value]? {
    guard name.hasPrefix("linalg.") else { return nil }
    let a = try complex(0)
    switch name {
    case "linalg.cholesky": return [.complex(linalg.cholesky(a))]
    case "linalg.det": return [.complex(linalg.det(a))]
    case "linalg.eigh":
      let found = linalg.eigh(a)
      return [.real(found.values), .complex(found.vectors)]
    case "linalg.eigvalsh": return [.real(linalg.eigvalsh(a))]
    case "linalg.inverse": return [.complex(linalg.inverse(a))]
    case "linalg.matrixNorm": return [.real(linalg.matrixNorm(a, order: try matrixNorm(), keepDims: keepDims))]
    case "linalg.matrixPower": return [.complex(linalg.matrixPower(a, attributes.count ?? 1))]
    case "linalg.matrixRank": return [.real(linalg.matrixRank(a, rtol: attributes.start))]
    case "linalg.pinv": return [.complex(linalg.pinv(a, rcond: attributes.start))]
    case "linalg.qr":
      let found = linalg.qr(a, complete: flag)
      return [.complex(found.q), .complex(found.r)]
    case "linalg.slogdet":
      let found = linalg.slogdet(a)
      return [.complex(found.sign), .real(found.logabsdet)]
    case "linalg.solve": return [.complex(linalg.solve(a, try complex(1)))]
    case "linalg.svd":
      let found = linalg.svd(a, fullMatrices: flag)
      return [.complex(found.u), .real(found.s), .complex(found.vh)]
    case "linalg.svdvals": return [.real(linalg.svdvals(a))]
    case "linalg.vectorNorm":
      return [.real(linalg.vectorNorm(a, order: try vectorNorm(), axis: attributes.axes, keepDims: keepDims))]
    default: return nil
    }
  }

  private func vectorNorm() throws -> Double {
    guard let order = Double(attributes.order ?? "2") else { throw CallError("no norm of order \(attributes.order ?? "")") }
    return order
  }

  private func matrixNorm() throws -> MatrixNorm {
    switch attributes.order ?? "fro" {
    case "fro": .frobenius
    case "nuc": .nuclear
    case "1": .one
    case "-1": .minusOne
    case "2": .two
    case "-2": .minusTwo
    case "inf": .infinity
    case "-inf": .minusInfinity
    case let order: throw CallError("no matrix norm \(order)")
    }
  }

  /// The transforms take real and complex numbers.
  func fourier() throws -> [Value]? {
    guard name.hasPrefix("fft.") else { return nil }
    let count = attributes.count, axis = attributes.axis ?? -1, counts = attributes.counts, axes = attributes.axes
    let norm: FourierTransforms.Norm =
      switch attributes.order {
      case "ortho": .ortho
      case "forward": .forward
      default: .backward
      }
    switch name {
    case "fft.fft": return [.complex(fft.fft(try complex(0), count: count, axis: axis, norm: norm))]
    case "fft.ifft": return [.complex(fft.ifft(try complex(0), count: count, axis: axis, norm: norm))]
    case "fft.fftn": return [.complex(fft.fftn(try complex(0), counts: counts, axes: axes, norm: norm))]
    case "fft.ifftn": return [.complex(fft.ifftn(try complex(0), counts: counts, axes: axes, norm: norm))]
    case "fft.rfft": return [.complex(fft.rfft(try array(0), count: count, axis: axis, norm: norm))]
    case "fft.irfft": return [.real(fft.irfft(try complex(0), count: count, axis: axis, norm: norm))]
    case "fft.rfftn": return [.complex(fft.rfftn(try array(0), counts: counts, axes: axes, norm: norm))]
    case "fft.irfftn": return [.real(fft.irfftn(try complex(0), counts: counts, axes: axes, norm: norm))]
    case "fft.hfft": return [.real(fft.hfft(try complex(0), count: count, axis: axis, norm: norm))]
    case "fft.ihfft": return [.complex(fft.ihfft(try array(0), count: count, axis: axis, norm: norm))]
    case "fft.fftfreq": return [.real(fft.fftfreq(count ?? 0, spacing: attributes.step ?? 1, dtype: try dtype))]
    case "fft.rfftfreq": return [.real(fft.rfftfreq(count ?? 0, spacing: attributes.step ?? 1, dtype: try dtype))]
    case "fft.fftshift":
      guard isComplex else { return [.real(fft.fftshift(try array(0), axes: axes))] }
      return [.complex(fft.fftshift(try complex(0), axes: axes))]
    case "fft.ifftshift":
      guard isComplex else { return [.real(fft.ifftshift(try array(0), axes: axes))] }
      return [.complex(fft.ifftshift(try complex(0), axes: axes))]
    default: return nil
    }
  }
}
