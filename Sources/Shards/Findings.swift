package import Foundations

/// What a check found wrong, up to a limit for each shard; what is beyond is counted.
package struct Findings: Sendable, Equatable {
  /// In the order of shards, and of places in them.
  package private(set) var faults: [Fault] = []
  /// How many more there are.
  package private(set) var omitted = 0
  private var room: Int

  /// A shard that is wrong throughout must not fill memory.
  package static let most = 1000

  package init(room: Int = Findings.most) { self.room = room }

  package var isEmpty: Bool { faults.isEmpty }

  package mutating func add(_ fault: Fault) {
    if room > 0 {
      faults.append(fault)
      room -= 1
    } else {
      omitted += 1
    }
  }

  /// Counts findings that were not kept.
  package mutating func omit(_ count: Int) { omitted += count }

  mutating func add(_ code: String, _ message: String, at place: Place) {
    add(Fault(code, message, at: place))
  }

  /// Adds the others as far as there is room.
  mutating func take(_ others: Findings) {
    others.faults.forEach { add($0) }
    omitted += others.omitted
  }

  /// Adds all of the others, whatever the limit.
  package mutating func append(_ others: Findings) {
    faults.append(contentsOf: others.faults)
    omitted += others.omitted
  }
}
