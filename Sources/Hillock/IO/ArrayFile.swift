import HillockIR
import HillockRuntime

/// What a file of arrays says it holds, before any of the arrays is read.
struct ArrayFile {
  struct Entry {
    var key: String
    /// The error where the array is not understood, such as one of a dtype that is not ours.
    var type: Result<ArrayType, HillockError>
    /// Reads the array's elements.
    var read: () throws(HillockError) -> Storage

    init(key: String, type: Result<ArrayType, HillockError>, read: @escaping () throws(HillockError) -> Storage) {
      self.key = key
      self.type = type
      self.read = read
    }

    /// An array that the file has and that cannot be read.
    init(key: String, failure: HillockError) {
      self.init(key: key, type: .failure(failure)) { () throws(HillockError) in throw failure }
    }
  }

  private(set) var entries: [Entry]
  private(set) var metadata: [String: String] = [:]

  init(_ entries: [Entry], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// Fills new memory of a type's size.
  static func storage(
    _ type: ArrayType, _ fill: (UnsafeMutableRawBufferPointer) throws(HillockError) -> Void
  ) throws(HillockError) -> Storage {
    let storage = try Storage.allocate(byteCount: type.byteCount)
    let buffer = UnsafeMutableRawBufferPointer(start: storage.base, count: type.byteCount)
    try fill(buffer)
    if type.dtype == .bool { for i in buffer.indices where buffer[i] > 1 { buffer[i] = 1 } }
    return storage
  }
}

/// The formats in which named arrays are written.
public enum ArrayFileFormat: Sendable, CaseIterable {
  /// NumPy's `.npz`: a ZIP file of `.npy` files, as `np.savez` writes it.
  case npz
  /// The same, deflated, as `np.savez_compressed` writes it.
  case compressedNpz
  /// `.safetensors`. (https://huggingface.co/docs/safetensors/index)
  case safetensors

  /// The format that was asked for, or else the one that a file's name ends with; an `argument` error where it ends with
  /// neither `.npz` nor `.safetensors`.
  static func of(_ path: String, _ asked: ArrayFileFormat?) throws(HillockError) -> ArrayFileFormat {
    if let asked { return asked }
    if path.hasSuffix(".npz") { return .npz }
    if path.hasSuffix(".safetensors") { return .safetensors }
    throw HillockError(.argument, "\(path): a file of arrays is named .npz or .safetensors; or give its format")
  }

  func open(_ source: ByteSource) throws(HillockError) -> ArrayFile {
    self == .safetensors ? try SafetensorsFile.open(source) : try NpzFile.open(source)
  }

  func write(_ arrays: [(key: String, type: ArrayType, storage: Storage)], to file: consuming AtomicFile) throws(HillockError) {
    switch self {
    case .safetensors: try SafetensorsFile.write(arrays, to: file)
    case .npz, .compressedNpz: try NpzFile.write(arrays, to: file, compressed: self == .compressedNpz)
    }
  }
}
