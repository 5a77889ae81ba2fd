/// A static parameter of an array op. The text form and the encoding follow from it.
package struct Attribute: Hashable, Sendable {
  package enum Form: Hashable, Sendable {
    /// `axis 1`
    case number
    /// `starts [0, 4]`
    case numbers
    /// 1 where the word stands in the line, otherwise 0: `reversed`
    case flag
    /// One of these words, after the op's name: `reduce.sum`. Only the first attribute of an op.
    case choice([String])
  }

  package let name: String
  package let form: Form
  /// The value where the text form says nothing.
  package let defaultValue: [Int]?

  package static func number(_ name: String, default value: Int? = nil) -> Attribute {
    Attribute(name: name, form: .number, defaultValue: value.map { [$0] })
  }

  package static func numbers(_ name: String, default values: [Int]? = nil) -> Attribute {
    Attribute(name: name, form: .numbers, defaultValue: values)
  }

  package static func flag(_ name: String) -> Attribute { Attribute(name: name, form: .flag, defaultValue: [0]) }

  package static func choice(_ name: String, _ words: [String], default value: Int? = nil) -> Attribute {
    Attribute(name: name, form: .choice(words), defaultValue: value.map { [$0] })
  }

  /// Whether it can have this value at all; what its op makes of it is decided by the op's types.
  package func takes(_ value: [Int]) -> Bool {
    switch form {
    case .number: value.count == 1
    case .numbers: true
    case .flag: value == [0] || value == [1]
    case .choice(let words): value.count == 1 && words.indices.contains(value[0])
    }
  }
}

/// The values of an array op's attributes, in the order of its row.
package struct Attributes: Hashable, Sendable, ExpressibleByArrayLiteral {
  package var values: [[Int]]

  package init(_ values: [[Int]]) { self.values = values }
  package init(arrayLiteral values: [Int]...) { self.values = values }

  /// The value at this place of the row; empty where there is none.
  package subscript(_ place: Int) -> [Int] { values.indices.contains(place) ? values[place] : [] }

  /// The value of an attribute that is one number.
  package func number(_ place: Int) -> Int { self[place].first ?? 0 }
}

extension TextScanner {
  /// The value of an attribute whose name has just been read.
  package mutating func value(_ form: Attribute.Form) throws(HillockError) -> [Int] {
    switch form {
    case .number, .choice: [try integer()]
    case .numbers: try integers()
    case .flag: [1]
    }
  }
}
