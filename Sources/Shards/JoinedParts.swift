internal import Foundations
internal import Schemas

/// What the parts of a dataset say together: ids that occur twice, pictures described in two ways.
struct JoinedParts {
  private(set) var findings = Findings()
  private(set) var records = 0
  private(set) var described: [String: (medium: Medium, place: Place)] = [:]
  private var first: [String: Place] = [:]

  /// Adds the next part; its own findings come first.
  mutating func add(_ part: PartCheck.Result) {
    records += part.records
    findings.append(part.findings)
    var own = Findings()
    for key in part.keys {
      let place = Place(file: part.path, record: key.id, line: key.line)
      if let earlier = first[key.id] {
        let message = "an earlier record has the same id: \(earlier)"
        own.add("dataset.duplicate", message, at: place)
      } else {
        first[key.id] = Place(file: part.path, line: key.line)
      }
    }
    for digest in part.described.keys.sorted() {
      guard let found = part.described[digest] else { continue }
      if let earlier = described[digest] {
        if earlier.medium != found.medium {
          own.add(Self.disagreement(found.place, earlier.place))
        }
      } else {
        described[digest] = found
      }
    }
    findings.append(own)
  }

  static func disagreement(_ place: Place, _ earlier: Place) -> Fault {
    let message = "the picture is described in another way than before: \(earlier)"
    return Fault("dataset.picture-described", message, at: place)
  }
}
