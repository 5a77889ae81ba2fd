#if Native && arch(x86_64)
  import HillockBytecode
  import HillockRuntime

  /// What libtcc makes of a program's C, function by function, for `hillock disasm --native`.
  ///
  /// libtcc tells where symbols begin, not where they end. So a function ends where the next one begins, less what fills the room
  /// between them: behind its `ret`, of which libtcc writes one, at the end.
  struct CompiledListing {
    private let code: TCCCode
    /// The symbols by their addresses, the tile kernels that are called among them.
    private let names: [UInt: String]
    private let addresses: [String: UInt]
    /// The lowest address of a function.
    private let base: UInt

    init(_ program: VerifiedProgram, isa: InstructionSet) throws(NativeFailure) {
      let compiled = try TCCCompiler(namesCode: true).compile(program, isa: isa)
      guard let code = compiled as? TCCCode, let end = code.symbols[TCCCompiler.endName] else {
        throw NativeFailure(stage: .relocate, reason: Reason.relocateFailed, detail: "libtcc does not tell where functions are")
      }
      self.code = code
      addresses = code.symbols
      names = Dictionary(code.symbols.map { ($1, $0) }) { min($0, $1) }
      let entries = code.symbols.filter { Self.isEntry($0.key) }.values
      base = entries.min() ?? end
    }

    /// A function's instructions, each at its distance from the first function, with the names of what it calls; nil where the
    /// program has no such function.
    func lines(of name: String) -> [String]? {
      guard let start = addresses[name], let end = addresses.values.filter({ $0 > start }).min(),
        let pointer = UnsafeRawPointer(bitPattern: start)
      else { return nil }
      let bytes = withExtendedLifetime(code) { [UInt8](UnsafeRawBufferPointer(start: pointer, count: Int(end - start))) }
      let decoded = NativeListing.decode(bytes, at: Int(start) - Int(base))
      let count = (decoded.lastIndex { $0.text == "ret" } ?? decoded.count - 1) + 1
      return decoded.prefix(count).map { offset, text in
        let target = callee(bytes, offset, start: start).map { "; \($0)" } ?? ""
        return NativeListing.line(Int(start) - Int(base) + offset, text, comment: target)
      }
    }

    private static func isEntry(_ name: String) -> Bool {
      ["hk_kernel_", "hk_loop_", ProgramWriter.entryName].contains { name.hasPrefix($0) }
    }

    /// The name of what the instruction at this place calls, where it calls an address.
    private func callee(_ bytes: [UInt8], _ offset: Int, start: UInt) -> String? {
      guard bytes.count >= offset + 5, bytes[offset] == 0xE8 else { return nil }
      let distance = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset + 1, as: Int32.self) }
      guard let name = names[start &+ UInt(offset) &+ 5 &+ UInt(bitPattern: Int(distance))] else { return nil }
      // A jump through a table of addresses: what is called may be more than 2 GiB away.
      return name.hasSuffix("@plt") ? String(name.dropLast(4)) : name
    }
  }
#endif
