internal import Foundations
internal import JSONText

extension ExpressionNode {
  func value(_ record: JSON) throws(Fault) -> JSON {
    switch self {
    case .literal(let value): return value
    case .path(let path): return path.value(in: record) ?? .null
    case .list(let nodes):
      var values: [JSON] = []
      for node in nodes { values.append(try node.value(record)) }
      return .array(values)
    case .all(let nodes):
      for node in nodes where try !node.truth(record) { return false }
      return true
    case .any(let nodes):
      for node in nodes where try node.truth(record) { return true }
      return false
    case .not(let node): return .bool(try !node.truth(record))
    case .negative(let node):
      return try Self.value(0, .minus, Self.number(node.value(record), for: "-"))
    case .comparison(let left, let comparison, let right):
      return .bool(try Self.holds(left.value(record), comparison, right.value(record)))
    case .membership(let node, let whole): return .bool(try Self.isIn(node, whole, record))
    case .arithmetic(let first, let rest):
      var value = try first.value(record)
      for (operation, node) in rest {
        value = try Self.value(value, operation, node.value(record))
      }
      return value
    case .exists(let node): return .bool(try node.value(record) != .null)
    case .length(let node): return try Self.length(node.value(record))
    case .lower(let node):
      let value = try node.value(record)
      if value == .null { return .null }
      return .string(try Self.text(value, for: "lower").lowercased())
    case .text(let node): return try Self.text(of: node.value(record))
    case .matches(let node, let glob):
      let value = try node.value(record)
      if value == .null { return false }
      return .bool(glob.matches(try Self.text(value, for: "matches")))
    }
  }

  func truth(_ record: JSON) throws(Fault) -> Bool {
    switch try value(record) {
    case .bool(let truth): return truth
    case .null: return false
    case let other: throw Self.kind("expected true or false", other)
    }
  }

  private static func isIn(
    _ node: ExpressionNode, _ whole: ExpressionNode, _ record: JSON
  ) throws(Fault) -> Bool {
    let value = try node.value(record)
    switch try whole.value(record) {
    case .array(let elements): return elements.contains { areEqual($0, value) }
    case .null: return false
    case let other: throw kind("\"in\" expects an array at its right", other)
    }
  }

  private static func length(_ value: JSON) throws(Fault) -> JSON {
    switch value {
    case .null: return .null
    case .string(let text): return .integer(text.unicodeScalars.count)
    case .array(let elements): return .integer(elements.count)
    case .object(let object): return .integer(object.count)
    default: throw kind("len expects a text, an array or an object", value)
    }
  }

  private static func text(of value: JSON) throws(Fault) -> JSON {
    switch value {
    case .null, .string: return value
    case .bool, .integer, .number: return .string(value.description)
    default: throw kind("text expects a number, a text or a truth value", value)
    }
  }

  private static func text(_ value: JSON, for function: String) throws(Fault) -> String {
    guard case .string(let text) = value else { throw kind("\(function) expects a text", value) }
    return text
  }

  private static func number(_ value: JSON, for operation: String) throws(Fault) -> JSON {
    switch value {
    case .integer, .number, .null: return value
    default: throw kind("\"\(operation)\" expects a number", value)
    }
  }

  static func kind(_ expected: String, _ value: JSON) -> Fault {
    Fault("expression.type", "\(expected), found \(value.brief)")
  }
}

// MARK: Comparison

extension ExpressionNode {
  private static func holds(
    _ left: JSON, _ comparison: Comparison, _ right: JSON
  ) throws(Fault) -> Bool {
    switch comparison {
    case .equal: return areEqual(left, right)
    case .unequal: return !areEqual(left, right)
    case .less: return try order(left, right, "<").map { $0 < 0 } ?? false
    case .atMost: return try order(left, right, "<=").map { $0 <= 0 } ?? false
    case .greater: return try order(left, right, ">").map { $0 > 0 } ?? false
    case .atLeast: return try order(left, right, ">=").map { $0 >= 0 } ?? false
    }
  }

  private static func areEqual(_ left: JSON, _ right: JSON) -> Bool {
    switch (left, right) {
    case (.integer(let whole), .number(let number)), (.number(let number), .integer(let whole)):
      Int(exactly: number) == whole
    case (.number(let a), .number(let b)): a == b
    default: left == right
    }
  }

  /// Negative, zero or positive as left comes before, with or after right; `nil` with a null.
  private static func order(_ left: JSON, _ right: JSON, _ symbol: String) throws(Fault) -> Int? {
    switch (left, right) {
    case (.null, _), (_, .null): return nil
    case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
    case (.number(let a), .number(let b)): return a < b ? -1 : a > b ? 1 : 0
    case (.integer(let a), .number(let b)): return order(a, b)
    case (.number(let a), .integer(let b)): return -order(b, a)
    case (.string(let a), .string(let b)):
      if a.utf8.elementsEqual(b.utf8) { return 0 }
      return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    default:
      throw Fault(
        "expression.type",
        "\"\(symbol)\" expects two numbers or two texts, found \(left.brief) and \(right.brief)")
    }
  }

  /// Exact also where a double cannot say the whole number.
  private static func order(_ whole: Int, _ number: Double) -> Int {
    if number >= 0x1p63 { return -1 }
    if number < -0x1p63 { return 1 }
    let floor = number.rounded(.down)
    let other = Int(floor)
    if whole != other { return whole < other ? -1 : 1 }
    return number > floor ? -1 : 0
  }
}

// MARK: Arithmetic

extension ExpressionNode {
  private static func value(
    _ left: JSON, _ operation: Arithmetic, _ right: JSON
  ) throws(Fault) -> JSON {
    switch (left, right) {
    case (.string(let a), .string(let b)) where operation == .plus: return .string(a + b)
    case (.integer(let a), .integer(let b)) where operation != .over:
      return .integer(try whole(a, operation, b))
    default:
      let left = try number(left, for: operation.rawValue)
      let right = try number(right, for: operation.rawValue)
      guard left != .null, right != .null else { return .null }
      return .number(try quotient(left.asDouble, operation, right.asDouble))
    }
  }

  private static func whole(_ a: Int, _ operation: Arithmetic, _ b: Int) throws(Fault) -> Int {
    let (result, overflows) =
      switch operation {
      case .plus: a.addingReportingOverflow(b)
      case .minus: a.subtractingReportingOverflow(b)
      case .times: a.multipliedReportingOverflow(by: b)
      // The one remainder that does not fit its division, of the least number by -1, is zero.
      case .over, .modulo: b == -1 ? (0, false) : a.remainderReportingOverflow(dividingBy: b)
      }
    guard !overflows else {
      let reason = b == 0 && operation == .modulo ? "divides by zero" : "does not fit 64 bits"
      throw Fault("expression.value", "\(a) \(operation.rawValue) \(b) \(reason)")
    }
    return result
  }

  private static func quotient(
    _ a: Double, _ operation: Arithmetic, _ b: Double
  ) throws(Fault) -> Double {
    let result =
      switch operation {
      case .plus: a + b
      case .minus: a - b
      case .times: a * b
      case .over: a / b
      case .modulo: a.truncatingRemainder(dividingBy: b)
      }
    guard result.isFinite else {
      let reason = b == 0 ? "divides by zero" : "is no finite number"
      throw Fault("expression.value", "\(a) \(operation.rawValue) \(b) \(reason)")
    }
    return result
  }
}
