internal import Geometry
internal import Prompting
internal import Schemas

/// A trajectory as lines for people: a numbered line for every turn, where it looked under it.
struct TraceText {
  /// What is known about the picture whose view the model wrote coordinates of.
  enum Places {
    /// Every place can be told in pixels of the picture.
    case frame(Frame)
    /// The looks that brought a crop, in pixels of the picture.
    case looks([Point])
    /// Places are told as the model wrote them.
    case unknown
  }

  let segments: [Segment]
  let places: Places
  private let dialect: any Dialect

  /// Reads the turns in the first dialect that all of them follow.
  init(_ segments: [Segment], _ places: Places) {
    self.segments = segments
    self.places = places
    let dialects = DialectCatalog.all
    dialect =
      dialects.first { dialect in
        segments.allSatisfy { $0.role != .model || dialect.parse($0.text).malformed == nil }
      } ?? dialects[0]
  }

  /// The turns, and where an answer lies that is a place.
  var lines: [String] {
    var lines: [String] = []
    var number = 0
    for turn in turns {
      number += 1
      let margin = String(repeating: " ", count: "\(number)".count + 2)
      lines.append("\(number)  " + turn.thought.replacing("\n", with: "\n" + margin))
      if let look = turn.look { lines.append(margin + look) }
    }
    return lines
  }

  /// `answer: …` with its place in the picture, or why there is none.
  static func ending(_ answer: String?, _ places: Places, otherwise reason: String = "")
    -> [String]
  {
    guard let answer else { return [reason.isEmpty ? "no answer" : "no answer: \(reason)"] }
    var lines = ["answer: \(answer)"]
    if case .frame(let frame) = places, let point = PointText.exactly(answer),
      frame.seen.box.contains(point)
    {
      lines.append("in the picture: \(words(frame.toOriginal(point)))")
    }
    return lines
  }

  struct Turn {
    let thought: String
    /// The place that was looked at.
    var place: String?
    /// What the crop showed, where one came.
    var seen: String?

    /// `looks at (3, 4), sees 0, 0 to 8, 8`.
    var look: String? { place.map { "looks at \($0)" + (seen.map { ", sees \($0)" } ?? "") } }
  }

  var turns: [Turn] {
    var turns: [Turn] = []
    var seen = 0
    for (index, segment) in segments.enumerated() where segment.role == .model {
      let parsed = dialect.parse(segment.text)
      var turn = Turn(thought: parsed.thought.isEmpty ? segment.text : parsed.thought)
      let next = index + 1 < segments.count ? segments[index + 1] : nil
      let crop = next?.role == .observation ? next?.media.first?.crop : nil
      if case .zoom(let point) = parsed.action {
        turn.place = place(of: point, seen)
        turn.seen = crop.map { Self.words($0.box) }
      }
      if crop != nil { seen += 1 }
      turns.append(turn)
    }
    return turns
  }

  private func place(of point: Point, _ look: Int) -> String {
    switch places {
    case .frame(let frame) where frame.seen.box.contains(point):
      return Self.words(frame.toOriginal(point))
    case .looks(let looks) where look < looks.count: return Self.words(looks[look])
    case .frame, .looks, .unknown:
      let view = segments.first?.media.first?.size
      return Self.words(point)
        + (view.map { " in the view of \($0.width) x \($0.height)" } ?? " in its view")
    }
  }

  static func words(_ point: Point) -> String {
    "(\(point.x.rounded(digits: 0)), \(point.y.rounded(digits: 0)))"
  }

  static func words(_ box: Box) -> String {
    let edges = [box.x0, box.y0, box.x1, box.y1].map {
      $0.rounded(.towardZero).rounded(digits: 0)
    }
    return "\(edges[0]), \(edges[1]) to \(edges[2]), \(edges[3])"
  }
}

extension TraceText.Places {
  /// The frame of a question's first picture, if a prompt about it says how it was seen.
  init(_ question: Question, _ segments: [Segment]) {
    if let original = question.images.first?.size, !original.isEmpty,
      let seen = segments.first?.media.first?.size, !seen.isEmpty
    {
      self = .frame(Frame(original: original, seen: seen))
    } else {
      self = .unknown
    }
  }
}
