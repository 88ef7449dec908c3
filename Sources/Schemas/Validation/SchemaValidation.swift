internal import Foundations
internal import JSONText

/// One validation: where it is in the value and in the schemas, and what it found.
struct SchemaValidation {
  let schema: JSONSchema
  var faults: [SchemaFault] = []
  /// While silent, the first fault of a schema ends it and none is written down.
  private(set) var isSilent: Bool
  /// Faults that are put aside while alternatives are explained.
  var setAside = 0
  /// Not kept while silent.
  private var path: [Token] = []
  /// The resources entered, outermost first, for `$dynamicRef`.
  private(set) var scope: [Int] = []
  private var depth = 0
  private var root = JSON.null
  private var references = 0
  private var mostReferences = Self.fewReferences
  private var isGivenUp = false

  /// Schemas entered at once; a schema that leads back to itself on the same value ends here.
  ///
  /// Allows a value of the deepest nesting two schemas a level. A chain of references takes 2.6 kB
  /// of stack for each in a debug build; threads have 8 MB.
  static let deepest = 1_200

  /// References that any value may take; one that takes more is counted, as a long one needs more.
  static let fewReferences = 1_000_000

  /// Faults that name their path: to find the place of one takes time in the length of the value.
  private static let mostPlaced = 1_000

  enum Token {
    case key(String)
    case index(Int)
  }

  init(_ schema: JSONSchema, isSilent: Bool) {
    self.schema = schema
    self.isSilent = isSilent
  }

  mutating func run(_ json: JSON) -> Bool {
    root = json
    var marks = EvaluationMarks(isTracking: schema.isTracking)
    let holds = apply(0, to: json, &marks)
    guard isGivenUp else { return holds }
    let reason =
      references > mostReferences
      ? "given up after \(references) references, which lead to the same schemas over and over"
      : "the value is nested too deep, or its schema leads back to itself without end"
    // Not left to `fail`: below a `not`, a failure would count as success. Nor are faults found
    // until then true, where alternatives were not asked to their end.
    faults = [
      SchemaFault(
        instancePath: "", schemaPath: schema.nodes[0].location, keyword: "$ref", message: reason)
    ]
    return false
  }

  /// Counts a reference; false where there were too many.
  ///
  /// Of 60 schemas that each refer to the next one twice, the last would be asked 2^60 times.
  @inline(__always)
  private mutating func mayFollow() -> Bool {
    if isGivenUp { return false }
    references += 1
    return references <= mostReferences || mayFollowMore()
  }

  @inline(never)
  private mutating func mayFollowMore() -> Bool {
    mostReferences = 10 * schema.nodes.count * root.size
    isGivenUp = references > mostReferences
    return !isGivenUp
  }

  /// Applies a schema to the value at `path`; its marks join `marks` if it holds.
  mutating func apply(_ node: Int, to value: JSON, _ marks: inout EvaluationMarks) -> Bool {
    guard !isGivenUp, depth < Self.deepest else {
      isGivenUp = true
      return false
    }
    depth += 1
    let enters = scope.last != schema.nodes[node].resource
    if enters { scope.append(schema.nodes[node].resource) }
    var own = marks.fresh()
    var holds = true
    for rule in schema.nodes[node].rules {
      if !holds && (isSilent || rule.isUnevaluated) { break }
      if !check(rule, of: node, value, &own) { holds = false }
    }
    if enters { scope.removeLast() }
    depth -= 1
    if holds { marks.formUnion(own) }
    return holds
  }

  private mutating func check(
    _ rule: SchemaRule, of node: Int, _ value: JSON, _ marks: inout EvaluationMarks
  ) -> Bool {
    switch (rule, value) {
    case (.members(let members), .object(let object)):
      checkMembers(members, of: node, object, &marks)
    case (.memberNames(let name), .object(let object)): checkNames(name, object)
    case (.dependentSchemas(let dependent), .object(let object)):
      checkDependent(dependent, object, value, &marks)
    case (.unevaluatedProperties(let rest), .object(let object)):
      checkUnevaluated(rest, of: node, object, &marks)
    case (.elements(let prefix, let rest), .array(let elements)):
      checkElements(prefix, rest, elements, &marks)
    case (.contains(let item, let least, let most), .array(let elements)):
      checkContains(item, least, most, of: node, elements, &marks)
    case (.unevaluatedItems(let rest), .array(let elements)):
      checkUnevaluated(rest, elements, &marks)
    case (.reference(let target), _): mayFollow() && apply(target, to: value, &marks)
    case (.dynamicReference(let target, let anchor), _):
      mayFollow() && apply(dynamicTarget(anchor) ?? target, to: value, &marks)
    case (.all(let nodes), _): checkAll(nodes, value, &marks)
    case (.any(let nodes), _): checkAny(nodes, of: node, value, &marks)
    case (.one(let nodes), _): checkOne(nodes, of: node, value, &marks)
    case (.not(let forbidden), _): checkNot(forbidden, of: node, value, marks)
    case (.condition(let test, let then, let otherwise), _):
      checkCondition(test, then, otherwise, value, &marks)
    default:
      if let failure = Assertion.failure(of: rule, value) {
        fail(node, failure.keyword, failure.message(value))
      } else {
        true
      }
    }
  }

  /// Writes a fault down unless silent; returns false.
  mutating func fail(
    _ node: Int, _ keyword: String, _ message: @autoclosure () -> String
  ) -> Bool {
    if isSilent { return false }
    faults.append(
      SchemaFault(
        instancePath: setAside + faults.count < Self.mostPlaced ? pathText : "",
        schemaPath: schema.nodes[node].location + "/" + keyword,
        keyword: keyword, message: message()))
    return false
  }

  private var pathText: String {
    path.map { token in
      switch token {
      case .key(let key): "/" + JSONPointer.escaped(key)
      case .index(let index): "/\(index)"
      }
    }.joined()
  }

  /// Applies a schema to a member or element.
  mutating func descend(_ token: Token, _ node: Int, _ value: JSON) -> Bool {
    if !isSilent { path.append(token) }
    defer { if !isSilent { path.removeLast() } }
    var marks = EvaluationMarks(isTracking: schema.isTracking)
    return apply(node, to: value, &marks)
  }

  /// Applies a schema without writing faults down.
  mutating func tries(
    _ node: Int, _ value: JSON, _ marks: inout EvaluationMarks
  ) -> Bool {
    let wasSilent = isSilent
    isSilent = true
    defer { isSilent = wasSilent }
    return apply(node, to: value, &marks)
  }
}

extension JSON {
  /// The values in a value, itself counted.
  fileprivate var size: Int {
    switch self {
    case .array(let elements): elements.reduce(1) { $0 + $1.size }
    case .object(let object): object.members.reduce(1) { $0 + $1.value.size }
    default: 1
    }
  }
}
