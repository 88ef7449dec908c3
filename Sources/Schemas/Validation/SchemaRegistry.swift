package import Foundations
package import JSONText

/// Schema documents by URI; references are looked up here, nothing is ever fetched.
///
/// The meta-schemas of draft 2020-12 are always known.
package struct SchemaRegistry: Sendable {
  private(set) var resources: [SchemaResource] = []
  private var positions: [String: Int] = [:]

  /// Only the meta-schemas.
  package init() { self = Self.withMetaSchemas }

  private init(documents: [String]) throws(Fault) {
    for text in documents { try add(JSON.parse(text)) }
  }

  private static let withMetaSchemas: SchemaRegistry = {
    do {
      return try SchemaRegistry(documents: MetaSchemas.documents)
    } catch {
      fatalError("a meta-schema in this program is broken: \(error)")
    }
  }()

  /// Adds a document under its `$id`, and under `uri` where one is given.
  ///
  /// Throws `schema.id` for an `$id` with a fragment, and `schema.duplicate` for a URI that is
  /// taken by another document.
  package mutating func add(_ json: JSON, at uri: String? = nil) throws(Fault) {
    _ = try insert(json, at: uri ?? "")
  }

  /// Adds a document and returns the position of its root resource.
  mutating func insert(_ json: JSON, at uri: String) throws(Fault) -> Int {
    let base = URIReference(uri).withoutFragment
    if !uri.isEmpty, let taken = positions[base.text], resources[taken].root != json {
      throw Fault("schema.duplicate", "two schemas are at \"\(base.text)\"")
    }
    let root = resources.count
    try scan(json, base: base, resource: nil, at: JSONPointer(), depth: 0)
    if positions[base.text] == nil { positions[base.text] = root }
    return root
  }

  func position(of uri: URIReference) -> Int? { positions[uri.withoutFragment.text] }

  /// Finds resources and anchors in a schema and its subschemas.
  private mutating func scan(
    _ json: JSON, base: URIReference, resource: Int?, at pointer: JSONPointer, depth: Int
  ) throws(Fault) {
    guard case .object(let object) = json, depth < JSON.deepest else {
      if resource == nil { open(SchemaResource(uri: base, root: json, parent: nil)) }
      return
    }
    var (base, owner, pointer) = (base, resource, pointer)
    if let id = try json.optionalString("$id") {
      let reference = URIReference(id)
      if let fragment = reference.fragment, !fragment.isEmpty {
        throw Fault("schema.id", "the $id \"\(id)\" has a fragment; use $anchor for it")
      }
      base = base.resolving(reference).withoutFragment
      if let taken = positions[base.text], resources[taken].root != json {
        throw Fault("schema.duplicate", "two schemas have the $id \"\(base.text)\"")
      }
      owner = open(SchemaResource(uri: base, root: json, parent: resource))
      pointer = JSONPointer()
    }
    let position = owner ?? open(SchemaResource(uri: base, root: json, parent: nil))
    if let anchor = try json.optionalString("$anchor") {
      resources[position].anchors[anchor] = pointer
    }
    if let anchor = try json.optionalString("$dynamicAnchor") {
      resources[position].anchors[anchor] = pointer
      resources[position].dynamicAnchors[anchor] = pointer
    }
    for member in object {
      for (tokens, child) in SubschemaKeyword.children(of: member.key, member.value) {
        let place = JSONPointer(pointer.tokens + [member.key] + tokens)
        try scan(child, base: base, resource: position, at: place, depth: depth + 1)
      }
    }
  }

  @discardableResult
  private mutating func open(_ resource: SchemaResource) -> Int {
    resources.append(resource)
    positions[resource.uri.text] = resources.count - 1
    return resources.count - 1
  }
}

/// A schema document, or a part of one with an `$id` of its own.
struct SchemaResource: Sendable {
  /// Absolute, or empty; without fragment.
  let uri: URIReference
  let root: JSON
  /// The resource that encloses this one in its document.
  let parent: Int?
  /// Of both kinds.
  var anchors: [String: JSONPointer] = [:]
  var dynamicAnchors: [String: JSONPointer] = [:]

  init(uri: URIReference, root: JSON, parent: Int?) {
    self.uri = uri
    self.root = root
    self.parent = parent
  }
}

/// The keywords of draft 2020-12 whose values hold subschemas.
enum SubschemaKeyword {
  private static let single: Set<String> = [
    "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
    "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
  ]
  private static let lists: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems"]
  private static let maps: Set<String> = [
    "$defs", "definitions", "dependentSchemas", "patternProperties", "properties",
  ]

  /// The subschemas in the value of a keyword, with their tokens below it.
  static func children(of keyword: String, _ value: JSON) -> [([String], JSON)] {
    switch value {
    case .object(let object) where maps.contains(keyword):
      object.map { ([$0.key], $0.value) }
    case .array(let elements) where lists.contains(keyword):
      elements.enumerated().map { (["\($0.offset)"], $0.element) }
    case .object where single.contains(keyword): [([], value)]
    default: []
    }
  }
}
