import Hillock

// Saves a model again and again, each time with all elements one greater, until somebody kills it. The test that does looks
// whether the file is whole.
final class Model: Base {
  let weights = Variable(zeros(500_000), name: "weights")
  let step = Variable(zeros([], dtype: .i64), name: "step")
}

let path = CommandLine.arguments[1]
let model = Model()
// Goes on from what is there.
if CommandLine.arguments.count > 2 { try model.loadStates(from: path) }
while true {
  model.weights += 1
  model.step += 1
  try model.saveStates(to: path)
}
