import Hillock

/// What can be a parameter of a group of neurons or of synapses: a Swift number, an array, or a `Variable`.
public protocol ParameterConvertible {
  /// The parameter of a group of this shape and dtype, called this in errors.
  func parameter(_ name: String, size: [Int], dtype: DType) -> GroupParameter
}

/// A parameter of a group: a number, an array that is broadcast to the group's shape, or a `Variable`.
///
/// It is used in equations like an array. A Variable stays one: the equations read its present value, `trainVars()` finds it, and a
/// gradient reaches it.
///
/// ```swift
/// let gain = TrainVar(NDArray(2.0))
/// let group = LIF(10, R: gain, tau: 15)
/// try group.trainVars().keys               // ["LIF0.R"]
/// ```
public struct GroupParameter: ArrayValue {
  /// The Variable, if it is one.
  public let variable: Variable?
  private let constant: NDArray

  /// The value, as an array.
  public var array: NDArray { variable?.value ?? constant }

  public static func computed(_ array: NDArray) -> NDArray { array }

  init(constant: NDArray) {
    variable = nil
    self.constant = constant
  }

  init(_ variable: Variable) {
    self.variable = variable
    constant = NDArray(0)
  }

  /// The same with a check of the shape: an array that cannot be broadcast to the group's shape carries a `shape` error that names the
  /// parameter, and a run throws it.
  static func checked(_ array: NDArray, _ name: String, size: [Int], dtype: DType) -> GroupParameter {
    if array.isWeak || array.error != nil { return GroupParameter(constant: array) }
    let converted = array.asType(dtype)
    if converted.broadcast(to: size).error == nil { return GroupParameter(constant: converted) }
    return GroupParameter(constant: NDArray(failing: misfit(name, array.shape, size)))
  }

  static func misfit(_ name: String, _ shape: [Int], _ size: [Int]) -> HillockError {
    HillockError(
      .shape,
      "the parameter \(name) of a group of shape \(size) has shape \(shape); give a number, or an array of the group's shape")
  }
}

extension NDArray {
  /// What a body reads of the array's elements, as numbers of this process also while a program is traced; nil where they are known
  /// only when that runs.
  func known<Value>(_ body: (NDArray) throws -> Value) throws -> Value? {
    isTraced ? nil : try Trace.suspended { try body(self) }
  }
}

/// A Variable is found under the name of the parameter.
extension GroupParameter: CustomReflectable {
  public var customMirror: Mirror {
    Mirror(self, children: variable.map { [(label: "some", value: $0)] } ?? [], displayStyle: .optional)
  }
}

extension GroupParameter: ParameterConvertible {
  public func parameter(_ name: String, size: [Int], dtype: DType) -> GroupParameter {
    variable?.parameter(name, size: size, dtype: dtype) ?? .checked(constant, name, size: size, dtype: dtype)
  }
}

extension NDArray: ParameterConvertible {
  public func parameter(_ name: String, size: [Int], dtype: DType) -> GroupParameter {
    .checked(self, name, size: size, dtype: dtype)
  }
}

extension Variable: ParameterConvertible {
  /// The Variable itself. It must have the group's dtype, and a shape that is broadcast to the group's.
  public func parameter(_ name: String, size: [Int], dtype: DType) -> GroupParameter {
    if self.dtype != dtype {
      return GroupParameter(
        constant: NDArray(
          failing: HillockError(
            .dtype,
            "the parameter \(name) is a Variable of \(self.dtype.name), and the group computes in \(dtype.name); make them the same"
          )))
    }
    guard zeros(shape).broadcast(to: size).error == nil else {
      return GroupParameter(constant: NDArray(failing: GroupParameter.misfit(name, shape, size)))
    }
    return GroupParameter(self)
  }
}

extension ParameterConvertible where Self: ArrayScalar {
  public func parameter(_ name: String, size: [Int], dtype: DType) -> GroupParameter { GroupParameter(constant: array) }
}

extension Double: ParameterConvertible {}
extension Float: ParameterConvertible {}
extension Int: ParameterConvertible {}
