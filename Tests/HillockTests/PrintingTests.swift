import Hillock
import Testing

@Suite struct PrintingTests {
  struct Case: Decodable {
    var array: Oracle.Values
    var text: String
  }

  @Test func arraysArePrintedAsNumPyPrintsThem() throws {
    for example in try Oracle.cases("printing", of: Case.self) {
      let text = "\(try example.array.array())"
      #expect(text == example.text, "printed\n\(text)\nwhere NumPy prints\n\(example.text)")
    }
  }

  @Test func linesOfAVariableAreAlignedWithItsBracket() {
    let v = Variable(zeros(2, 2))
    #expect("\(v)" == "Variable(NDArray([[0., 0.],\n                  [0., 0.]], dtype=float32))")
  }

  @Test func numbersWithoutADTypeShowTheOneTheyWouldGet() {
    #expect("\(NDArray.pi)" == "NDArray(3.1415927, dtype=float32)")
    #expect("\(2 as NDArray)" == "NDArray(2, dtype=int32)")
  }
}
