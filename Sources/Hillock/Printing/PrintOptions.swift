/// How arrays are written as text: NumPy's `set_printoptions`, with its defaults.
///
/// ```swift
/// let text = withPrintOptions(PrintOptions(precision: 2)) { "\(NDArray([1.2345, 2]))" }
/// // NDArray([1.23, 2.  ], dtype=float32)
/// ```
public struct PrintOptions: Hashable, Sendable {
  /// The most digits behind the point; 0 to 100.
  public var precision: Int
  /// Arrays of more elements are abbreviated.
  public var threshold: Int
  /// How many elements an abbreviated array shows at each end of an axis.
  public var edgeItems: Int
  /// Characters of a line.
  public var lineWidth: Int
  /// Whether very small and large floats are written without an exponent.
  public var suppressesExponents: Bool

  /// Numbers that make no sense are taken as the nearest that do.
  public init(
    precision: Int = 8, threshold: Int = 1000, edgeItems: Int = 3, lineWidth: Int = 75, suppressesExponents: Bool = false
  ) {
    self.precision = precision.clamped(to: 0...100)
    self.threshold = max(threshold, 0)
    // (Both ends together are counted in an Int.)
    self.edgeItems = edgeItems.clamped(to: 1...Int.max / 2)
    self.lineWidth = max(lineWidth, 10)
    self.suppressesExponents = suppressesExponents
  }

  /// Those of the whole process, where ``withPrintOptions(_:_:)`` says nothing else.
  public static var standard: PrintOptions {
    get { setting.value }
    set { setting.value = newValue }
  }

  private static let setting = AtomicSetting(PrintOptions())
  @TaskLocal fileprivate static var local: PrintOptions?

  static var current: PrintOptions { (local ?? standard).sensible }

  /// The properties may have been set to anything.
  private var sensible: PrintOptions {
    PrintOptions(
      precision: precision, threshold: threshold, edgeItems: edgeItems, lineWidth: lineWidth,
      suppressesExponents: suppressesExponents)
  }
}

/// Calls the body, in which arrays are written with these options. Other tasks are not concerned.
public func withPrintOptions<Result>(_ options: PrintOptions, _ body: () throws -> Result) rethrows -> Result {
  try PrintOptions.$local.withValue(options, operation: body)
}
