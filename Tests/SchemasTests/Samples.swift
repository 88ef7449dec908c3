import Geometry
import JSONText
import Schemas

/// Records with every member, and with none that may be left out.
enum Samples {
  static let digest = String(repeating: "0123456789abcdef", count: 4)

  static let provenance = Provenance(
    archive: "photos.tar", member: "a/1.jpg", sha256: digest,
    operators: ["ingest": "1", "dedup": "2"], seed: 7)

  static let picture = Medium(
    sha256: digest, format: .jpeg, size: Size(width: 640, height: 480), bytes: 40_000)

  static let fullQuestion = Question(
    id: "q-1", images: [picture, picture], question: "What colour is the key?",
    options: ["red", "blue"], answer: .option("red"), domain: "visual-search", source: "photos",
    split: "train",
    targets: [Target(label: "key", box: Box(x0: 10, y0: 20.5, x1: 30, y1: 40))],
    provenance: provenance)

  static let plainQuestion = Question(
    id: "q-2", images: [picture], question: "", answer: .text(""), domain: "easy-vqa",
    source: "shapes", provenance: provenance)

  static let boxQuestion = Question(
    id: "q-3", images: [picture], question: "Where is the button?",
    answer: .pointInBox(Box(x0: 1, y0: 2, x1: 30, y1: 40)), domain: "screens", source: "pages",
    provenance: provenance)

  static let segments = [
    Segment(
      role: .prompt, text: "Look.", ids: [1, 2],
      media: [MediaReference(sha256: digest, size: Size(width: 644, height: 476))]),
    Segment(
      role: .model, text: "There (1, 2).", ids: [3, 4, 5], logProbabilities: [0, -0.25, -1.5e-7],
      forced: 1),
    Segment(
      role: .observation, text: "crop", ids: [9],
      media: [
        MediaReference(
          sha256: digest,
          crop: Crop(
            box: Box(x0: 0, y0: 0, x1: 100, y1: 100), output: Size(width: 84, height: 84)),
          size: Size(width: 84, height: 84))
      ]),
  ]

  static let settings = Settings([
    "temperature": 0.5, "children": 3, "policy": "bundled", "zoom": true, "seed": nil,
  ])

  static let trees = [
    TreeRecord(
      question: fullQuestion,
      nodes: [
        TreeNode(parent: -1, segments: [segments[0]], visits: 3, value: 0.5),
        TreeNode(
          parent: 0, segments: [segments[1]], point: Point(x: 12, y: 34.5), isTerminal: true,
          answer: "red", visits: 2, value: 1,
          rollouts: [
            TreeRollout(segments: [segments[1]], answer: "red", reward: 1, steps: 2, samePoints: 1),
            TreeRollout(segments: [], reward: 0, steps: 0),
          ]),
      ], settings: settings, provenance: provenance),
    TreeRecord(question: plainQuestion, nodes: [], provenance: provenance),
    TreeRecord(
      question: boxQuestion, nodes: [TreeNode(parent: -1, segments: segments)],
      provenance: provenance),
  ]

  static let chains = [
    SFTRecord(
      question: boxQuestion,
      chains: [
        Chain(
          kind: .corrected, segments: segments, points: [Point(x: 1, y: 2)], answer: "(1, 2)"),
        Chain(kind: .direct, segments: [], points: [], answer: ""),
      ], provenance: provenance),
    SFTRecord(question: fullQuestion, chains: [], provenance: provenance),
  ]

  static let rollouts = [
    RolloutRecord(
      id: "r-1", question: "q-1", group: "g-1", sample: 0, policyStep: 12, segments: segments,
      answer: "red", isTruncated: false,
      rewards: [
        RewardTerm(name: "accuracy", value: 1, reason: "the option is right"),
        RewardTerm(name: "format", value: 0.5),
      ], total: 1.5, advantage: -0.1, settings: settings, provenance: provenance),
    RolloutRecord(
      id: "r-2", question: "q-1", group: "g-1", sample: 1, policyStep: 0, segments: [],
      answer: nil, isTruncated: true, rewards: [], total: 0, advantage: 0, provenance: provenance),
  ]

  static let evaluations = [
    EvaluationRecord(
      id: "e-1", question: "q-1", model: "grpo", segments: segments, answer: "red",
      isCorrect: true, reason: "the option is right", zooms: 1, points: [Point(x: 3, y: 4)],
      provenance: provenance),
    EvaluationRecord(
      id: "e-2", question: "q-1", model: "base", segments: [], answer: nil, isCorrect: false,
      reason: "no answer", zooms: 0, points: [], provenance: provenance),
  ]

  static let manifests = [
    Manifest(
      dataset: "sft", records: .sft, pipeline: digest,
      shards: [
        ShardEntry(
          name: "part-000000.jsonl.zst", content: .records, count: 2, bytes: 1_234, sha256: digest,
          schema: RecordKind.sft.schemaID, firstKey: "q-1", lastKey: "q-2", split: "train",
          inputs: [InputRange(source: "photos.tar", positions: 0..<2)]),
        ShardEntry(
          name: "media-000000.tar", content: .media, count: 0, bytes: 0, sha256: digest,
          pipeline: digest),
      ]),
    Manifest(dataset: "empty", records: .question, pipeline: digest, shards: []),
  ]

  static let questions = [fullQuestion, plainQuestion, boxQuestion]
}
