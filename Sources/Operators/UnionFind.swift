/// Groups of things that are joined pair by pair; each group is known by its first member.
package struct UnionFind: Sendable {
  private var parents: [Int]

  package init(count: Int) { parents = Array(0..<count) }

  /// The smallest member of the group of `index`.
  package mutating func root(of index: Int) -> Int {
    var root = index
    while parents[root] != root { root = parents[root] }
    var at = index
    while parents[at] != root { (at, parents[at]) = (parents[at], root) }
    return root
  }

  package mutating func join(_ left: Int, _ right: Int) {
    let (first, second) = (root(of: left), root(of: right))
    parents[max(first, second)] = min(first, second)
  }
}
