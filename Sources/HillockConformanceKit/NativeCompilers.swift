import HillockRuntime

#if Native
  import HillockNative
#endif

/// The native tier, where the build has one.
enum NativeCompilers {
  static var compiler: (any NativeCompiler)? {
    #if Native
      TCCCompiler()
    #else
      nil
    #endif
  }
}
