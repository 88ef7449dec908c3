package import JSONText
package import Schemas

/// A picture that a record names: an element of a member `images` or `media`, at any depth.
package struct PictureReference: Sendable {
  /// The path of the element in the record.
  package let key: String
  package let sha256: String
  /// The description, where the element is one.
  package let medium: Medium?

  /// The references of a record: all that describe a picture, and the first of each other one.
  package static func all(in record: JSON) -> [PictureReference] {
    var references: [PictureReference] = []
    var seen: Set<String> = []
    collect(record, "", &references, &seen)
    return references
  }

  private static func collect(
    _ json: JSON, _ path: String, _ references: inout [PictureReference],
    _ seen: inout Set<String>
  ) {
    switch json {
    case .object(let object):
      for (key, value) in object {
        let inner = path.isEmpty ? key : "\(path).\(key)"
        if key == "images" || key == "media" { take(value, inner, &references, &seen) }
        collect(value, inner, &references, &seen)
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        collect(element, "\(path)[\(index)]", &references, &seen)
      }
    default: break
    }
  }

  private static func take(
    _ json: JSON, _ path: String, _ references: inout [PictureReference],
    _ seen: inout Set<String>
  ) {
    guard case .array(let elements) = json else { return }
    for (index, element) in elements.enumerated() {
      guard case .string(let digest)? = element["sha256"] else { continue }
      let medium = try? Medium(json: element)
      guard seen.insert(digest).inserted || medium != nil else { continue }
      references.append(
        PictureReference(key: "\(path)[\(index)]", sha256: digest, medium: medium))
    }
  }
}
