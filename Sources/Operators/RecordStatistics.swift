package import Foundations
internal import Geometry
package import JSONText
package import Schemas

/// What a collection of questions looks like, in memory that does not grow with it.
package struct RecordStatistics: Sendable, Equatable {
  package private(set) var records = 0
  /// By name, in the order of `histogramNames`.
  package private(set) var histograms: [String: Histogram]
  /// By name, in the order of `tallyNames`.
  package private(set) var tallies: [String: Tally]

  package static let histogramNames = [
    "picture width", "picture height", "picture aspect", "picture bytes", "pictures of a question",
    "question length", "answer length", "options", "targets",
  ]
  package static let tallyNames = [
    "answer kind", "answer", "source", "split", "domain", "picture format",
  ]

  package init() {
    let lengths = Histogram.powersOfTwo(0...16)
    let sides = Histogram.powersOfTwo(8...28, steps: 2)
    let few = Histogram(edges: (1...9).map(Double.init))
    histograms = [
      "picture width": sides, "picture height": sides,
      "picture aspect": .powersOfTwo(-12...12, steps: 4), "picture bytes": .powersOfTwo(8...28),
      "pictures of a question": few, "question length": lengths, "answer length": lengths,
      "options": few, "targets": few,
    ]
    tallies = Dictionary(uniqueKeysWithValues: Self.tallyNames.map { ($0, Tally()) })
  }

  package mutating func add(_ question: Question) {
    records += 1
    for image in question.images {
      let (width, height) = (Double(image.size.width), Double(image.size.height))
      count("picture width", width)
      count("picture height", height)
      count("picture aspect", width / height)
      count("picture bytes", Double(image.bytes))
      count("picture format", image.format.rawValue)
    }
    count("pictures of a question", Double(question.images.count))
    count("question length", Double(question.question.unicodeScalars.count))
    count("options", Double(question.options.count))
    count("targets", Double(question.targets.count))
    count("source", question.source)
    count("split", question.split ?? "none")
    count("domain", question.domain)
    switch question.answer {
    case .option(let text):
      count("answer kind", "option")
      count(answer: text)
    case .text(let text):
      count("answer kind", "text")
      count(answer: text)
    case .pointInBox: count("answer kind", "point in a box")
    }
  }

  /// Adds what was counted of later records.
  package mutating func merge(_ later: RecordStatistics) {
    records += later.records
    for (name, histogram) in later.histograms { histograms[name]?.merge(histogram) }
    for (name, tally) in later.tallies { tallies[name]?.merge(tally) }
  }

  private mutating func count(_ name: String, _ value: Double) { histograms[name]?.add(value) }
  private mutating func count(_ name: String, _ text: String) { tallies[name]?.add(text) }

  private mutating func count(answer text: String) {
    count("answer", text)
    count("answer length", Double(text.unicodeScalars.count))
  }

  package var json: JSON {
    func named(_ names: [String], _ value: (String) -> JSON?) -> JSON {
      .object(JSONObject(names.compactMap { name in value(name).map { (name, $0) } }))
    }
    return [
      "records": .integer(records),
      "histograms": named(Self.histogramNames) { histograms[$0]?.json },
      "tallies": named(Self.tallyNames) { tallies[$0]?.json },
    ]
  }

  package init(json: JSON) throws(Fault) {
    self.init()
    records = try json.int("records")
    for (name, value) in try json.object(at: "histograms") {
      histograms[name] = try Histogram(json: value)
    }
    for (name, value) in try json.object(at: "tallies") { tallies[name] = try Tally(json: value) }
  }
}
