internal import Foundations
internal import JSONText

/// Turns a schema and all that it refers to into nodes.
struct SchemaCompiler {
  let registry: SchemaRegistry
  private(set) var nodes: [SchemaNode] = []
  /// Per resource, the nodes of its dynamic anchors.
  private(set) var dynamicAnchors: [[String: Int]]

  private var known: [SchemaLocation: Int] = [:]
  private var waiting: [(node: Int, at: SchemaLocation, schema: JSON)] = []
  private var entered: [SchemaVocabularies?]

  init(_ registry: SchemaRegistry) {
    self.registry = registry
    dynamicAnchors = Array(repeating: [:], count: registry.resources.count)
    entered = Array(repeating: nil, count: registry.resources.count)
  }

  /// Compiles the root schema of a resource; it becomes node 0.
  mutating func compile(resource: Int) throws(Fault) {
    let root = SchemaLocation(resource: resource, pointer: JSONPointer())
    _ = node(at: root, registry.resources[resource].root)
    while let next = waiting.popLast() {
      do {
        try compile(next.schema, at: next.at, into: next.node)
      } catch {
        var fault = error
        fault.place.key = nodes[next.node].location
        throw fault
      }
    }
  }

  private mutating func compile(
    _ schema: JSON, at location: SchemaLocation, into node: Int
  ) throws(Fault) {
    let vocabularies = try enter(location.resource)
    switch schema {
    case .bool(let allows):
      if !allows { nodes[node].rules = [.never] }
    case .object(let object):
      nodes[node].rules = try rules(of: object, at: location, vocabularies)
    default: throw Fault("schema.keyword", "expected a schema, found \(schema.noun)")
    }
  }

  /// Prepares a resource at the first visit: its vocabularies and its dynamic anchors.
  private mutating func enter(_ resource: Int) throws(Fault) -> SchemaVocabularies {
    if let vocabularies = entered[resource] { return vocabularies }
    let vocabularies = try SchemaVocabularies(of: resource, in: registry)
    entered[resource] = vocabularies
    for (name, pointer) in registry.resources[resource].dynamicAnchors {
      let place = SchemaLocation(resource: resource, pointer: pointer)
      if let (settled, schema) = registry.find(place) {
        dynamicAnchors[resource][name] = node(at: settled, schema)
      }
    }
    return vocabularies
  }

  /// The node of a schema, which is compiled later if it is new.
  mutating func node(at location: SchemaLocation, _ schema: JSON) -> Int {
    let location = registry.settled(location, schema)
    if let node = known[location] { return node }
    let uri = registry.resources[location.resource].uri.text
    nodes.append(
      SchemaNode(resource: location.resource, location: uri + "#" + location.pointer.text))
    known[location] = nodes.count - 1
    waiting.append((nodes.count - 1, location, schema))
    return nodes.count - 1
  }

  /// The node that a `$ref` or `$dynamicRef` names.
  mutating func target(of reference: String, from location: SchemaLocation) throws(Fault) -> Int {
    let uri = registry.resources[location.resource].uri.resolving(URIReference(reference))
    guard let resource = registry.position(of: uri) else {
      let message = "the reference \"\(reference)\" leads to \(uri.text), which is not known"
      throw Fault("schema.reference", message)
    }
    guard let place = registry.place(of: uri.fragment ?? "", in: resource),
      let (settled, schema) = registry.find(place)
    else {
      let message = "the reference \"\(reference)\" leads to nothing in its document"
      throw Fault("schema.reference", message)
    }
    return node(at: settled, schema)
  }
}

/// The place of a schema: a resource and a path in it.
struct SchemaLocation: Hashable {
  var resource: Int
  var pointer: JSONPointer

  func appending(_ tokens: String...) -> SchemaLocation {
    SchemaLocation(resource: resource, pointer: JSONPointer(pointer.tokens + tokens))
  }
}

extension SchemaRegistry {
  /// The place of a fragment in a resource: a JSON pointer or an anchor.
  func place(of fragment: String, in resource: Int) -> SchemaLocation? {
    guard let fragment = URIReference.percentDecoded(fragment) else { return nil }
    let pointer = JSONPointer(text: fragment) ?? resources[resource].anchors[fragment]
    return pointer.map { SchemaLocation(resource: resource, pointer: $0) }
  }

  /// The value at a place, and the place as the innermost resource on the way to it says it.
  func find(_ place: SchemaLocation) -> (SchemaLocation, JSON)? {
    var current = SchemaLocation(resource: place.resource, pointer: JSONPointer())
    var value = resources[place.resource].root
    for token in place.pointer.tokens {
      guard let child = JSONPointer.child(of: value, token) else { return nil }
      value = child
      current = settled(current.appending(token), value)
    }
    return (current, value)
  }

  /// The same place as the root of the resource that `schema` opens with an `$id`, if it does.
  func settled(_ location: SchemaLocation, _ schema: JSON) -> SchemaLocation {
    guard !location.pointer.tokens.isEmpty, case .string(let id)? = schema["$id"],
      let resource = position(of: resources[location.resource].uri.resolving(URIReference(id)))
    else { return location }
    return SchemaLocation(resource: resource, pointer: JSONPointer())
  }
}
