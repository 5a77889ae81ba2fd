import CPNG
import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The pixels of a PNG file, read by libpng.
struct Pixels {
  struct Pixel {
    var red: UInt8, green: UInt8, blue: UInt8
    var isDark: Bool { Int(red) + Int(green) + Int(blue) < 300 }
  }
  let width: Int, height: Int
  private let bytes: [UInt8]

  struct NoPicture: Error {}

  init(png: [UInt8]) throws {
    var width: Int32 = 0, height: Int32 = 0
    guard let pixels = read_png(png, png.count, &width, &height) else { throw NoPicture() }
    defer { free(pixels) }
    (self.width, self.height) = (Int(width), Int(height))
    bytes = Array(UnsafeBufferPointer(start: pixels, count: 4 * Int(width) * Int(height)))
  }

  subscript(x: Int, y: Int) -> Pixel {
    let place = 4 * (y * width + x)
    return Pixel(red: bytes[place], green: bytes[place + 1], blue: bytes[place + 2])
  }

  func places(_ condition: (Pixel) -> Bool) -> [(x: Int, y: Int)] {
    var found: [(x: Int, y: Int)] = []
    for y in 0..<height {
      for x in 0..<width where condition(self[x, y]) { found.append((x, y)) }
    }
    return found
  }

  /// How many pixels are not white.
  var ink: Int { places { Int($0.red) + Int($0.green) + Int($0.blue) < 740 }.count }

  /// The row with the most dark pixels: a horizontal axis.
  var darkestRow: Int? {
    let counts = (0..<height).map { y in (0..<width).count { self[$0, y].isDark } }
    return counts.indices.max { counts[$0] < counts[$1] }
  }

  /// The column with the most dark pixels, and where they begin: a vertical axis.
  var darkestColumn: (x: Int, first: Int)? {
    let dark = (0..<width).map { x in (0..<height).filter { self[x, $0].isDark } }
    guard let x = dark.indices.max(by: { dark[$0].count < dark[$1].count }), let first = dark[x].first else { return nil }
    return (x, first)
  }
}

/// What XMLParser says about a text; nil if it is well formed.
func fault(ofXML text: [UInt8]) -> String? {
  let parser = XMLParser(data: Data(text))
  return parser.parse() ? nil : parser.parserError.map { "\($0)" } ?? "not well formed"
}
