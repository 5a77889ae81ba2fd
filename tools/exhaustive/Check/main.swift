// Checks the functions of one argument of the op table: over all floats, or every nth of them, and over a sample of doubles.
// Each line of the output is a function at a dtype: name, dtype, arguments tried, the largest error in ULP, the bits of its
// argument and of its result, and the bound that the op table states. Where two ways to compute it differ, or a bound does not
// hold, that is said on standard error, and the exit code is 1.
//
//   HillockExhaustive [--stride N] [--doubles N] [--only NAME,…]
import Foundation
import HillockIR

func option(_ name: String) -> String? {
  let all = CommandLine.arguments
  return all.firstIndex(of: name).flatMap { $0 + 1 < all.count ? all[$0 + 1] : nil }
}

let only = option("--only").map { Set($0.split(separator: ",").map(String.init)) }
let check = FunctionCheck(
  stride: max(option("--stride").flatMap { Int($0) } ?? 1, 1), doubles: option("--doubles").flatMap { Int($0) } ?? 4_000_000)
for row in OpTable.rows where row.arity == 1 && row.dtypes.contains(.f32) && row.resultType(.f32) == .f32 {
  guard only?.contains(row.name) ?? true else { continue }
  check.measure(row, .f32)
  check.measure(row, .f64)
}
exit(check.isSound ? 0 : 1)
