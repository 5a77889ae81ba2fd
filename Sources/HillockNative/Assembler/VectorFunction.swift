/// Machine code of a fused run: a function `void f(void **streams, long n, const void *constants)` over n positions. Where it
/// needs to know where these are in the index space, the first one's number is behind the streams (and a loop's index). Where it
/// goes row by row there is a fourth parameter, `long rows`: so many whole rows, or the n positions of a part of one.
package struct VectorFunction: Sendable {
  package var code: [UInt8]
  /// Where in the code the addresses of C functions are, of 8 bytes each.
  package var addresses: [Int]
  /// The table of constants, in words of 32 bits; it is aligned to 64 bytes.
  package var constants: [UInt32]
  /// The slots whose addresses the function is given, in order.
  package var slots: [UInt16]
  package var readsPosition: Bool
  var rows: RowWalk?
  package var level: VectorLevel
  /// Positions in a vector, and vectors in an iteration.
  package var positions: Int
  package var unroll: Int
  /// Values that wait in the frame because there are too few registers.
  package var spills: Int
  /// What each piece of code is there for, in order of the bytes at which the pieces begin: the position of a tile instruction
  /// in the kernel's code, or `control`.
  package var origins: [(offset: Int, instruction: Int32)]
  /// Where the loop over whole iterations and the one over the rest begin.
  package var mainLoop: Int
  package var tailLoop: Int

  /// The code with 0 for each address.
  var codeWithoutAddresses: [UInt8] {
    var code = code
    for offset in addresses { code.replaceSubrange(offset..<offset + 8, with: repeatElement(0, count: 8)) }
    return code
  }

  /// The origin of what belongs to no tile instruction: entry, loops, return.
  package static let control: Int32 = -1
}
