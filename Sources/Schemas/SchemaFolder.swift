/// The names of the schemas in the folder `schemas`.
package enum SchemaFolder {
  /// The `$id` of a schema; a name, nothing is ever fetched from it.
  package static func identifier(of name: String) -> String {
    "https://scanpath.example/schemas/\(name).schema.json"
  }
}
