internal import Foundations
internal import JSONText
internal import Operators

extension SettingsReader {
  /// What the file says about the fields of records; absent is `nil`.
  ///
  /// - Throws: `pipeline.unknown-key` and faults of `FieldMapping` at the line of their key.
  mutating func mapping(_ key: String) throws(Fault) -> FieldMapping? {
    guard let map = try located(key, schema: Self.mappingSchema), !map.isNull else { return nil }
    let members = try map.members("a map of fields, such as {image: $.file_name}")
    for member in members where !FieldMapping.keys.contains(member.key) {
      throw Self.unknown(member, FieldMapping.keys, key)
    }
    do {
      return try FieldMapping(members.map { ($0.key, $0.value.json) })
    } catch {
      let name = error.place.key?.prefix { $0 != "." && $0 != "[" }
      let member = members.first { $0.key == name.map(String.init) }
      throw Fault(
        error.code, "\(key): " + error.message, at: member?.value.place ?? map.place)
    }
  }

  /// A text or a list of texts for every field, one of the conventions for the box.
  private static let mappingSchema: JSONObject = {
    let text: JSON = [
      "type": ["string", "array", "number"], "items": ["type": "string"],
    ]
    var properties = JSONObject()
    for name in FieldMapping.keys {
      properties[name] =
        name == FieldMapping.boxConventionKey
        ? ["enum": .array(FieldMapping.conventions.map(JSON.string))] : text
    }
    return [
      "type": ["object", "null"], "properties": .object(properties),
      "additionalProperties": false,
    ]
  }()
}
