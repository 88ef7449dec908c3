package import Foundations
package import JSONText

/// A JSON Schema of draft 2020-12, compiled.
///
/// All keywords of the core, applicator, unevaluated and validation vocabularies are there;
/// `format`, `content…` and meta-data are annotations and assert nothing. Validation is a pure
/// function and may run on many threads.
package struct JSONSchema: Sendable {
  let nodes: [SchemaNode]
  /// Per resource, the nodes of its dynamic anchors.
  let dynamicAnchors: [[String: Int]]
  /// Whether any rule asks what other rules have looked at.
  let isTracking: Bool
  /// Nil while `isTracking`, as marks are beyond it, and where only a count ends the references.
  private let acceptor: SchemaAcceptor?

  /// Compiles a schema with all that it refers to.
  ///
  /// Throws faults `schema.…` for a reference that leads nowhere, a keyword of the wrong kind, a
  /// pattern that is none, or another dialect; their key is the place in the schema.
  package init(json: JSON, registry: SchemaRegistry = SchemaRegistry()) throws(Fault) {
    var registry = registry
    let root = try registry.insert(json, at: "")
    var compiler = SchemaCompiler(registry)
    try compiler.compile(resource: root)
    nodes = compiler.nodes
    dynamicAnchors = compiler.dynamicAnchors
    isTracking = nodes.contains { $0.rules.contains(where: \.isUnevaluated) }
    let isBounded = !isTracking && SchemaNode.areBounded(nodes)
    acceptor = !isBounded ? nil : SchemaAcceptor(AcceptorCompiler(nodes))
  }

  /// All faults of a value; none means that it is valid.
  ///
  /// Those behind the first thousand are for counting: their `instancePath` is that of the whole
  /// value.
  package func validate(_ json: JSON) -> [SchemaFault] {
    if isValid(json) { return [] }  // the quick way, which keeps no path
    var validation = SchemaValidation(self, isSilent: false)
    _ = validation.run(json)
    return validation.faults
  }

  /// Whether the value that a tape has read from `bytes` is surely valid, in a tenth of the time of
  /// `isValid`; if not, `validate` tells.
  package func accepts(_ tape: JSONTape, of bytes: Span<UInt8>) -> Bool {
    acceptor?.accepts(tape.tokens.span, bytes) ?? false
  }

  /// Whether a value is valid; stops at the first fault.
  package func isValid(_ json: JSON) -> Bool {
    var validation = SchemaValidation(self, isSilent: true)
    return validation.run(json)
  }
}

/// Why a value does not fit its schema.
package struct SchemaFault: Sendable, Equatable {
  /// JSON pointer into the value: `/nodes/3/point`.
  package let instancePath: String
  /// Absolute URI of the keyword: `…/tree.schema.json#/$defs/tree_node/properties/point/type`.
  package let schemaPath: String
  package let keyword: String
  /// What was expected and what was found.
  package let message: String

  /// As a fault `schema.violation` at `place`.
  package func fault(at place: Place = Place()) -> Fault {
    var place = place
    place.key = keyPath
    return Fault("schema.violation", message, at: place, cause: schemaPath)
  }

  /// The instance path as places of faults write it: `nodes[3].point`.
  private var keyPath: String? {
    let tokens = JSONPointer(text: instancePath)?.tokens ?? []
    let path = tokens.map { UInt($0) == nil ? "." + $0 : "[\($0)]" }.joined()
    return path.isEmpty ? nil : path.hasPrefix(".") ? String(path.dropFirst()) : path
  }
}
