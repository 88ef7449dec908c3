import Autograd
import Foundations
import Geometry
import Glibc
import Imaging
import JSONText
import Prompting
import TensorCore
import Testing
import Tokenizing
import VisionLanguage

/// A model of the default sizes with weights from a formula, and a tokenizer of bytes that fits it.
enum SmallFolder {
  static func tokenizer() throws -> Tokenizer {
    let added = [
      (SpecialToken.endOfText, 256), (.imEnd, 257), (.imStart, 258), (.imagePad, 260),
      (.videoPad, 261), (.visionStart, 262), (.visionEnd, 263),
    ]
    return try Tokenizer(
      vocabulary: (0..<256).map { [UInt8($0)] }, merges: Merges([]),
      added: added.map { AddedToken(text: $0.rawValue, id: $1, isSpecial: true) })
  }

  static func make(pixels: PixelBudget = .published) throws -> ModelFolder {
    let model = Model(Configuration())
    for (place, entry) in model.parameters.entries.enumerated() {
      let values = model.parameters.tensor(entry)
      for i in 0..<entry.count {
        values.pointer[i] = Float(0.3 * sin(0.37 * Double(i + 1) + 1.7 * Double(place + 1)))
      }
    }
    return ModelFolder(
      model: model,
      companions: try ModelFolder.companions(
        tokenizer: tokenizer(), system: "Look.", pixels: pixels, maxLength: 1024))
  }

  static func file(_ width: Int, _ height: Int) -> Inference.PictureFile {
    var picture = Picture(size: Size(width: width, height: height), color: Color(30, 120, 200))
    let middle = Point(x: Double(width) / 2, y: Double(height) / 2)
    picture.fill(.disc(center: middle, radius: Double(height) / 4), Color(220, 40, 10))
    return .init(name: "disc.png", bytes: picture.encodedPNG())
  }
}

@Suite struct `Inference on a model folder` {
  let text = "a \(ChatTemplate.picture) and \(ChatTemplate.picture)?"

  @Test func `every place stands for the next picture, at the size the folder asks for`() throws {
    let inference = try Inference(folder: SmallFolder.make())
    let prompt = try inference.prompt(
      text, pictures: [SmallFolder.file(100, 60), SmallFolder.file(60, 115)])
    #expect(prompt.grids == [PatchGrid(rows: 4, columns: 8), PatchGrid(rows: 8, columns: 4)])
    #expect(prompt.ids.count { $0 == 260 } == 16)
    #expect(prompt.ids.prefix(4) == [97, 32, 262, 260])
    #expect(prompt.positionIDs.map(\.count) == Array(repeating: prompt.ids.count, count: 3))
    #expect(prompt.positionIDs[2].prefix(7) == [0, 1, 2, 3, 4, 5, 6])
    // 8 tokens of a picture take 4 positions, for 16 tokens 8 fewer than tokens.
    let last = prompt.ids.count - 1 - 8
    #expect(prompt.positionIDs[0].last == last)
  }

  @Test func `a smaller budget makes a smaller view`() throws {
    let budget = PixelBudget(minPixels: 784, maxPixels: 3136)
    let inference = try Inference(folder: SmallFolder.make(pixels: budget))
    let prompt = try inference.prompt(
      ChatTemplate.picture, pictures: [SmallFolder.file(400, 400)])
    #expect(prompt.grids == [PatchGrid(rows: 4, columns: 4)])
  }

  @Test func `text alone is a prompt, nothing is not`() throws {
    let inference = try Inference(folder: SmallFolder.make())
    #expect(inference.logits(try inference.prompt("hi", pictures: [])).rows == 2)
    #expect(throws: Fault.self) { try inference.prompt("", pictures: []) }
  }

  @Test func `pictures without a place and places without a picture are refused`() throws {
    let inference = try Inference(folder: SmallFolder.make())
    for count in [1, 3] {
      let files = Array(repeating: SmallFolder.file(56, 56), count: count)
      let fault = #expect(throws: Fault.self) { try inference.prompt(text, pictures: files) }
      #expect(fault?.code == "prompt.pictures")
    }
  }

