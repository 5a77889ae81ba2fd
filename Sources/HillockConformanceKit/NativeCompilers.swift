import HillockRuntime

#if Native
  import HillockNative
#endif

/// The native tier at a given instruction-set level, where the build has one.
enum NativeCompilers {
  static func compiler(_ isa: InstructionSet) -> (any NativeCompiler)? {
    #if Native
      TCCCompiler(isa: isa.rawValue)
    #else
      nil
    #endif
  }
}
