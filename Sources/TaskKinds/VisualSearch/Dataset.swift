package import Foundations
internal import Geometry
package import Imaging
internal import JSONText

extension VisualSearch {
  /// How large a data set is and where its randomness comes from.
  package struct Plan: Sendable, Equatable {
    package var seed: UInt64
    /// Scenes of each part; a part that is missing has none.
    package var scenes: [Split: Int]
    /// Different questions about each scene.
    package var questionsPerScene: Int
    package var jpegQuality: Int

    package init(
      seed: UInt64, scenes: [Split: Int], questionsPerScene: Int = 1, jpegQuality: Int = 82
    ) {
      self.seed = seed
      self.scenes = scenes
      self.questionsPerScene = questionsPerScene
      self.jpegQuality = jpegQuality
    }
  }

  /// A photograph with the name it is known by.
  package struct Photograph: Sendable {
    package let name: String
    package let picture: Picture

    package init(name: String, picture: Picture) {
      self.name = name
      self.picture = picture
    }

    /// The JPEG and PNG files of a folder, in the order of their names.
    ///
    /// - Throws: faults of files and pictures with the file named; `visual-search.photographs` if
    ///   there is none.
    package static func load(folder: String) throws(Fault) -> [Photograph] {
      var photographs: [Photograph] = []
      for name in try Files.names(in: folder) where isPicture(name) {
        let path = folder + "/" + name
        do throws(Fault) {
          let picture = try Picture.decode(try Files.read(path))
          photographs.append(Photograph(name: name, picture: picture))
        } catch { throw error.placed(in: Place(file: path)) }
      }
      if photographs.isEmpty {
        throw Fault(
          "visual-search.photographs", "expected photographs (*.jpg, *.jpeg, *.png), found none",
          at: Place(file: folder))
      }
      return photographs
    }

    private static func isPicture(_ name: String) -> Bool {
      [".jpg", ".jpeg", ".png"].contains { name.lowercased().hasSuffix($0) }
    }
  }

  /// Makes a data set in ViGoRL's layout and hands its files out one by one: the pictures, then
  /// `questions.jsonl`.
  ///
  /// A line has ViGoRL's `id`, `image` and `conversations` and our `options`, `answer_kind`,
  /// `targets`, `split` and `photo`. Places are pixels of the picture. The bytes depend on the plan,
  /// the photographs and the icons only, not on `workers`.
  ///
  /// - Throws: what `emit` throws; `visual-search.photographs` if a part has no photograph.
  package static func make(
    _ plan: Plan, photographs: [Split: [Photograph]], icons: Icons, workers: Int = 1,
    emit: (_ name: String, _ bytes: [UInt8]) throws -> Void
  ) throws {
    // Enough to keep the workers busy, few enough to stay in memory.
    let batch = 16
    var lines: [UInt8] = []
    for split in Split.allCases {
      let count = plan.scenes[split] ?? 0
      let sources = photographs[split] ?? []
      if count > 0 && sources.isEmpty {
        throw Fault(
          "visual-search.photographs",
          "\(count) scenes of \(split) are asked for, without photographs"
        )
      }
      for start in stride(from: 0, to: count, by: batch) {
        let made = try Lanes.map(min(batch, count - start), workers: workers) { offset in
          sample(start + offset, of: split, plan, sources, icons)
        }
        for sample in made {
          try emit(sample.name, sample.jpeg)
          lines.append(contentsOf: JSONLines.bytes(of: sample.records))
        }
      }
    }
    try emit("questions.jsonl", lines)
  }

  private static func sample(
    _ index: Int, of split: Split, _ plan: Plan, _ sources: [Photograph], _ icons: Icons
  ) -> (name: String, jpeg: [UInt8], records: [JSON]) {
    var random = CounterRandom(seed: plan.seed).child("visual-search").child(split.rawValue)
      .child(index)
    let photograph = random.pick(sources)
    let background = Background.random(of: photograph.picture, using: &random)
    let scene = Scene.random(icons: icons, using: &random)
    let digits = String(index)
    let id = "\(split)-" + String(repeating: "0", count: max(6 - digits.count, 0)) + digits
    let name = "images/\(id).jpg"
    let questions = questions(plan.questionsPerScene, about: scene, icons: icons, using: &random)
    return (
      name, scene.picture(on: background, icons: icons).encodedJPEG(quality: plan.jpegQuality),
      questions.enumerated().map { number, question in
        question.json(
          id: "\(id)-\(number)", image: name, split: split, photograph: photograph.name)
      }
    )
  }

  /// Different questions about a scene; a scene of five badges has more than twenty.
  private static func questions(
    _ count: Int, about scene: Scene, icons: Icons, using random: inout CounterRandom
  ) -> [Question] {
    precondition(count <= 8, "\(count) questions about one scene: at most 8 are different for sure")
    var questions: [Question] = []
    while questions.count < count {
      let question = Question.random(about: scene, icons: icons, using: &random)
      if !questions.contains(where: { $0.text == question.text }) { questions.append(question) }
    }
    return questions
  }
}

extension VisualSearch.Question {
  /// The record of a question in ViGoRL's layout.
  func json(id: String, image: String, split: VisualSearch.Split, photograph: String) -> JSON {
    let choices = options.isEmpty ? "" : "\nOptions: " + options.joined(separator: ", ")
    let kind: String
    let answer: String
    switch truth {
    case .option(let text): (kind, answer) = ("option", text)
    case .pointInBox(let box):
      let corners = box.corners.map(String.init).joined(separator: ", ")
      (kind, answer) = ("point-in-box", "(\(corners))")
    }
    return [
      "id": .string(id),
      "image": .string(image),
      "conversations": [
        ["from": "human", "value": .string("<image>\n\(text)\(choices)")],
        ["from": "gpt", "value": .string(answer)],
      ],
      "options": .array(options.map(JSON.string)),
      "answer_kind": .string(kind),
      "targets": .array(
        targets.map {
          ["label": .string($0.label), "box": .array($0.box.corners.map(JSON.integer))]
        }),
      "split": .string(split.rawValue),
      "photo": .string(photograph),
    ]
  }
}

extension Box {
  /// Edges in whole pixels: left, top, right, bottom.
  fileprivate var corners: [Int] { [x0, y0, x1, y1].map { Int($0.rounded()) } }
}
