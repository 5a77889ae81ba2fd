import HillockBytecode
import HillockIR
import HillockRuntime

/// What a run leaves: its results, and the Variables that the program stores.
struct RunOutputs {
  private struct Output {
    /// `result0`, or the Variable's name.
    var name: String
    var type: ArrayType
  }

  private let outputs: [Output]
  /// The Variables that the program stores, in order.
  let storedSlots: [Int]

  init(_ program: Program) {
    var outputs: [Output] = []
    if case .return(let registers) = program.code.last {
      outputs = registers.enumerated().map { Output(name: "result\($0.offset)", type: program.registers[$0.element].type) }
    }
    let slots = program.code.compactMap { instruction -> Int? in
      if case .store(let slot, _) = instruction { slot } else { nil }
    }
    storedSlots = Set(slots).sorted()
    outputs += storedSlots.map { Output(name: program.variables[$0].name, type: program.variables[$0].type) }
    self.outputs = outputs
  }

  /// The name of an output's file.
  private static func fileName(_ name: String) -> String {
    String(decoding: name.utf8.map { $0 == UInt8(ascii: "/") || $0 == 0 ? UInt8(ascii: "_") : $0 }, as: UTF8.self) + ".npy"
  }

  /// Throws an `argument` error where two outputs would be one file.
  func checkFileNames() throws(HillockError) {
    var takenBy: [[UInt8]: String] = [:]
    for output in outputs {
      let file = Self.fileName(output.name)
      guard let other = takenBy.updateValue(output.name, forKey: Array(file.utf8)) else { continue }
      throw HillockError(
        .argument,
        "--output: \(OneLine.name(other)) and \(OneLine.name(output.name)) would both be written to \(OneLine.name(file)); give the "
          + "Variable another name in the program, or leave out --output")
    }
  }

  /// Prints the outputs, or writes them as `.npy` files to a folder. `values`: in the order of the outputs.
  func report(_ values: [Storage], to folder: String?) throws(HillockError) {
    if let folder { try FileBytes.makeFolder(folder) }
    for (output, value) in zip(outputs, values) {
      let elements = UnsafeRawBufferPointer(start: value.base, count: output.type.byteCount)
      if let folder {
        let path = "\(folder)/\(Self.fileName(output.name))"
        try Self.write(output.type, elements, to: path)
        print("\(OneLine.shown(path, atMost: 4096)) \(output.type)")
      } else {
        print("\(OneLine.name(output.name)) \(output.type) = \(ArrayText.summary(output.type, elements))")
      }
      withExtendedLifetime(value) {}
    }
  }

  /// (No array is copied: there may be no memory for another.)
  private static func write(_ type: ArrayType, _ elements: UnsafeRawBufferPointer, to path: String) throws(HillockError) {
    var file = try AtomicFile(path)
    try file.write(NumPyFile.head(of: type))
    try file.write(elements)
    try file.commit()
  }
}
