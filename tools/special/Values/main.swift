// Computes special functions for tools/special/run and tools/validate. Of each file NAME.f64 or NAME.f32 in a folder, which holds the
// function's operands one after the other, it writes the results to NAME.f64.y or NAME.f32.y.
//
//   HillockSpecial FOLDER
import Foundation
import Hillock

let folder = URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? ".")

func compute<Scalar: ArrayElement>(_ name: String, as type: Scalar.Type, _ dtype: DType) throws {
  guard let (operands, function) = SpecialFunctions.all[name] else { return }
  let file = folder.appendingPathComponent("\(name).\(dtype.name)")
  guard let data = try? Data(contentsOf: file) else { return }
  let numbers = data.withUnsafeBytes { Array($0.bindMemory(to: Scalar.self)) }, count = numbers.count / operands
  let columns = (0..<operands).map { NDArray(Array(numbers[$0 * count..<($0 + 1) * count]), dtype: dtype) }
  let results = try function(columns).scalars(as: Scalar.self)
  try results.withUnsafeBytes { Data($0) }.write(to: file.appendingPathExtension("y"))
}

for name in SpecialFunctions.all.keys.sorted() {
  try compute(name, as: Double.self, .f64)
  try compute(name, as: Float.self, .f32)
}
