/// Linear algebra, as `numpy.linalg` has it: systems of equations, decompositions, eigenvalues, norms.
///
/// ```swift
/// import HillockLinearAlgebra
///
/// let a = NDArray([[4.0, 1.0], [1.0, 3.0]])
/// let x = linalg.solve(a, NDArray([1.0, 2.0]))       // [0.0909, 0.6364]
/// ```
///
/// Matrices are the last two axes; axes before them are a batch, item by item. Complex ones are a `ComplexArray`. `f32` stays `f32`, `f64`
/// stays `f64`; integers and bools are computed in `f32`. All functions work at once, inside `jit`, loops and branches, in `vmap`, and have derivatives of any order in
/// forward and reverse mode, unless their documentation says otherwise.
///
/// No function throws. Shapes that do not fit give an array with a `shape` error. What depends on the elements, a matrix that is singular or
/// not positive definite, an iteration that does not converge, NaN or an infinity where eigenvalues or singular values are wanted, gives NaN in
/// the results of that item, as in JAX: a program that is compiled could not stop for it.
///
/// The decompositions are LAPACK's, loaded when they are first called (package `liblapack3`); where it is missing, results carry a `system`
/// error that says what to install.
public struct LinearAlgebra: Sendable {}

/// The functions of linear algebra.
public let linalg = LinearAlgebra()
