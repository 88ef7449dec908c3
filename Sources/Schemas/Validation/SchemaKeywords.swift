internal import Foundations
internal import JSONText

// The keywords of draft 2020-12, from JSON to rules. A value of the wrong kind is a fault
// `schema.keyword` whose message names the keyword.

extension SchemaCompiler {
  /// The rules of a schema object, `unevaluated…` last.
  mutating func rules(
    of schema: JSONObject, at location: SchemaLocation, _ vocabularies: SchemaVocabularies
  ) throws(Fault) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if vocabularies.contains(.validation) { rules += try assertions(of: schema) }
    rules += try references(of: schema, at: location)
    if vocabularies.contains(.applicator) {
      rules += try memberApplicators(of: schema, at: location)
      rules += try elementApplicators(
        of: schema, at: location, counts: vocabularies.contains(.validation))
      rules += try logic(of: schema, at: location)
    }
    if vocabularies.contains(.unevaluated) {
      if let node = child("unevaluatedItems", of: schema, at: location) {
        rules.append(.unevaluatedItems(node))
      }
      if let node = child("unevaluatedProperties", of: schema, at: location) {
        rules.append(.unevaluatedProperties(node))
      }
    }
    return rules
  }

  private mutating func references(
    of schema: JSONObject, at location: SchemaLocation
  ) throws(Fault) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let value = schema["$ref"] {
      let reference = try value.keyword("$ref") { value throws(Fault) in try value.asString }
      rules.append(.reference(try target(of: reference, from: location)))
    }
    if let value = schema["$dynamicRef"] {
      let reference = try value.keyword("$dynamicRef") { value throws(Fault) in try value.asString }
      rules.append(try dynamicReference(reference, from: location))
    }
    return rules
  }

  /// A `$dynamicRef` is dynamic only if it first leads to a `$dynamicAnchor` of its fragment.
  private mutating func dynamicReference(
    _ reference: String, from location: SchemaLocation
  ) throws(Fault) -> SchemaRule {
    let first = try target(of: reference, from: location)
    let uri = registry.resources[location.resource].uri.resolving(URIReference(reference))
    guard let anchor = uri.fragment.flatMap(URIReference.percentDecoded),
      let resource = registry.position(of: uri),
      registry.resources[resource].dynamicAnchors[anchor] != nil
    else { return .reference(first) }
    return .dynamicReference(first, anchor: anchor)
  }

  private mutating func memberApplicators(
    of schema: JSONObject, at location: SchemaLocation
  ) throws(Fault) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    let properties = try children("properties", of: schema, at: location)
    var patterns: [(pattern: Pattern, node: Int)] = []
    for (key, node) in try children("patternProperties", of: schema, at: location) {
      patterns.append((try Pattern(key), node))
    }
    let additional = child("additionalProperties", of: schema, at: location)
    if !properties.isEmpty || !patterns.isEmpty || additional != nil {
      rules.append(.members(MemberRule(properties, patterns: patterns, additional: additional)))
    }
    if let node = child("propertyNames", of: schema, at: location) {
      rules.append(.memberNames(node))
    }
    let dependent = try children("dependentSchemas", of: schema, at: location)
    if !dependent.isEmpty { rules.append(.dependentSchemas(dependent)) }
    return rules
  }

  private mutating func elementApplicators(
    of schema: JSONObject, at location: SchemaLocation, counts: Bool
  ) throws(Fault) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    let prefix = try list("prefixItems", of: schema, at: location)
    let rest = child("items", of: schema, at: location)
    if !prefix.isEmpty || rest != nil { rules.append(.elements(prefix: prefix, rest: rest)) }
    if let node = child("contains", of: schema, at: location) {
      let least = counts ? try schema.count("minContains") : nil
      let most = counts ? try schema.count("maxContains") : nil
      rules.append(.contains(node, least: least ?? 1, most: most))
    }
    return rules
  }

  private mutating func logic(
    of schema: JSONObject, at location: SchemaLocation
  ) throws(Fault) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if schema["allOf"] != nil { rules.append(.all(try list("allOf", of: schema, at: location))) }
    if schema["anyOf"] != nil { rules.append(.any(try list("anyOf", of: schema, at: location))) }
    if schema["oneOf"] != nil { rules.append(.one(try list("oneOf", of: schema, at: location))) }
    if let node = child("not", of: schema, at: location) { rules.append(.not(node)) }
    if let test = child("if", of: schema, at: location) {
      let then = child("then", of: schema, at: location)
      let otherwise = child("else", of: schema, at: location)
      rules.append(.condition(test: test, then: then, otherwise: otherwise))
    }
    return rules
  }

  private mutating func child(
    _ keyword: String, of schema: JSONObject, at location: SchemaLocation
  ) -> Int? {
    schema[keyword].map { node(at: location.appending(keyword), $0) }
  }

  private mutating func list(
    _ keyword: String, of schema: JSONObject, at location: SchemaLocation
  ) throws(Fault) -> [Int] {
    guard let value = schema[keyword] else { return [] }
    let elements = try value.keyword(keyword) { value throws(Fault) in try value.asArray }
    return elements.enumerated().map { index, element in
      node(at: location.appending(keyword, "\(index)"), element)
    }
  }

  private mutating func children(
    _ keyword: String, of schema: JSONObject, at location: SchemaLocation
  ) throws(Fault) -> [(key: String, node: Int)] {
    guard let value = schema[keyword] else { return [] }
    let object = try value.keyword(keyword) { value throws(Fault) in try value.asObject }
    return object.map { member in
      (member.key, node(at: location.appending(keyword, member.key), member.value))
    }
  }
}

