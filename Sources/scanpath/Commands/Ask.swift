internal import ArgumentParser
internal import Foundations
internal import Geometry
internal import Imaging
internal import Prompting
internal import Reports
internal import Schemas
internal import TraceSearch
internal import VisionLanguage

/// `scanpath ask`: one grounded answer, with the places that were looked at.
struct Ask: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answers a question about a picture, and shows where the model looked.",
    discussion: """
      The domain fixes the prompt, the size of the view and the crops that a look brings. Without \
      a usable answer the exit code is 1.

      A picture to ask about: tar -xOf samples/visual-search.tar images/test-000000.jpg > scene.jpg

      Example: scanpath ask --image scene.jpg 'Where is the globe icon?' --draw trace.png
      """)

  @Argument(help: "The question.")
  var question: String

  @Option(
    help: ArgumentHelp("The picture, a JPEG or PNG.", valueName: "file"),
    completion: .file(extensions: ["jpg", "jpeg", "png"]))
  var image: String

  @Option(help: ArgumentHelp("What the answer is chosen from.", valueName: "a,b,…"))
  var options: String?

  @Option(
    help: ArgumentHelp(
      "\(DomainCatalog.all.map(\.name).joined(separator: ", ")).", valueName: "name"))
  var domain = DomainCatalog.visualSearch.name

  @OptionGroup var model: ModelOption

  @Option(help: ArgumentHelp("0 takes the most probable token.", valueName: "t"))
  var temperature = 0.0

  @Option(help: ArgumentHelp("Tokens of a turn at most.", valueName: "n"))
  var maxTokens = 256

  @Option(help: ArgumentHelp("The same seed samples the same.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Draw the looks, numbered, and their crops to a PNG.", valueName: "file"))
  var draw: String?

  @Flag(help: "Print the answer and the turns as JSON.")
  var json = false

  func validate() throws {
    if maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1") }
    if !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be 0 or more, found \(temperature)")
    }
  }

  func run() throws {
    let bytes = try Files.read(image)
    let picture = try placed { () throws(Fault) in try Picture.decode(bytes) }
    let answered = try answer(bytes, picture.size)
    if let draw {
      try Files.writeAtomically(
        TraceDrawing.draw(answered.trace, on: picture).encodedPNG(), to: draw)
    }
    if json { Output.result(answered.json) } else { Output.result(answered.text) }
    if answered.trace.answer == nil { throw ExitCode.notMet }
  }

  /// One walk from the question to its end.
  private func answer(_ bytes: [UInt8], _ size: Size) throws -> AnsweredQuestion {
    let domain = try DomainCatalog.named(domain)
    let folder = try ModelFolder(path: model.folder)
    let policy = LocalPolicy(
      folder.model, try folder.tokenizer(), PictureFeatures(folder.model))
    let digest = SHA256.hexadecimal(of: bytes)
    let start = try placed { () throws(Fault) in
      try Walk(asked(bytes, digest, size), domain, pictures: [digest: bytes])
    }
    let end = try Walk.finish(
      [start], policy, SamplingOptions(temperature: temperature, maxTokens: maxTokens),
      randoms: [CounterRandom(seed: seed)])[0]
    return try AnsweredQuestion(end, model: model.name, original: size)
  }

  /// The question as a record; nobody knows its true answer.
  private func asked(_ bytes: [UInt8], _ digest: String, _ size: Size) throws(Fault) -> Question {
    let format = try Picture.header(of: bytes).format
    let options = options?.split(separator: ",").map { String($0.trimmed) } ?? []
    return Question(
      id: "ask",
      images: [
        Medium(
          sha256: digest, format: format == .jpeg ? .jpeg : .png, size: size, bytes: bytes.count)
      ],
      question: question, options: options, answer: .text(""), domain: domain, source: "ask",
      provenance: Provenance(archive: "", member: image, sha256: digest, seed: 0))
  }

  /// Names the picture in faults about it.
  private func placed<T>(_ body: () throws(Fault) -> T) throws(Fault) -> T {
    do { return try body() } catch { throw error.placed(in: Place(file: image)) }
  }
}

extension Substring {
  /// Without spaces at its ends.
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " }
    guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
    return start[...last]
  }
}
