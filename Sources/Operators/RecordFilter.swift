package import Foundations
internal import Geometry
internal import Imaging
package import JSONText
package import Schemas

/// Rules that a question must meet to stay; the first one that it does not meet names the drop.
///
/// Rules on pictures hold for every picture of the question. Rules on text hold for the question's
/// text and for a written answer, but the share of letters, which only the question's text must have.
package struct RecordFilter: Sendable {
  package enum Measure: String, Sendable, CaseIterable {
    /// Pixels.
    case width
    case height
    case pixels
    /// Width over height.
    case aspect
    /// The length of the picture's file.
    case bytes
    /// Code points of the question's text.
    case question
    /// Code points of the answer; an answer that is a place has none, and passes.
    case answer
  }

  /// The bounds of measures, both included.
  package var bounds: [Measure: ClosedRange<Double>] = [:]
  /// Allowed formats of pictures.
  package var formats: Set<Medium.Format> = Set(Medium.Format.allCases)
  /// Whether pictures are decoded in full, and those with any complaint of the codec left out.
  package var mustDecode = false
  /// The least share of letters in the question's text, 0...1.
  package var letters = 0.0
  /// The largest share of repeated lines, 0...1.
  package var repeatedLines = 1.0
  /// The longest run of one character.
  package var repeatedCharacters = Int.max
  package var allowsControls = true
  package var allowsMojibake = true
  /// Must hold for the record's JSON.
  package var condition: Expression?

  package init() {}

  /// Whether a rule other than the condition was set, so that there must be a question to look at.
  package var looksAtQuestions: Bool {
    !bounds.isEmpty || formats.count < Medium.Format.allCases.count || mustDecode || letters > 0
      || repeatedLines < 1 || repeatedCharacters < Int.max || !allowsControls || !allowsMojibake
  }

  /// The rule by which a record goes, as the setting is called; `nil` if it stays.
  ///
  /// - Parameters:
  ///   - question: of the record; nil: only the condition counts.
  ///   - picture: the file of a picture by SHA-256.
  /// - Throws: the faults of the condition, and those of `picture`.
  package func rule(
    against record: JSON, _ question: Question?, picture: (String) throws(Fault) -> [UInt8]
  ) throws(Fault) -> String? {
    if let question {
      if let rule = pictureRule(question) ?? textRule(question) { return rule }
    }
    if let condition, try !condition.holds(for: record) { return "where" }
    guard let question, mustDecode else { return nil }
    for image in question.images {
      let bytes = try picture(image.sha256)
      guard (try? Picture.check(bytes)) != nil else { return "decodable" }
    }
    return nil
  }

  private func pictureRule(_ question: Question) -> String? {
    for image in question.images {
      let (width, height) = (Double(image.size.width), Double(image.size.height))
      let measures: [(Measure, Double)] = [
        (.width, width), (.height, height), (.pixels, width * height), (.aspect, width / height),
        (.bytes, Double(image.bytes)),
      ]
      for (measure, value) in measures {
        if let rule = rule(measure, value) { return rule }
      }
      if !formats.contains(image.format) { return "formats" }
    }
    return nil
  }

  private func textRule(_ question: Question) -> String? {
    let measures = TextMeasures(of: question.question)
    var texts = [measures]
    if let rule = rule(.question, Double(measures.length)) { return rule }
    switch question.answer {
    case .text(let text), .option(let text):
      texts.append(TextMeasures(of: text))
      if let rule = rule(.answer, Double(texts[1].length)) { return rule }
    case .pointInBox: break
    }
    if measures.letters < letters { return "min-letters" }
    for text in texts {
      if text.repeatedLines > repeatedLines { return "max-repeated-lines" }
      if text.longestRun > repeatedCharacters { return "max-repeated-characters" }
      if text.controls > 0 && !allowsControls { return "control-characters" }
      if text.mojibake > 0 && !allowsMojibake { return "mojibake" }
    }
    return nil
  }

  private func rule(_ measure: Measure, _ value: Double) -> String? {
    guard let range = bounds[measure] else { return nil }
    if value < range.lowerBound { return "min-\(measure.rawValue)" }
    return value > range.upperBound ? "max-\(measure.rawValue)" : nil
  }
}
