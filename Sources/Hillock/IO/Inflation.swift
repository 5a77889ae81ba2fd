import CZlib
import HillockIR
import HillockRuntime

/// Reads a part of a source from its beginning, as it is or inflated (RFC 1951), with the CRC-32 of what it gave.
final class PartReader {
  private let source: ByteSource
  /// What of the source is still unread.
  private var position: Int
  private let end: Int
  private var stream: UnsafeMutablePointer<z_stream>?
  /// What was read of the source and not inflated yet is in here; it does not move.
  private let input: UnsafeMutableRawBufferPointer
  private var hasEnded = false
  private(set) var crc: UInt32 = 0

  init(_ source: ByteSource, _ range: Range<Int>, isDeflated: Bool) throws(HillockError) {
    self.source = source
    position = range.lowerBound
    end = range.upperBound
    input = .allocate(byteCount: isDeflated ? min(max(range.count, 1), 1 << 16) : 0, alignment: 16)
    guard isDeflated else { return }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      throw HillockError(.system, "zlib cannot be started: there is no memory")
    }
    self.stream = stream
  }

  deinit {
    input.deallocate()
    guard let stream else { return }
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills the buffer, or throws a `format` error.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(HillockError) {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return }
    if let stream {
      var done = 0
      while done < buffer.count {
        let wanted = min(buffer.count - done, 1 << 30)
        let got = try inflateSome(stream, UnsafeMutableRawBufferPointer(start: base + done, count: wanted))
        guard got > 0 || !hasEnded else { throw HillockError(.format, "a compressed entry is shorter than announced") }
        done += got
      }
    } else {
      guard buffer.count <= end - position else { throw HillockError(.format, "an entry is shorter than announced") }
      try source.read(at: position, into: buffer)
      position += buffer.count
    }
    crc = UInt32(truncatingIfNeeded: crc32_z(uLong(crc), base.assumingMemoryBound(to: UInt8.self), buffer.count))
  }

  func bytes(_ count: Int) throws(HillockError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    var failure: HillockError?
    result.withUnsafeMutableBytes { buffer in
      do throws(HillockError) { try read(into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return result
  }

  /// Checks that nothing is left and that the CRC is the one announced.
  func finish(crc expected: UInt32) throws(HillockError) {
    if let stream {
      var rest: UInt8 = 0
      let extra = try withUnsafeMutableBytes(of: &rest) { (buffer) throws(HillockError) in
        hasEnded ? 0 : try inflateSome(stream, buffer)
      }
      guard extra == 0, hasEnded, position == end, stream.pointee.avail_in == 0 else {
        throw HillockError(.format, "a compressed entry is longer than announced")
      }
    } else {
      guard position == end else { throw HillockError(.format, "an entry is longer than announced") }
    }
    guard crc == expected else { throw HillockError(.format, "an entry is damaged: its CRC-32 is not the one announced") }
  }

  private func inflateSome(
    _ stream: UnsafeMutablePointer<z_stream>, _ output: UnsafeMutableRawBufferPointer
  ) throws(HillockError) -> Int {
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = uInt(output.count)
    while stream.pointee.avail_out > 0, !hasEnded {
      if stream.pointee.avail_in == 0 {
        let count = min(input.count, end - position)
        try source.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: input[..<count]))
        position += count
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = uInt(count)
      }
      // Without input there is no progress, which zlib says too: the loop ends.
      switch inflate(stream, Z_NO_FLUSH) {
      case Z_STREAM_END: hasEnded = true
      case Z_OK: break
      default: throw HillockError(.format, "a compressed entry is malformed or truncated")
      }
    }
    return output.count - Int(stream.pointee.avail_out)
  }
}

/// Deflates bytes (RFC 1951) into blocks of array storage, whose memory may be refused.
enum Deflation {
  struct Block {
    var storage: Storage
    var count: Int

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage.base, count: count) }
  }

  private static let blockSize = 1 << 20

  static func compress(_ parts: [UnsafeRawBufferPointer]) throws(HillockError) -> [Block] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else { throw HillockError(.system, "zlib cannot be started: there is no memory") }
    defer { deflateEnd(&stream) }
    var blocks: [Block] = []
    func run(_ flush: Int32) throws(HillockError) {
      repeat {
        if blocks.last.map({ $0.count == blockSize }) ?? true {
          blocks.append(Block(storage: try Storage.allocate(byteCount: blockSize), count: 0))
        }
        let last = blocks.count - 1, room = blockSize - blocks[last].count
        stream.next_out = (blocks[last].storage.base + blocks[last].count).assumingMemoryBound(to: UInt8.self)
        stream.avail_out = uInt(room)
        _ = deflate(&stream, flush)
        blocks[last].count += room - Int(stream.avail_out)
      } while stream.avail_out == 0
    }
    for part in parts {
      var done = 0
      while let base = part.baseAddress, done < part.count {
        let count = min(part.count - done, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: (base + done).assumingMemoryBound(to: UInt8.self))
        stream.avail_in = uInt(count)
        try run(Z_NO_FLUSH)
        done += count
      }
    }
    try run(Z_FINISH)
    return blocks
  }
}
