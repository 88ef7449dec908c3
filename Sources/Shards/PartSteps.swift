internal import Archiving
internal import Foundations
internal import Schemas

/// What there is to read of the parts of a dataset, in their order.
struct PartSteps {
  enum Step: Sendable {
    /// The file of a part, counted from 0.
    case begin(Int)
    case frame(SeekableZstdReader, Int, start: Int)
    /// A part whose frames cannot be found.
    case unreadable(Fault)
  }

  /// What came of a step.
  enum News: Sendable {
    /// A part, and what is wrong with its file as a whole.
    case begun(Int, Fault?)
    case frame(CheckedFrame)
    case lostFrame(Fault)
    case unreadable(Fault)
  }

  private let paths: [String]
  private var part = -1
  private var isBegun = false
  private var reader: SeekableZstdReader?
  private var frame = 0

  init(_ paths: [String]) { self.paths = paths }

  /// The next step, or `nil` at the end.
  mutating func next() -> Step? {
    while true {
      if let reader, let table = reader.table, frame < table.frames.count {
        defer { frame += 1 }
        return .frame(reader, frame, start: table.frames[frame].content.lowerBound)
      }
      reader = nil
      guard isBegun else { return begin() }
      isBegun = false
      if Files.exists(paths[part]) {
        do throws(Fault) { try open(paths[part]) } catch { return .unreadable(error) }
      }
    }
  }

  private mutating func begin() -> Step? {
    guard part + 1 < paths.count else { return nil }
    part += 1
    isBegun = true
    return .begin(part)
  }

  private mutating func open(_ path: String) throws(Fault) {
    let opened = try SeekableZstdReader(path)
    guard opened.isSeekable else {
      throw Fault("dataset.damaged", "the part has no seek table", at: Place(file: path))
    }
    reader = opened
    frame = 0
  }
}
