import Foundation

/// A picture that is written as a PNG file (W3C Recommendation PNG, third edition, 2025), uncompressed.
public struct Picture {
  public let width: Int, height: Int
  private var rgb: [UInt8]

  /// A picture of values from 0 to 1 in row-major order, through a palette.
  public init(_ values: [Float], width: Int, palette: (Float) -> (Float, Float, Float) = Picture.fire) {
    self.width = width
    height = width == 0 ? 0 : values.count / width
    rgb = values.flatMap { value in
      let (red, green, blue) = palette(min(max(value.isNaN ? 0 : value, 0), 1))
      return [red, green, blue].map { UInt8(min(max($0, 0), 1) * 255) }
    }
  }

  /// Black, red, yellow, white.
  public static func fire(_ value: Float) -> (Float, Float, Float) { (3 * value, 3 * value - 1, 3 * value - 2) }

  /// Ink on white paper.
  public static func ink(_ value: Float) -> (Float, Float, Float) { (1 - value, 1 - value, 1 - value * 0.7) }

  /// Dark blue, white, orange and back.
  public static func sunset(_ value: Float) -> (Float, Float, Float) {
    func wave(_ phase: Float) -> Float { 0.5 - 0.5 * cosine(value + phase) }
    return (wave(0.15), wave(0.1), wave(0.3))
  }

  private static func cosine(_ turns: Float) -> Float { Float(cos(2 * Double.pi * Double(turns))) }

  /// Writes the file and says so.
  public func write(_ name: String) throws {
    var rows = Data()
    for row in 0..<height {
      rows.append(0)  // no filter
      rows.append(contentsOf: rgb[row * width * 3..<(row + 1) * width * 3])
    }
    var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    file.append(chunk("IHDR", Data(bytes(width) + bytes(height) + [8, 2, 0, 0, 0])))
    file.append(chunk("IDAT", stored(rows)))
    file.append(chunk("IEND", Data()))
    let url = URL(fileURLWithPath: Example.folder).appendingPathComponent(name)
    try file.write(to: url, options: .atomic)
    print("wrote   \(url.path) (\(width) × \(height))")
  }

  private func bytes(_ value: Int) -> [UInt8] { (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }

  private func chunk(_ kind: String, _ content: Data) -> Data {
    let body = Data(kind.utf8) + content
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in body { crc = Self.crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc >> 8) }
    return Data(bytes(content.count)) + body + Data(bytes(Int(~crc)))
  }

  private static let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
  }

  /// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).
  private func stored(_ data: Data) -> Data {
    var stream = Data([0x78, 0x01]), start = 0
    repeat {
      let count = min(65_535, data.count - start)
      stream.append(start + count == data.count ? 1 : 0)
      for half in [count, ~count] { stream.append(contentsOf: [UInt8(half & 0xFF), UInt8(half >> 8 & 0xFF)]) }
      stream.append(data[start..<start + count])
      start += count
    } while start < data.count
    var a: UInt32 = 1, b: UInt32 = 0
    for byte in data {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return stream + Data(bytes(Int(b << 16 | a)))
  }
}
