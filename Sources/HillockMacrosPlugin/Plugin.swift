#if Macros
  import SwiftCompilerPlugin
  import SwiftSyntaxMacros

  @main
  struct Plugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [JitMacro.self]
  }
#else
  /// Without the trait `Macros` nothing of swift-syntax is fetched or built, and there is nothing to plug in.
  @main
  struct Plugin {
    static func main() {}
  }
#endif
