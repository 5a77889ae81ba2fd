// The table of the Runge–Kutta methods. A test checks the order conditions of each.

extension ODEMethod {
  /// Euler's method.
  public static let euler = ODEMethod("euler", ButcherTableau(order: 1, [], weights: [1]))

  /// The midpoint method. (Runge, Math. Ann. 46, 1895.)
  public static let midpoint = ODEMethod("midpoint", ButcherTableau(order: 2, [(1 / 2, [1 / 2])], weights: [0, 1]))

  /// Heun's method, the trapezoidal rule with a predictor. (Heun, Z. Math. Phys. 45, 1900.)
  public static let heun = ODEMethod("heun", ButcherTableau(order: 2, [(1, [1])], weights: [1 / 2, 1 / 2]))

  /// The method of order 2 with the smallest bound of the error. (Ralston, Math. Comp. 16, 1962.)
  public static let ralston2 = ODEMethod("ralston2", ButcherTableau(order: 2, [(2 / 3, [2 / 3])], weights: [1 / 4, 3 / 4]))

  /// Kutta's method of order 3. (Kutta, Z. Math. Phys. 46, 1901.)
  public static let rk3 = ODEMethod(
    "rk3", ButcherTableau(order: 3, [(1 / 2, [1 / 2]), (1, [-1, 2])], weights: [1 / 6, 2 / 3, 1 / 6]))

  /// Heun's method of order 3. (Heun, 1900.)
  public static let heun3 = ODEMethod(
    "heun3", ButcherTableau(order: 3, [(1 / 3, [1 / 3]), (2 / 3, [0, 2 / 3])], weights: [1 / 4, 0, 3 / 4]))

  /// The method of order 3 with the smallest bound of the error. (Ralston, 1962.)
  public static let ralston3 = ODEMethod(
    "ralston3", ButcherTableau(order: 3, [(1 / 2, [1 / 2]), (3 / 4, [0, 3 / 4])], weights: [2 / 9, 1 / 3, 4 / 9]))

  /// A method of order 3 that preserves strong stability. (Shu and Osher, J. Comput. Phys. 77, 1988.)
  public static let ssprk3 = ODEMethod(
    "ssprk3", ButcherTableau(order: 3, [(1, [1]), (1 / 2, [1 / 4, 1 / 4])], weights: [1 / 6, 1 / 6, 2 / 3]))

