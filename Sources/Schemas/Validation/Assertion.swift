internal import JSONText

/// A keyword that looks at one value alone and does not hold.
struct Assertion {
  let keyword: String
  private let words: (JSON) -> String

  /// One sentence: what was expected, what was found.
  func message(_ value: JSON) -> String { words(value) }

  private init(_ keyword: String, _ words: @escaping (JSON) -> String) {
    self.keyword = keyword
    self.words = words
  }

  /// The failure of a rule on a value, or `nil` where it holds or does not concern the value.
  static func failure(of rule: SchemaRule, _ value: JSON) -> Assertion? {
    switch rule {
    case .never:
      return Assertion("false") { "expected nothing here, found \($0.brief)" }
    case .type(let types) where !types.admits(value):
      return Assertion("type") { "expected \(types.words), found \($0.brief)" }
    case .constant(let constant) where !JSONNumber.isSame(constant, value):
      return Assertion("const") { "expected \(constant.brief), found \($0.brief)" }
    case .choices(let choices) where !choices.contains { JSONNumber.isSame($0, value) }:
      let words = choices.map(\.brief).joined(separator: ", ")
      return Assertion("enum") { "expected one of \(words), found \($0.brief)" }
    case .multiple(let divisor) where value.isNumber && !JSONNumber.isMultiple(value, of: divisor):
      return Assertion("multipleOf") { "expected a multiple of \(divisor), found \($0)" }
    case .bound(let bound, let limit) where value.isNumber && !bound.holds(value, limit):
      return Assertion(bound.rawValue) { "expected \(bound.words) \(limit), found \($0)" }
    case .size(let limit, let count):
      return size(limit, count, value)
    case .required(let names):
      return required(names, by: nil, value, "required")
    case .dependentRequired(let dependent):
      return dependent.lazy.compactMap { key, names in
        value.hasMember(key) ? required(names, by: key, value, "dependentRequired") : nil
      }.first
    case .pattern(let pattern):
      guard case .string(let text) = value, !pattern.matches(text) else { return nil }
      return Assertion("pattern") { "expected text that fits \(pattern.source), found \($0.brief)" }
    case .unique:
      guard case .array(let elements) = value, let (first, second) = Twins.first(in: elements)
      else {
        return nil
      }
      return Assertion("uniqueItems") { _ in "elements \(first) and \(second) are equal" }
    default: return nil
    }
  }

  private static func size(_ limit: SizeLimit, _ count: Int, _ value: JSON) -> Assertion? {
    let found: Int
    switch (limit, value) {
    case (.maxLength, .string(let text)), (.minLength, .string(let text)):
      // A code point has 1 to 4 bytes: most texts need no counting.
      let bytes = text.utf8.count
      if limit.isUpper ? bytes <= count : bytes / 4 >= count { return nil }
      found = text.unicodeScalars.count
    case (.maxItems, .array(let elements)), (.minItems, .array(let elements)):
      found = elements.count
    case (.maxProperties, .object(let object)), (.minProperties, .object(let object)):
      found = object.count
    default: return nil
    }
    if limit.isUpper ? found <= count : found >= count { return nil }
    let words = "expected at \(limit.isUpper ? "most" : "least") \(count) \(limit.noun)"
    return Assertion(limit.rawValue) { _ in "\(words), found \(found)" }
  }

  private static func required(
    _ names: [String], by key: String?, _ value: JSON, _ keyword: String
  ) -> Assertion? {
    guard case .object(let object) = value else { return nil }
    let missing = names.filter { !object.has($0) }
    if missing.isEmpty { return nil }
    let list = missing.map { "\"\($0)\"" }.joined(separator: ", ")
    let noun = missing.count == 1 ? "key \(list) is" : "keys \(list) are"
    let reason = key.map { ", which \"\($0)\" asks for" } ?? ""
    return Assertion(keyword) { _ in "the \(noun) missing\(reason)" }
  }
}

extension JSON {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }

  fileprivate func hasMember(_ key: String) -> Bool {
    guard case .object(let object) = self else { return false }
    return object.has(key)
  }
}
