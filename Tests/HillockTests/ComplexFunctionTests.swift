import Foundation
import Hillock
import Testing

/// Functions of complex numbers against mpmath and NumPy, which tools/oracle/complexes.py has asked.
@Suite struct ComplexFunctionTests {
  struct Case: Decodable {
    var name: String
    var kind: String
    var inputs: [Oracle.Values]
    var results: [Oracle.Values]
  }

  /// By NumPy's names.
  private static let functions: [String: @Sendable (ComplexArray) -> ComplexArray] = [
    "exp": { exp($0) }, "log": { log($0) }, "sqrt": { sqrt($0) }, "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) },
    "sinh": { sinh($0) }, "cosh": { cosh($0) }, "tanh": { tanh($0) }, "arcsin": { asin($0) }, "arccos": { acos($0) },
    "arctan": { atan($0) }, "arcsinh": { asinh($0) }, "arccosh": { acosh($0) }, "arctanh": { atanh($0) },
    "expm1": { expm1($0) }, "log1p": { log1p($0) }, "log2": { log2($0) }, "log10": { log10($0) }, "sign": { sign($0) },
  ]

  private func forEach(_ kind: String, _ body: (String, ComplexArray, ComplexArray) throws -> Void) throws {
    let cases: [Case] = try Oracle.cases("complex")
    for item in cases where item.kind == kind {
      try body(
        item.name, ComplexArray(try item.inputs[0].array(), try item.inputs[1].array()),
        ComplexArray(try item.results[0].array(), try item.results[1].array()))
    }
  }

