internal import Synchronization

/// Groups of things that are joined pair by pair; each group is known by its first member.
///
/// Any number of threads may join at once: which pairs were joined, and nothing else, decides the
/// groups. Four bytes for each thing.
@safe package final class UnionFind: @unchecked Sendable {
  package let count: Int
  /// Never larger than the thing itself; the first of a group is its own parent.
  private let parents: UnsafeMutablePointer<Atomic<UInt32>>

  package init(count: Int) {
    precondition(count <= UInt32.max, "\(count) things do not have 32-bit numbers")
    self.count = count
    unsafe parents = .allocate(capacity: count)
    for index in 0..<count {
      unsafe (parents + index).initialize(to: Atomic(UInt32(truncatingIfNeeded: index)))
    }
  }

  deinit {
    unsafe parents.deinitialize(count: count)
    unsafe parents.deallocate()
  }

  /// The smallest member of the group of `index`.
  package func root(of index: Int) -> Int {
    precondition(index >= 0 && index < count, "\(index) is none of \(count) things")
    var at = index
    while true {
      let parent = Int(unsafe parents[at].load(ordering: .relaxed))
      if parent == at { return at }
      let above = unsafe parents[parent].load(ordering: .relaxed)
      // Halves the path; whoever is first at it is right.
      _ = unsafe parents[at].compareExchange(
        expected: UInt32(parent), desired: above, ordering: .relaxed)
      at = parent
    }
  }

  package func join(_ left: Int, _ right: Int) {
    while true {
      let (one, other) = (root(of: left), root(of: right))
      if one == other { return }
      let (first, second) = (UInt32(min(one, other)), UInt32(max(one, other)))
      let joined = unsafe parents[Int(second)].compareExchange(
        expected: second, desired: first, ordering: .relaxed)
      if joined.exchanged { return }
    }
  }

  package func areJoined(_ left: Int, _ right: Int) -> Bool { root(of: left) == root(of: right) }

  package var groupCount: Int { (0..<count).count { root(of: $0) == $0 } }
}