  @Test func `a file that is no picture is named`() throws {
    let inference = try Inference(folder: SmallFolder.make())
    let fault = #expect(throws: Fault.self) {
      try inference.prompt(
        ChatTemplate.picture, pictures: [.init(name: "notes.jpg", bytes: Array("notes".utf8))])
    }
    #expect(fault?.place.file == "notes.jpg")
  }

  @Test func `greedy generation follows the logits of the whole text`() throws {
    let inference = try Inference(folder: SmallFolder.make())
    let files = [SmallFolder.file(100, 60), SmallFolder.file(60, 115)]
    var settings = SamplingSettings()
    settings.temperature = 0
    settings.maxTokens = 6
    let prompt = try inference.prompt(text, pictures: files)
    let found = inference.generate(prompt, settings, random: CounterRandom(seed: 1)).ids
    #expect(found.count == 6 || inference.ends.contains(found.last ?? -1))
    // Ordinary ASCII goes on as text, so that the longer prompt has the ids that were generated.
    var longer = text
    for id in found {
      let logits = inference.logits(try inference.prompt(longer, pictures: files))
      let banned = [260, 261, 262, 263]
      let best = Inference.top(logits, row: logits.rows - 1).first { !banned.contains($0.id) }
      #expect(best?.id == id)
      guard id < 128 else { break }
      longer += inference.tokenizer.decode([id])
    }
  }

  @Test func `generation ends with the token that completes a stop text`() throws {
    let inference = try Inference(folder: SmallFolder.make())
    var settings = SamplingSettings()
    settings.temperature = 0
    settings.maxTokens = 8
    let prompt = try inference.prompt("It is", pictures: [])
    func generate(_ stop: [String]) -> [Int] {
      inference.generate(prompt, settings, stop: stop, random: CounterRandom(seed: 1)).ids
    }
    let all = generate([])
    let text = inference.tokenizer.decode(all.prefix(2))
    try #require(all.count > 3 && all[0] != all[1])
    #expect(generate(["never", text]) == Array(all.prefix(2)))
    #expect(generate(["never"]) == all)
  }

  @Test func `the most probable come first, of equals the lowest id`() {
    let logits = Tensor([1, 3, 3, -2, 3], rows: 1, columns: 5)
    let top = Inference.top(logits, row: 0, count: 4)
    #expect(top.map(\.id) == [1, 2, 4, 0])
    let total = Inference.top(logits, row: 0, count: 9).reduce(0) { $0 + exp($1.logProbability) }
    #expect(abs(total - 1) < 1e-12)
  }

  @Test func `a tokenizer of another model is refused`() throws {
    var configuration = Configuration()
    configuration.tokens.image = 259
    let folder = try SmallFolder.make()
    let fault = #expect(throws: Fault.self) {
      try Inference(
        folder: ModelFolder(model: Model(configuration), companions: folder.companions))
    }
    #expect(fault?.code == "model.tokenizer")
  }
}

@Suite struct `The files beside the weights` {
  @Test func `what is written is read back`() throws {
    let budget = PixelBudget(minPixels: 3136, maxPixels: 37_632)
    let folder = try SmallFolder.make(pixels: budget)
    #expect(try folder.pixelBudget() == budget)
    #expect(try folder.endIDs() == [257, 256])
    #expect(try folder.tokenizer().json == SmallFolder.tokenizer().json)
  }

  @Test func `a folder without them has the published pixels and no tokenizer`() throws {
    let folder = ModelFolder(model: Model(Configuration()), companions: [])
    #expect(try folder.pixelBudget() == .published)
    #expect(try folder.endIDs() == [257])
    #expect(throws: Fault.self) { try folder.tokenizer() }
  }

  @Test(
    arguments: [
      (["min_pixels": 784, "max_pixels": 5000], 784, 5000),
      (["size": ["shortest_edge": 784, "longest_edge": 5000]], 784, 5000),
      (["min_pixels": 784, "size": ["shortest_edge": 1, "longest_edge": 5000]], 784, 5000),
      (["image_processor": ["size": ["longest_edge": 5000]], "processor_class": "P"], 3136, 5000),
      (["min_pixels": nil, "image_mean": [0.48145466, 0.4578275, 0.40821073]], 3136, 12_845_056),
    ] as [(JSON, Int, Int)])
  func `every published form of the budget is read`(
    json: JSON, minPixels: Int, maxPixels: Int
  ) throws {
    #expect(try PixelBudget(json: json) == PixelBudget(minPixels: minPixels, maxPixels: maxPixels))
  }

  @Test(
    arguments: [
      ["patch_size": 16], ["image_std": [0.5, 0.5, 0.5]], ["min_pixels": 9, "max_pixels": 8],
      ["do_resize": false],
    ] as [JSON])
  func `other preprocessing is refused`(json: JSON) {
    #expect(throws: Fault.self) { try PixelBudget(json: json) }
  }
}
