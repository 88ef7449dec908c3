internal import Archiving
internal import ArgumentParser
internal import Foundations
internal import TaskKinds

/// `scanpath synth visual-search`: photographs with badges whose icons take a look to read.
struct SynthVisualSearch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "visual-search",
    abstract: "Puts small icons on photographs and asks about them, in ViGoRL's layout.",
    discussion: """
      The folder of photographs has a folder for every part: train, validation, test. The bytes \
      of the archive depend on the options and the pictures alone.

      Example: scanpath synth visual-search --photos photos --icons samples/icons \
      --out visual-search.tar --scenes train=80,validation=10,test=10
      """)

  @Option(help: ArgumentHelp("Photographs, in folders by part.", valueName: "folder"))
  var photos: String

  @Option(help: ArgumentHelp("Icons as PNG files.", valueName: "folder"))
  var icons: String

  @Option(help: ArgumentHelp("The archive to write.", valueName: "file.tar"))
  var out: String

  @Option(help: ArgumentHelp("Scenes of each part.", valueName: "part=n,…"))
  var scenes = SceneCounts([.train: 800, .validation: 100, .test: 300])

  @Option(help: ArgumentHelp("Questions about each scene.", valueName: "n"))
  var questions = 1

  @Option(help: ArgumentHelp("The same seed makes the same bytes.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Threads; the archive does not depend on it.", valueName: "n"))
  var workers = Lanes.cores

  func validate() throws {
    if questions < 1 { throw ValidationError("--questions must be at least 1") }
    if workers < 1 { throw ValidationError("--workers must be at least 1") }
  }

  func run() throws {
    let plan = VisualSearch.Plan(
      seed: seed, scenes: scenes.counts, questionsPerScene: questions)
    let icons = try VisualSearch.Icons(folder: icons)
    var photographs: [VisualSearch.Split: [VisualSearch.Photograph]] = [:]
    for split in scenes.counts.keys {
      photographs[split] = try VisualSearch.Photograph.load(folder: "\(photos)/\(split.rawValue)")
    }
    var tar = try TarWriter(out)
    let stop = Interruption.watch()
    try VisualSearch.make(plan, photographs: photographs, icons: icons, workers: workers) {
      name, bytes in
      try stop.check()
      _ = try tar.append(name, bytes)
    }
    let count = tar.count
    let written = try tar.commit()
    Output.result("\(out): \(count) files, \(written.bytes) bytes, SHA-256 \(written.sha256)\n")
  }
}

/// How many scenes each part gets, as `train=80,test=20`.
struct SceneCounts: ExpressibleByArgument {
  let counts: [VisualSearch.Split: Int]

  init(_ counts: [VisualSearch.Split: Int]) { self.counts = counts }

  /// Parts must be known and named once, numbers positive.
  init?(argument: String) {
    var counts: [VisualSearch.Split: Int] = [:]
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "=", omittingEmptySubsequences: false)
      guard words.count == 2, let split = VisualSearch.Split(rawValue: String(words[0])),
        let count = Int(words[1]), count > 0, counts[split] == nil
      else { return nil }
      counts[split] = count
    }
    self.init(counts)
  }

  var defaultValueDescription: String {
    VisualSearch.Split.allCases.compactMap { split in counts[split].map { "\(split)=\($0)" } }
      .joined(separator: ",")
  }
}
