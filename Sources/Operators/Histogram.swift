package import Foundations
package import JSONText

/// Counts of numbers in fixed bins.
package struct Histogram: Sendable, Equatable {
  /// Ascending; bin i holds numbers from edge i - 1, included, to edge i, left out.
  ///
  /// The first bin
  /// holds all below the first edge, the last all from the last edge on.
  package let edges: [Double]
  package private(set) var counts: [Int]
  package private(set) var least: Double?
  package private(set) var most: Double?
  package private(set) var sum = 0.0

  package init(edges: [Double]) {
    precondition(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }, "the edges must ascend")
    self.edges = edges
    counts = [Int](repeating: 0, count: edges.count + 1)
  }

  /// Bins whose edges are 2^(k / steps) for k in `range`.
  package static func powersOfTwo(_ range: ClosedRange<Int>, steps: Int = 1) -> Histogram {
    // The whole powers are exact and carry the rest.
    let roots = (0..<steps).map { step in
      (0..<step).reduce(1.0) { value, _ in value * Self.root(steps) }
    }
    return Histogram(
      edges: range.map { k in
        let whole = (Double(k) / Double(steps)).rounded(.down)
        let rest = k - Int(whole) * steps
        return Double(sign: .plus, exponent: Int(whole), significand: 1) * roots[rest]
      })
  }

  /// 2^(1 / steps) for the steps in use, by square roots, which are the same on every machine.
  private static func root(_ steps: Int) -> Double {
    precondition([1, 2, 4].contains(steps), "bins of 1, 2 or 4 steps an octave, not \(steps)")
    return switch steps {
    case 1: 2
    case 2: 2.0.squareRoot()
    default: 2.0.squareRoot().squareRoot()
    }
  }

  package var count: Int { counts.reduce(0, +) }

  package mutating func add(_ value: Double) {
    counts[edges.firstIndex { value < $0 } ?? edges.count] += 1
    least = min(least ?? value, value)
    most = max(most ?? value, value)
    sum += value
  }

  /// Adds what another histogram of the same bins counted.
  package mutating func merge(_ other: Histogram) {
    precondition(edges == other.edges, "histograms of other bins cannot be merged")
    for index in counts.indices { counts[index] += other.counts[index] }
    least = [least, other.least].compactMap(\.self).min()
    most = [most, other.most].compactMap(\.self).max()
    sum += other.sum
  }

  /// The least and most of nothing are null.
  package var json: JSON {
    [
      "edges": .array(edges.map(JSON.measure)), "counts": .array(counts.map(JSON.integer)),
      "least": least.map(JSON.measure) ?? .null, "most": most.map(JSON.measure) ?? .null,
      "sum": .measure(sum),
    ]
  }

  package init(json: JSON) throws(Fault) {
    self.init(edges: try json.doubles("edges"))
    counts = try json.ints("counts")
    guard counts.count == edges.count + 1 else {
      throw Fault("statistics.form", "\(edges.count) edges need \(edges.count + 1) counts")
    }
    least = try json.optional("least") { value throws(Fault) in try value.asDouble }
    most = try json.optional("most") { value throws(Fault) in try value.asDouble }
    sum = try json.double("sum")
  }
}

/// Counts of texts, exact for the first `limit` different ones; later ones count as others.
package struct Tally: Sendable, Equatable {
  package private(set) var counts: [String: Int] = [:]
  package private(set) var others = 0

  /// Different texts that are held.
  package static let limit = 10_000

  package init() {}

  package mutating func add(_ text: String, _ count: Int = 1) {
    if counts[text] != nil || counts.count < Self.limit {
      counts[text, default: 0] += count
    } else {
      others += count
    }
  }

  /// Adds what another tally counted, in the order of its texts.
  package mutating func merge(_ other: Tally) {
    for (text, count) in other.sorted { add(text, count) }
    others += other.others
  }

  /// The texts with the largest counts, of equal ones by their bytes.
  package var sorted: [(text: String, count: Int)] {
    counts.sorted {
      $0.value != $1.value
        ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }.map { ($0.key, $0.value) }
  }

  package var json: JSON {
    let values = sorted.map { JSON.array([.string($0.text), .integer($0.count)]) }
    return ["values": .array(values), "others": .integer(others)]
  }

  package init(json: JSON) throws(Fault) {
    others = try json.int("others")
    let pairs = try json.array("values") { pair throws(Fault) in try pair.asArray }
    for pair in pairs where pair.count == 2 { counts[try pair[0].asString] = try pair[1].asInt }
  }
}
