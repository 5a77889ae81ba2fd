/// A Variable that training changes: what ``Base/trainVars(method:level:includeSelf:)`` gives.
public final class TrainVar: Variable, @unchecked Sendable {}

/// A Variable that is a parameter of a model: it keeps its value unless somebody sets it. `vars().subset(Parameter.self)` gives them.
public final class Parameter: Variable, @unchecked Sendable {}
