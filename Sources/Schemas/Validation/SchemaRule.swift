internal import JSONText

/// A compiled schema: its rules in the order of evaluation, `unevaluated…` last.
struct SchemaNode: Sendable {
  var rules: [SchemaRule] = []
  /// The resource the schema lies in, which enters the dynamic scope.
  let resource: Int
  /// Absolute URI with a JSON pointer as fragment.
  let location: String
}

extension SchemaNode {
  /// Whether no schema asks too many others about one value, counting each as often as it is asked.
  ///
  /// Of 60 schemas that each refer to the next one twice, the last would be asked 2^60 times.
  static func areBounded(_ nodes: [SchemaNode]) -> Bool {
    let next = nodes.map { $0.rules.flatMap(\.onSameValue) }
    var asked = Array(repeating: 1, count: nodes.count)
    for _ in 0..<SchemaValidation.deepest {
      var isSettled = true
      for node in next.indices.reversed() {
        let count = next[node].reduce(1) { $0 + asked[$1] }
        if count > 100_000 { return false }
        if count != asked[node] { isSettled = false }
        asked[node] = count
      }
      if isSettled { return true }
    }
    return false
  }
}

/// One keyword, or several that only make sense together.
///
/// Integers are positions of nodes.
enum SchemaRule: Sendable {
  case never
  case type(JSONTypes)
  case constant(JSON)
  case choices([JSON])
  case multiple(of: JSON)
  case bound(Bound, JSON)
  case size(SizeLimit, Int)
  case pattern(Pattern)
  case unique
  case required([String])
  case dependentRequired([(key: String, required: [String])])
  case members(MemberRule)
  case memberNames(Int)
  case elements(prefix: [Int], rest: Int?)
  case contains(Int, least: Int, most: Int?)
  case reference(Int)
  case dynamicReference(Int, anchor: String)
  case all([Int])
  case any([Int])
  case one([Int])
  case not(Int)
  case condition(test: Int, then: Int?, otherwise: Int?)
  case dependentSchemas([(key: String, node: Int)])
  case unevaluatedItems(Int)
  case unevaluatedProperties(Int)

  /// The nodes that are asked about the same value.
  var onSameValue: [Int] {
    switch self {
    case .reference(let node), .dynamicReference(let node, _), .not(let node): [node]
    case .all(let nodes), .any(let nodes), .one(let nodes): nodes
    case .condition(let test, let then, let otherwise):
      [test] + [then, otherwise].compactMap { $0 }
    case .dependentSchemas(let dependent): dependent.map(\.node)
    default: []
    }
  }

  var isUnevaluated: Bool {
    switch self {
    case .unevaluatedItems, .unevaluatedProperties: true
    default: false
    }
  }
}

/// `properties`, `patternProperties` and `additionalProperties` of one schema.
///
/// A class, as a rule is copied at every use: one reference count instead of four.
final class MemberRule: Sendable {
  let names: [String]
  private let haveASCII: Bool
  /// Parallel to `names`.
  let nodes: [Int]
  let patterns: [(pattern: Pattern, node: Int)]
  let additional: Int?

  init(
    _ properties: [(key: String, node: Int)], patterns: [(pattern: Pattern, node: Int)],
    additional: Int?
  ) {
    names = properties.map(\.key)
    haveASCII = names.allSatisfy(\.isASCII)
    nodes = properties.map(\.node)
    self.patterns = patterns
    self.additional = additional
  }

  /// The position of a key in `names`, searched from `guess` on and around.
  ///
  /// Members usually come in the order of the schema, so that the first guess holds.
  func position(of key: String, from guess: Int) -> Int? {
    for offset in names.indices {
      let index = guess + offset < names.count ? guess + offset : guess + offset - names.count
      let name = names[index]
      if name.hasSameASCII(as: key) && (haveASCII || name.utf8.elementsEqual(key.utf8)) {
        return index
      }
    }
    return nil
  }
}

/// The limits on numbers.
enum Bound: String, Sendable {
  case maximum
  case exclusiveMaximum
  case minimum
  case exclusiveMinimum

  func holds(_ value: JSON, _ limit: JSON) -> Bool {
    switch self {
    case .maximum: !JSONNumber.isLess(limit, value)
    case .exclusiveMaximum: JSONNumber.isLess(value, limit)
    case .minimum: !JSONNumber.isLess(value, limit)
    case .exclusiveMinimum: JSONNumber.isLess(limit, value)
    }
  }

  var words: String {
    switch self {
    case .maximum: "at most"
    case .exclusiveMaximum: "less than"
    case .minimum: "at least"
    case .exclusiveMinimum: "more than"
    }
  }
}

/// The limits on lengths and counts.
enum SizeLimit: String, Sendable, CaseIterable {
  case maxLength
  case minLength
  case maxItems
  case minItems
  case maxProperties
  case minProperties

  var isUpper: Bool { self == .maxLength || self == .maxItems || self == .maxProperties }

  var noun: String {
    switch self {
    case .maxLength, .minLength: "characters"
    case .maxItems, .minItems: "elements"
    case .maxProperties, .minProperties: "members"
    }
  }
}

/// A set of JSON types; `integer` holds for every number without fraction.
struct JSONTypes: OptionSet, Sendable {
  let rawValue: UInt8

  static let null = JSONTypes(rawValue: 1)
  static let boolean = JSONTypes(rawValue: 2)
  static let integer = JSONTypes(rawValue: 4)
  static let number = JSONTypes(rawValue: 8)
  static let string = JSONTypes(rawValue: 16)
  static let array = JSONTypes(rawValue: 32)
  static let object = JSONTypes(rawValue: 64)

  static let names: [(String, JSONTypes)] = [
    ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number),
    ("string", .string), ("array", .array), ("object", .object),
  ]

  func admits(_ value: JSON) -> Bool {
    switch value {
    case .null: contains(.null)
    case .bool: contains(.boolean)
    case .integer: !isDisjoint(with: [.integer, .number])
    case .number(let number):
      contains(.number) || (contains(.integer) && number == number.rounded(.towardZero))
    case .string: contains(.string)
    case .array: contains(.array)
    case .object: contains(.object)
    }
  }

  var words: String {
    Self.names.filter { contains($0.1) }.map(\.0).joined(separator: " or ")
  }
}
