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

  /// Lets every machine instruction be decoded again and compared with what was asked for, in release builds too.
  static func checkCode() {
    #if Native
      CodeChecks.enable()
    #endif
  }
}
