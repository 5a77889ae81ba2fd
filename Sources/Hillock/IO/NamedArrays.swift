import HillockIR
import HillockRuntime

/// Arrays by name, in an order, as files hold them: `.npz` and `.safetensors`.
///
/// ```swift
/// var results = NamedArrays()
/// results["V"] = V
/// try results.save(to: "run.npz")
/// let again = try NamedArrays(contentsOf: "run.npz")
/// ```
public struct NamedArrays: Sendable, RandomAccessCollection {
  private var entries: [(key: String, value: NDArray)] = []
  private var positions: [ExactKey: Int] = [:]

  public init() {}

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }
  public subscript(_ position: Int) -> (key: String, value: NDArray) { entries[position] }
  public var keys: [String] { entries.map(\.key) }

  /// The array of this name; a new name comes last. Names that differ in any bit are two, also where Swift finds them equal (é as one
  /// character and as two).
  public subscript(_ key: String) -> NDArray? {
    get { positions[ExactKey(key)].map { entries[$0].value } }
    set {
      let exact = ExactKey(key)
      if let newValue, let position = positions[exact] {
        entries[position].value = newValue
      } else if let newValue {
        positions[exact] = entries.count
        entries.append((key, newValue))
      } else if let position = positions.removeValue(forKey: exact) {
        entries.remove(at: position)
        for index in position..<entries.count { positions[ExactKey(entries[index].key)] = index }
      }
    }
  }

  /// Reads a file of arrays.
  ///
  /// A malformed file of any kind gives an error; memory is taken for what the file really holds only. An entry that is not understood,
  /// such as a `.npy` file of strings or of complex numbers, does not keep the others from being read: it is an array that carries the
  /// error (``NDArray/error``), which comes out where its values are wanted.
  ///
  /// - Parameter format: by default what the path ends with.
  /// - Throws: a `system` error where the file cannot be read, `format` where it is malformed.
  public init(contentsOf path: String, format: ArrayFileFormat? = nil) throws(HillockError) {
    do throws(HillockError) {
      try self.init(try ArrayFileFormat.of(path, format).open(ByteSource(path: path)))
    } catch {
      throw error.message.hasPrefix(OneLine.name(path)) ? error : error.about(path)
    }
  }

  /// Reads the bytes of such a file.
  public init(bytes: [UInt8], format: ArrayFileFormat) throws(HillockError) {
    try self.init(try format.open(ByteSource(bytes)))
  }

  private init(_ file: ArrayFile) throws(HillockError) {
    for entry in file.entries {
      switch entry.type {
      case .success(let type): self[entry.key] = NDArray(try entry.read(), type)
      case .failure(let error): self[entry.key] = NDArray(failing: error)
      }
    }
  }

  /// Writes a file of the arrays. It appears complete or not at all, whatever happens meanwhile.
  ///
  /// - Throws: the error that an array carries, `argument` where a key can be no name in the file, `system` where the file
  ///   cannot be written.
  public func save(to path: String, format: ArrayFileFormat? = nil) throws(HillockError) {
    let format = try ArrayFileFormat.of(path, format)
    var arrays: [(key: String, type: ArrayType, storage: Storage)] = []
    for (key, value) in entries {
      let (storage, type) = try value.concrete()
      arrays.append((key, type, storage))
    }
    try format.write(arrays, to: AtomicFile(path))
  }
}

/// A name whose identity is that of its bytes.
struct ExactKey: Hashable {
  let text: String
  init(_ text: String) { self.text = text }
  static func == (a: ExactKey, b: ExactKey) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(UInt8(0xff))
  }
}
