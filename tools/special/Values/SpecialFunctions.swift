import Hillock

/// What can be computed, by name.
enum SpecialFunctions {
  static let all: [String: (operands: Int, function: @Sendable ([NDArray]) -> NDArray)] = [
    "cbrt": (1, { cbrt($0[0]) }),
    "asinh": (1, { asinh($0[0]) }),
    "acosh": (1, { acosh($0[0]) }),
    "atanh": (1, { atanh($0[0]) }),
    "sinc": (1, { sinc($0[0]) }),
    "logaddexp": (2, { logaddexp($0[0], $0[1]) }),
    "erfc": (1, { erfc($0[0]) }),
    "erfinv": (1, { erfinv($0[0]) }),
    "normalCDF": (1, { normalCDF($0[0]) }),
    "lgamma": (1, { lgamma($0[0]) }),
    "gamma": (1, { gamma($0[0]) }),
    "digamma": (1, { digamma($0[0]) }),
    "trigamma": (1, { trigamma($0[0]) }),
    "zeta": (2, { zeta($0[0], $0[1]) }),
    "betaln": (2, { betaln($0[0], $0[1]) }),
    "igamma": (2, { igamma($0[0], $0[1]) }),
    "igammac": (2, { igammac($0[0], $0[1]) }),
    "polygamma2": (1, { polygamma(2, $0[0]) }),
    "i0": (1, { i0($0[0]) }),
    "i0e": (1, { i0e($0[0]) }),
    "i1": (1, { i1($0[0]) }),
    "i1e": (1, { i1e($0[0]) }),
  ]
}
