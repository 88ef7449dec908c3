import Autograd
import Foundations
import Geometry
import Imaging
import Prompting
import Schemas
import TensorCore
import Tokenizing
import Training
import VisionLanguage

/// Dialogues about one picture for the model of the default sizes.
struct Sayings: Sendable {
  static let digest = String(repeating: "c", count: 64)
  let model: Model
  let tokenizer: Tokenizer
  let features: PictureFeatures
  let chains: ChainTree
  let pictures: [String: [UInt8]]

  init() throws {
    let added = [
      (SpecialToken.endOfText, 256), (.imEnd, 257), (.imStart, 258), (.imagePad, 260),
      (.videoPad, 261), (.visionStart, 262), (.visionEnd, 263),
    ]
    model = smallModel()
    tokenizer = try Tokenizer(
      vocabulary: (0..<256).map { [UInt8($0)] }, merges: Merges([]),
      added: added.map { AddedToken(text: $0.rawValue, id: $1, isSpecial: true) })
    features = PictureFeatures(model)
    chains = ChainTree(tokenizer, features)
    var picture = Picture(size: Size(width: 224, height: 168), color: Color(30, 120, 200))
    picture.fill(.disc(center: Point(x: 70, y: 90), radius: 40), Color(220, 40, 10))
    pictures = [Self.digest: picture.encodedPNG()]
  }

  let prompt = Segment(
    role: .prompt,
    text: ChatTemplate.opening(system: "Look.", user: ChatTemplate.picture + "Which?"),
    media: [MediaReference(sha256: digest, size: Size(width: 112, height: 84))])

  func said(_ text: String) -> Segment {
    Segment(role: .model, text: text + ChatTemplate.endOfTurn)
  }

  /// What a look at the square that begins at `x` and 28 shows.
  func seen(at x: Double) -> Segment {
    let box = Box(x0: x, y0: 28, x1: x + 56, y1: 84)
    let size = Size(width: 56, height: 56)
    return Segment(
      role: .observation, text: ViGoRLMultiTurn().observation,
      media: [MediaReference(sha256: Self.digest, crop: Crop(box: box, output: size), size: size)])
  }

  /// Three chains: the second shares a look with the first, the third its first turn only.
  var threeChains: [[Segment]] {
    let look = said("<think> Hm (9, 9). </think>")
    return [
      [prompt, look, seen(at: 0), said("<answer> red </answer>")],
      [prompt, look, seen(at: 0), said("<answer> blue </answer>")],
      [prompt, look, seen(at: 84), said("Or (1, 2)."), seen(at: 0), said("Red.")],
    ]
  }

  /// Summed gradient of the given derivatives by log-probability, one pass a tree.
  func gradient(_ trees: [TokenTree], _ seeds: @Sendable (PackedTrees) -> [Float]) throws -> [Float]
  {
    let gradients = ParallelGradients(model, lanes: 1, workers: 1)
    return try withoutActuallyEscaping(seeds) { seeds in
      try gradients.run(
        trees.map { tree in { @Sendable in PackedTrees([tree], image: 260) } }
      ) { _, packed, _, _, _ in
        ParallelGradients.Judged(seeds: seeds(packed), report: 0)
      }.gradient.values
    }
  }
}

/// |a - b| / |b| over all elements.
func relativeDistance(_ a: [Float], _ b: [Float]) -> Double {
  precondition(a.count == b.count, "\(a.count) against \(b.count)")
  var (difference, size) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    size += Double(y) * Double(y)
  }
  return (difference / size).squareRoot()
}
