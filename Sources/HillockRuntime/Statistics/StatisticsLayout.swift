import HillockIR

/// The layout of a statistics file, version 2; `Spec/tiers.md` is the normative text. All numbers are little-endian 64-bit
/// words at multiples of eight, but for the four 32-bit words at 8...24 of the header. Texts are UTF-8, cut at a character
/// to their field and padded with zeros.
enum StatisticsLayout {
  static let magic: [UInt8] = Array("HILLOCKS".utf8)
  static let version: UInt32 = 2
  static let headerByteCount = 256
  static let recordByteCount = 2048
  /// Programs a file has room for. When all records are taken, those of programs that are gone are used again.
  static let capacity = 1024

  enum Header {
    static let version = 8
    static let headerByteCount = 12
    static let recordByteCount = 16
    static let capacity = 20
    static let process = 24
    /// Nanoseconds since 1970.
    static let started = 32
    /// 0 while the process lives.
    static let finished = 40
    /// Records ever used: the first this many may hold programs.
    static let recordCount = 48
    /// Programs for which there was no record.
    static let dropped = 56
    static let workers = 64
    static let instructionSet = 72
    /// `ProcessStart.ticks`; 0: not known.
    static let processStart = 80
    static let name = 128
    static let nameByteCount = 128
  }

  enum Record {
    /// Odd while the record is being written.
    static let sequence = 0
    /// A `RecordState`.
    static let state = 8
    /// The first of the counters, in the order of `Counter`.
    static let counters = 16
    /// Room for 46 counters before it.
    static let reason = 384
    static let reasonByteCount = 64
    static let name = 448
    static let nameByteCount = 128
    static let signature = 576
    static let signatureByteCount = 384
    static let retrace = 960
    static let retraceByteCount = 256
    static let detail = 1216
    static let detailByteCount = 512
  }

  enum RecordState: UInt64 {
    case free = 0
    case live
    case finished
  }

  /// The texts of a record, and whether its program lives.
  struct Texts {
    var isLive = true
    var name: String
    var signature: String
    var reason = ""
    var retrace = ""
    /// The compiler's own words for the last failure.
    var detail = ""
  }

  /// Cuts a text to a field.
  static func write(_ text: String, to field: UnsafeMutableRawBufferPointer) {
    field.initializeMemory(as: UInt8.self, repeating: 0)
    var used = 0
    for character in text {
      let bytes = Array(character.utf8)
      guard used + bytes.count <= field.count else { break }
      for byte in bytes {
        field[used] = byte
        used += 1
      }
    }
  }

  static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// The numbers kept for a program, in the order in which a record holds them.
enum Counter: Int, CaseIterable {
  case interpretedCalls = 0
  case nativeCalls
  /// Of the calls that were timed: those made while statistics were on.
  case interpretedNanoseconds, nativeNanoseconds
  /// 0: interpreter, 1: native.
  case tier
  /// Nanoseconds since 1970; 0: not promoted.
  case promotedAt
  /// Interpreted calls before the promotion.
  case promotedAfter
  case writeNanoseconds, compileNanoseconds, relocateNanoseconds, protectNanoseconds
  case codeBytes
  case failedCompiles
  case retraces
  case barrierChecks
  /// Tile instructions times positions of one call.
  case work
  case assembleNanoseconds
  /// From the moment the program was hot, or promotion was asked for, to the swap.
  case promotionNanoseconds
  case timedInterpretedCalls, timedNativeCalls
  /// What a call reads from arguments and Variables and writes to results and Variables.
  case bytes
  /// Positions that a call goes through.
  case elements
  /// Steps of loops.
  case interpretedSteps, nativeSteps
  /// Loops that went on natively between two of their steps.
  case switches
  /// 1: the program had to make room for another one of its function.
  case evicted
  /// 1: the program stays in its tier, unless promotion is asked for.
  case settled
}