// MARK: Assertions

extension SchemaCompiler {
  private func assertions(of schema: JSONObject) throws(Fault) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let value = schema["type"] {
      rules.append(.type(try value.keyword("type") { value throws(Fault) in try value.types() }))
    }
    if let value = schema["const"] { rules.append(.constant(value)) }
    if let value = schema["enum"] {
      rules.append(.choices(try value.keyword("enum") { value throws(Fault) in try value.asArray }))
    }
    if let value = schema["multipleOf"] {
      rules.append(.multiple(of: try value.number("multipleOf")))
    }
    for bound in [Bound.maximum, .exclusiveMaximum, .minimum, .exclusiveMinimum] {
      if let value = schema[bound.rawValue] {
        rules.append(.bound(bound, try value.number(bound.rawValue)))
      }
    }
    for limit in SizeLimit.allCases {
      if let count = try schema.count(limit.rawValue) { rules.append(.size(limit, count)) }
    }
    if let value = schema["pattern"] {
      let source = try value.keyword("pattern") { value throws(Fault) in try value.asString }
      rules.append(.pattern(try Pattern(source)))
    }
    if let value = schema["uniqueItems"] {
      let isOn = try value.keyword("uniqueItems") { value throws(Fault) in try value.asBool }
      if isOn { rules.append(.unique) }
    }
    return try rules + requirements(of: schema)
  }

  private func requirements(of schema: JSONObject) throws(Fault) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let value = schema["required"] {
      rules.append(
        .required(try value.keyword("required") { value throws(Fault) in try value.names() }))
    }
    if let value = schema["dependentRequired"] {
      var dependent: [(key: String, required: [String])] = []
      let object = try value.keyword("dependentRequired") { value throws(Fault) in
        try value.asObject
      }
      for member in object {
        let names = try member.value.keyword("dependentRequired") { value throws(Fault) in
          try value.names()
        }
        dependent.append((member.key, names))
      }
      rules.append(.dependentRequired(dependent))
    }
    return rules
  }
}

extension JSONObject {
  /// A whole number of at least 0.
  fileprivate func count(_ keyword: String) throws(Fault) -> Int? {
    guard let value = self[keyword] else { return nil }
    return try value.keyword(keyword) { value throws(Fault) in
      let count = try value.asInt
      guard count >= 0 else { throw Fault("", "expected at least 0, found \(count)") }
      return count
    }
  }
}

extension JSON {
  /// Reads the value of a keyword; a fault of `read` becomes one of the keyword.
  fileprivate func keyword<T>(
    _ name: String, _ read: (JSON) throws(Fault) -> T
  ) throws(Fault) -> T {
    do {
      return try read(self)
    } catch {
      throw Fault("schema.keyword", "\(name): \(error.message)")
    }
  }

  fileprivate func number(_ name: String) throws(Fault) -> JSON {
    try keyword(name) { value throws(Fault) in
      _ = try value.asDouble
      return value
    }
  }

  fileprivate func names() throws(Fault) -> [String] {
    try elements { value throws(Fault) in try value.asString }
  }

  fileprivate func types() throws(Fault) -> JSONTypes {
    var types: JSONTypes = []
    let names = if case .array = self { try names() } else { [try asString] }
    for name in names {
      guard let type = JSONTypes.names.first(where: { $0.0 == name })?.1 else {
        throw Fault("", "found the unknown type \"\(name)\"")
      }
      types.formUnion(type)
    }
    return types
  }
}