  /// The length of the error is some units in the last place of the result's length.
  @Test func valuesAreExact() throws {
    var names: Set<String> = []
    try forEach("points") { name, z, known in
      let function = try #require(Self.functions[name])
      names.insert(name)
      for (dtype, unit) in [(DType.f64, 0x1p-53), (.f32, 0x1p-24)] {
        let result = function(z.asType(dtype))
        #expect(result.dtype == dtype)
        let errors = try (abs(result.asType(.f64) - known) / abs(known) / unit).doubles()
        let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
        #expect(
          errors.allSatisfy { $0 <= 12 },
          "\(name) in \(dtype.name) of \(z[worst]): \(result[worst]), known: \(known[worst]), error \(errors[worst])")
      }
    }
    #expect(names == Set(Self.functions.keys))
  }

  /// Zeros, infinities, NaN. C leaves open the signs of zeros and infinities beside NaN, and that of the zero beside an infinite tangent;
  /// Python's standard says that it is that of the imaginary part.
  @Test func specialValuesAreThoseOfC() throws {
    try forEach("special") { name, z, known in
      let function = try #require(Self.functions[name]), result = function(z)
      let x = try z.real.doubles(), y = try z.imaginary.doubles()
      let parts = try [result.real.doubles(), result.imaginary.doubles()],
        values = try [known.real.doubles(), known.imaginary.doubles()]
      for i in x.indices {
        let isOpen = [values[0][i], values[1][i], x[i], y[i]].contains(where: \.isNaN)
        for part in 0..<2 {
          let value = parts[part][i], known = values[part][i]
          let hasOpenSign =
            isOpen || name == "tanh" && x[i].isInfinite && part == 1 || name == "tan" && y[i].isInfinite && part == 0
          let isSame =
            value.isNaN && known.isNaN || Swift.abs(value - known) <= 1e-14 * Swift.abs(known) && value.sign == known.sign
            || value == known && value.sign == known.sign || hasOpenSign && value.magnitude == known.magnitude
          #expect(isSame, "\(name)(\(x[i]) + \(y[i])i): part \(part) is \(value), known: \(known)")
        }
      }
    }
  }

  /// The values are those of the standard's tables, which NumPy's functions do not follow.
  @Test func specialValuesOfTheOthers() throws {
    let infinity = Double.infinity, nan = Double.nan, pi = Double.pi
    typealias Row = (x: Double, y: Double, real: Double, imaginary: Double)
    func check(_ name: String, _ rows: [Row]) throws {
      guard let function = Self.functions[name] else {
        Issue.record("no function \(name)")
        return
      }
      let result = function(ComplexArray(rows.map(\.x), rows.map(\.y), dtype: .f64))
      for (row, (real, imaginary)) in zip(rows, zip(try result.real.doubles(), try result.imaginary.doubles())) {
        for (value, known) in [(real, row.real), (imaginary, row.imaginary)] {
          #expect(
            value.isNaN && known.isNaN || value.sign == known.sign && (value == known || Swift.abs(value - known) < 1e-15),
            "\(name) of \(row): \(value)")
        }
      }
    }
    try check(
      "expm1",
      [
        (0, 0, 0, 0), (-0.0, 0, -0.0, 0), (1, infinity, nan, nan), (1, nan, nan, nan), (infinity, 0, infinity, 0),
        (-infinity, infinity, -1, 0), (-infinity, 2, -1, 0), (infinity, infinity, infinity, nan), (-infinity, nan, -1, 0),
        (infinity, nan, infinity, nan), (nan, 0, nan, 0), (nan, 1, nan, nan),
      ])
    try check(
      "log1p",
      [
        (-1, 0, -infinity, 0), (1, infinity, infinity, pi / 2), (1, nan, nan, nan), (-infinity, 1, infinity, pi),
        (infinity, 1, infinity, 0), (-infinity, infinity, infinity, 3 * pi / 4), (infinity, infinity, infinity, pi / 4),
        (infinity, nan, infinity, nan), (nan, 1, nan, nan), (nan, infinity, infinity, nan), (0, 0, 0, 0), (0, -0.0, 0, -0.0),
      ])
    try check(
      "sign", [(0, -0.0, 0, 0), (3, -4, 0.6, -0.8), (-infinity, 3, -1, 0), (2, infinity, 0, 1), (nan, 1, nan, nan)])
    let z = ComplexArray([nan, infinity, 1, nan], [1, nan, 2, infinity], dtype: .f64)
    #expect(try isNaN(z).scalars(as: Bool.self) == [true, true, false, true])
    #expect(try isInfinite(z).scalars(as: Bool.self) == [false, true, false, true])
    #expect(try isFinite(z).scalars(as: Bool.self) == [false, false, true, false])
    #expect(try round(ComplexArray([0.5, 1.5], [-0.7, 2.5])).imaginary.doubles() == [-1, 2])
  }

  /// An exponential that overflows alone, of a small cosine.
  @Test func productsDoNotOverflow() throws {
    // mpmath: exp(710 + i π/2) has a cosine of 6.1e-17, and so has cosh.
    let z = ComplexArray([710.0], [1.5707963267948966], dtype: .f64)
    for (name, known) in [("exp", 1.3679272698459396e292), ("cosh", 6.839636349229698e291), ("sinh", 6.839636349229698e291)] {
      let function = try #require(Self.functions[name]), real = try function(z).real.item(as: Double.self)
      #expect(Swift.abs(real / known - 1) < 1e-10, "\(name): \(real)")
    }
  }

  /// On a cut, on the axes and at 0 the derivative is f′(z): c = Re f has the slope Re f′ along x and -Im f′ along y.
  @Test func derivativesOnCutsAndAxes() throws {
    let minus = -1.0
    func check(_ name: String, _ z: (Double, Double), _ slope: (Double, Double)) throws {
      let function = try #require(Self.functions[name]), point = ComplexArray([z.0], [z.1], dtype: .f64)
      let real = try grad { (z: ComplexArray) in function(z).real.sum() }(point)
      let imaginary = try grad { (z: ComplexArray) in function(z).imaginary.sum() }(point)
      let found = try [real.real, real.imaginary, imaginary.real, imaginary.imaginary].map { try $0.item(as: Double.self) }
      for (value, known) in zip(found, [slope.0, minus * slope.1, slope.1, slope.0]) {
        #expect(Swift.abs(value - known) < 1e-13, "the derivative of \(name) at \(z): \(found), known: \(slope)")
      }
    }
    // 1 / (2 √z): √-4 is 2i above the cut and -2i below; √(2i) is 1 + i.
    try check("sqrt", (-4, 0), (0, -0.25))
    try check("sqrt", (-4, -0.0), (0, 0.25))
    try check("sqrt", (0, 2), (0.25, -0.25))
    try check("log", (-2, 0), (-0.5, 0))
    // 1 / √(1 - z²), which is 1 / (-√3 i) at 2 + 0i.
    for name in ["arcsin", "arcsinh", "arctan", "arctanh", "sin", "sinh", "tan", "tanh", "expm1", "log1p"] {
      try check(name, (0, 0), (1, 0))
    }
    try check("arcsin", (2, 0), (0, 1 / 3.0.squareRoot()))
    try check("arccos", (0, 0), (-1, 0))
    try check("arccos", (2, 0), (0, -1 / 3.0.squareRoot()))
    try check("arccosh", (2, 0), (1 / 3.0.squareRoot(), 0))
    try check("arccosh", (0.5, 0), (0, -1 / 0.75.squareRoot()))
    // 1 / (1 - z²)
    try check("arctanh", (0, 1), (0.5, 0))
    try check("arctanh", (3, 0), (-0.125, 0))
    try check("cosh", (0, 0), (0, 0))
    try check("exp", (0, 0), (1, 0))
    // The direction of a number has no slope along it.
    let turn = try grad { (z: ComplexArray) in sign(z).imaginary.sum() }(ComplexArray([2.0], [0.0], dtype: .f64))
    #expect(try turn.real.doubles() == [0] && turn.imaginary.doubles() == [0.5])
  }
}
