internal import Foundations
internal import JSONText

/// A setting given on the command line: `seed=3`, `grpo.steps=20`, `split.by=picture`.
///
/// The path starts with a key of the file or the name of a stage; the value is read as YAML.
struct Override {
  let path: [String]
  let value: Located

  init(_ text: String) throws(Fault) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let path = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, !path.contains("") else {
      throw Fault("pipeline.override", "\"\(text)\" is no setting; write grpo.steps=20")
    }
    self.path = path.map(String.init)
    let place = Place(file: "--set \(text)")
    if parts[1].isEmpty {
      value = Located(.scalar(.string("")), at: place)
    } else {
      do {
        let value = try YAMLText.parse(Array(parts[1].utf8), file: "--set \(text)")
        self.value = Located(value.value, at: place)
      } catch {
        throw Fault(error.code, error.message, at: place)
      }
    }
  }

  /// Puts the value into a decoded file.
  ///
  /// A key that is not there is added, to be judged by whoever reads it.
  func apply(to root: inout Located) throws(Fault) {
    guard case .map(var members) = root.value else { return }
    let isTop =
      path.count == 1 || path[0] == "model"
      || members.contains { $0.key == path[0] && path[0] != "stages" }
    if isTop {
      try put(path[...], into: &root)
      return
    }
    guard let stages = members.firstIndex(where: { $0.key == "stages" }),
      case .list(var elements) = members[stages].value.value
    else { return }
    let names = try PipelineFile.entries(members[stages].value).map(\.name)
    guard let index = names.firstIndex(of: path[0]),
      case .map(var entry) = elements[index].value
    else {
      let nearest = Spelling.nearest(to: path[0], in: names).map { "; did you mean \"\($0)\"?" }
      throw Fault(
        "pipeline.override", "there is no stage \"\(path[0])\"" + (nearest ?? ""),
        at: value.place)
    }
    try put(path.dropFirst(), into: &entry[0].value)
    elements[index].value = .map(entry)
    members[stages].value.value = .list(elements)
    root.value = .map(members)
  }

  private func put(_ path: ArraySlice<String>, into target: inout Located) throws(Fault) {
    guard let key = path.first else {
      target = value
      return
    }
    var members: [Located.Member]
    do { members = try target.members("a map") } catch {
      throw Fault("pipeline.override", "\"\(key)\" is below no map", at: value.place)
    }
    if let index = members.firstIndex(where: { $0.key == key }) {
      try put(path.dropFirst(), into: &members[index].value)
    } else {
      var fresh = Located(.map([]), at: value.place)
      try put(path.dropFirst(), into: &fresh)
      members.append(.init(key: key, place: value.place, value: fresh))
    }
    target.value = .map(members)
  }
}
