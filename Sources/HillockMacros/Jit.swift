@_exported import Hillock

#if Macros
  /// Compiles a method: every instance's calls run a program of its own, without a call of `jit` where it is used.
  ///
  /// ```swift
  /// import HillockMacros
  ///
  /// final class Counter: Base {
  ///   let n = Variable(zeros(1))
  ///
  ///   @Jit func count(_ x: NDArray) throws -> NDArray {
  ///     n += x
  ///     return n.value
  ///   }
  /// }
  /// let counter = Counter()
  /// try counter.count(ones(1))      // traced
  /// try counter.count(ones(1))      // run
  /// ```
  ///
  /// The method belongs to a class that inherits from `Base`, is marked `throws`, and takes and returns what a jitted function
  /// does. It may be overridden, with or without `@Jit`, and call `super`. The programs are the instance's and die with it;
  /// called while another function is traced, the method becomes part of that. `explainMethods()` tells what was compiled.
  ///
  /// What the method was is kept beside it as a private method whose name begins with `_plain_`.
  @attached(body)
  @attached(peer, names: prefixed(_plain_))
  public macro Jit() = #externalMacro(module: "HillockMacrosPlugin", type: "JitMacro")
#endif