  /// The classic method of order 4. (Kutta, 1901.)
  public static let rk4 = ODEMethod(
    "rk4",
    ButcherTableau(order: 4, [(1 / 2, [1 / 2]), (1 / 2, [0, 1 / 2]), (1, [0, 0, 1])], weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6]))

  /// The method of order 4 with the smallest bound of the error. (Ralston, 1962, with the square roots that are printed as decimals
  /// there.)
  public static let ralston4: ODEMethod = {
    let root = 5.0.squareRoot()
    return ODEMethod(
      "ralston4",
      ButcherTableau(
        order: 4,
        [
          (2 / 5, [2 / 5]), (7 / 8 - 3 * root / 16, [(-2889 + 1428 * root) / 1024, (3785 - 1620 * root) / 1024]),
          (1, [(-3365 + 2094 * root) / 6040, (-975 - 3046 * root) / 2552, (467_040 + 203_968 * root) / 240_845]),
        ],
        weights: [
          (263 + 24 * root) / 1812, (125 - 1000 * root) / 3828, 1024 * (3346 + 1623 * root) / 5_924_787, (30 - 4 * root) / 123,
        ]))
  }()

  /// The 3/8 rule, of order 4. (Kutta, 1901.)
  public static let rk38 = ODEMethod(
    "rk38",
    ButcherTableau(order: 4, [(1 / 3, [1 / 3]), (2 / 3, [-1 / 3, 1]), (1, [1, -1, 1])], weights: [1 / 8, 3 / 8, 3 / 8, 1 / 8]))

  /// Heun's method with Euler's as its estimate, 2(1).
  public static let heunEuler = ODEMethod(
    "heunEuler", ButcherTableau(order: 2, [(1, [1])], weights: [1 / 2, 1 / 2], second: (order: 1, weights: [1, 0])))

  /// Bogacki and Shampine's pair, 3(2). (Appl. Math. Lett. 2, 1989.)
  public static let bogackiShampine = ODEMethod(
    "bogackiShampine",
    ButcherTableau(
      order: 3, [(1 / 2, [1 / 2]), (3 / 4, [0, 3 / 4]), (1, [2 / 9, 1 / 3, 4 / 9])], weights: [2 / 9, 1 / 3, 4 / 9, 0],
      second: (order: 2, weights: [7 / 24, 1 / 4, 1 / 3, 1 / 8])))

  /// Fehlberg's pair, 4(5); the result is the one of order 5. (NASA TR R-315, 1969.)
  public static let fehlberg = ODEMethod(
    "fehlberg",
    ButcherTableau(
      order: 5,
      [
        (1 / 4, [1 / 4]), (3 / 8, [3 / 32, 9 / 32]), (12 / 13, [1932 / 2197, -7200 / 2197, 7296 / 2197]),
        (1, [439 / 216, -8, 3680 / 513, -845 / 4104]), (1 / 2, [-8 / 27, 2, -3544 / 2565, 1859 / 4104, -11 / 40]),
      ],
      weights: [16 / 135, 0, 6656 / 12_825, 28_561 / 56_430, -9 / 50, 2 / 55],
      second: (order: 4, weights: [25 / 216, 0, 1408 / 2565, 2197 / 4104, -1 / 5, 0])))

  /// Cash and Karp's pair, 5(4). (ACM Trans. Math. Softw. 16, 1990.)
  public static let cashKarp = ODEMethod(
    "cashKarp",
    ButcherTableau(
      order: 5,
      [
        (1 / 5, [1 / 5]), (3 / 10, [3 / 40, 9 / 40]), (3 / 5, [3 / 10, -9 / 10, 6 / 5]),
        (1, [-11 / 54, 5 / 2, -70 / 27, 35 / 27]),
        (7 / 8, [1631 / 55_296, 175 / 512, 575 / 13_824, 44_275 / 110_592, 253 / 4096]),
      ],
      weights: [37 / 378, 0, 250 / 621, 125 / 594, 0, 512 / 1771],
      second: (order: 4, weights: [2825 / 27_648, 0, 18_575 / 48_384, 13_525 / 55_296, 277 / 14_336, 1 / 4])))

  /// Dormand and Prince's pair, 5(4). (J. Comput. Appl. Math. 6, 1980; interpolation: Hairer, Nørsett and Wanner, *Solving Ordinary
  /// Differential Equations I*, 1993, section II.6.)
  public static let dormandPrince = ODEMethod(
    "dormandPrince",
    ButcherTableau(
      order: 5,
      [
        (1 / 5, [1 / 5]), (3 / 10, [3 / 40, 9 / 40]), (4 / 5, [44 / 45, -56 / 15, 32 / 9]),
        (8 / 9, [19_372 / 6561, -25_360 / 2187, 64_448 / 6561, -212 / 729]),
        (1, [9017 / 3168, -355 / 33, 46_732 / 5247, 49 / 176, -5103 / 18_656]),
        (1, [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]),
      ],
      weights: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
      second: (order: 4, weights: [5179 / 57_600, 0, 7571 / 16_695, 393 / 640, -92_097 / 339_200, 187 / 2100, 1 / 40]),
      correction: [
        -12_715_105_075 / 11_282_082_432, 0, 87_487_479_700 / 32_700_410_799, -10_690_763_975 / 1_880_347_072,
        701_980_252_875 / 199_316_789_632, -1_453_857_185 / 822_651_844, 69_997_945 / 29_380_423,
      ]))

  /// x + dt·φ(dt·J)·f with φ(z) = (eᶻ − 1)/z, for each variable alone: J is the derivative of its equation with respect to itself, found
  /// by forward differentiation; the other variables keep the values of the step's beginning. Exact for one linear equation with
  /// constant coefficients, stable for stiff ones.
  ///
  /// The equations treat each position of an array by itself (as those of neurons do that are not connected): J is a number for
  /// each position. (Rush and Larsen, IEEE Trans. Biomed. Eng. 25, 1978.)
  public static let exponentialEuler = ODEMethod("exponentialEuler", order: 1, .exponentialEuler)

  /// The same for all variables together: J is the matrix of the derivatives of all equations with respect to all variables, one for
  /// each position. Exact for linear equations with constant coefficients, and of order 2 for others if they do not depend on the time
  /// itself. All arrays of the state have one shape. The work of a step grows with the third power of their number, so it is meant for
  /// a few. Eigenvalues of dt·J may be up to about 250 for f64 to be exact, and up to about 1000 for the step to be stable.
  /// (Hochbruck and Ostermann, Acta Numerica 19, 2010, eq. 2.40.)
  public static let coupledExponentialEuler = ODEMethod("coupledExponentialEuler", order: 2, .coupledExponentialEuler)

  private init(_ name: String, _ tableau: ButcherTableau) { self.init(name, order: tableau.order, .rungeKutta(tableau)) }
}
