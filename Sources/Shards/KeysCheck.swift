internal import Foundations
internal import Schemas

/// Whether the index of keys leads to every record of a finished dataset, and to no other place.
struct KeysCheck {
  private(set) var findings = Findings()
  private let path: String
  /// Nil without index, and after the first key that is not where it should be.
  private var index: HashIndex?
  /// The position of the first record of the next frame.
  private var first = 0

  /// An index beside an append that did not end may be of the dataset that it will be.
  init(folder: String, state: DatasetState) {
    path = "\(folder)/\(DatasetFiles.keys)"
    guard state.isFinished, !state.isAppendedTo, Files.exists(path) else { return }
    do throws(Fault) {
      index = try HashIndex(path, stamp: state.manifest.keyStamp)
      let count = state.manifest.shards.reduce(0) { $0 + ($1.content == .records ? $1.count : 0) }
      if index?.count != count {
        findings.add(
          "dataset.index", "the index is damaged, or of other records", at: Place(file: path))
        index = nil
      }
    } catch { findings.add(error) }
  }

  /// Takes the next frame of all parts.
  mutating func take(_ frame: CheckedFrame) {
    for record in frame.records {
      if let id = record.id { take(id, at: first + record.number) }
    }
    first += frame.count
  }

  /// As many entries as records, and each found: then there is no other.
  private mutating func take(_ id: String, at position: Int) {
    do throws(Fault) {
      guard let index, try !index.candidates(id).contains(position) else { return }
      let message = "the index does not lead to this record"
      findings.add("dataset.index", message, at: Place(file: path, record: id))
    } catch { findings.add(error) }
    index = nil
  }

  /// Behind a changed part nobody knows the positions that the index is of.
  mutating func stop() { index = nil }
}
