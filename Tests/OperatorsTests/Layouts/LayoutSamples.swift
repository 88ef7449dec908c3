import Geometry
import JSONText
import Operators
import Schemas

/// One small member of every layout, as its makers write it.
struct LayoutSample: CustomStringConvertible, Sendable {
  let layout: String
  let member: String
  let text: String
  var listing: [String] = []
  var others: [String: String] = [:]
  /// The ids and questions in it.
  let questions: [String: String]

  var description: String { "\(layout): \(member)" }

  func memory(_ text: String? = nil) -> MemoryMember {
    var memory = MemoryMember(member, text ?? self.text)
    memory.listing = listing
    memory.others = others.mapValues { Array($0.utf8) }
    return memory
  }

  /// 60 pixels and more in base64, so that no one takes it for a path.
  static let picture =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

  private static let export: String = {
    let medium = Medium(
      sha256: String(repeating: "a", count: 64), format: .png, size: Size(width: 8, height: 6),
      bytes: 99)
    let question = Question(
      id: "a", images: [medium], question: "What?", answer: .text("x"), domain: "visual-search",
      source: "b.tar",
      provenance: Provenance(
        archive: "b.tar", member: "a.png", sha256: medium.sha256, operators: [:], seed: 1))
    let row: JSON = [
      "id": "a", "scanpath": .string(question.json.description), "images": ["images/a.png"],
      "messages": [["role": "user", "content": "What?"]],
    ]
    return row.description
  }()

  static let all: [LayoutSample] = [
    LayoutSample(
      layout: "scanpath", member: "train.jsonl", text: export, questions: ["a": "What?"]),
    LayoutSample(
      layout: "vigorl", member: "questions.jsonl",
      text: """
        {"id": "a", "image": "i.png", "conversations": [{"from": "human", "value": "What?"}, {"from": "gpt", "value": "x"}]}
        """, questions: ["a": "What?"]),
    LayoutSample(
      layout: "easy-vqa", member: "test/questions.json", text: #"[["is it red?", "no", 7]]"#,
      questions: ["test-7-0": "is it red?"]),
    LayoutSample(
      layout: "screenspot", member: "screenspot_web.json",
      text: #"[{"img_filename": "a.png", "instruction": "open it", "bbox": [1, 2, 3, 4]}]"#,
      questions: ["a-0": "open it"]),
    LayoutSample(
      layout: "coco", member: "annotations/instances_val.json",
      text: """
        {"info": {"year": 2017}, "licenses": [], "images": [{"id": 9, "file_name": "9.jpg", "width": 200,
        "height": 100}], "annotations": [{"id": 3, "image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4]}],
        "categories": [{"id": 1, "name": "dog"}]}
        """, questions: ["3": "Where is the dog?"]),
    LayoutSample(
      layout: "llama-factory", member: "mllm_demo.json",
      text: """
        [{"messages": [{"role": "user", "content": "<image>Who is it?"}, {"role": "assistant", "content": "Kane"}],
        "images": ["1.jpg"]}]
        """, questions: ["mllm_demo-0": "Who is it?"]),
    LayoutSample(
      layout: "llama-factory", member: "chat.jsonl",
      text: """
        {"conversations": [{"from": "human", "value": "Who?"}, {"from": "gpt", "value": "I"}], "images": ["1.jpg"]}
        """, questions: ["chat-1": "Who?"]),
    LayoutSample(
      layout: "llama-factory", member: "alpaca.json",
      text: #"[{"instruction": "Count.", "input": "Cats.", "output": "2", "images": ["1.jpg"]}]"#,
      questions: ["alpaca-0": "Count.\nCats."]),
    LayoutSample(
      layout: "llama-factory", member: "data/mine.json",
      text: #"[{"ask": "Count.", "say": "2", "photos": ["1.jpg"]}]"#,
      others: [
        "data/dataset_info.json": """
        {"mine": {"file_name": "mine.json", "columns": {"prompt": "ask", "response": "say", "images": "photos"}}}
        """
      ], questions: ["data/mine-0": "Count."]),
    LayoutSample(
      layout: "ms-swift", member: "train.jsonl",
      text: """
        {"messages": [{"role": "user", "content": "<image>Find <ref-object>"}, {"role": "assistant", "content": "<bbox>"}],
        "images": ["1.jpg"], "objects": {"ref": ["the cat"], "bbox": [[1, 2, 30, 40]]}}
        """.replacing("\n", with: " "), questions: ["train-1": "Find the cat"]),
    LayoutSample(
      layout: "imagefolder", member: "train/metadata.csv",
      text: "file_name,text\n0001.png,a red ball\n",
      questions: ["train/metadata-1": QuestionDraft.captionQuestion]),
    LayoutSample(
      layout: "imagefolder", member: "metadata.jsonl",
      text: #"{"file_name": "1.png", "question": "What?", "answer": "red"}"#,
      questions: ["metadata-1": "What?"]),
    LayoutSample(
      layout: "treebench", member: "TreeBench.tsv",
      text: "index\timage\tquestion\tA\tB\tanswer\tcategory\ttarget_instances\n"
        + "5\t\(picture)\tWhich?\tred\tblue\tB\tPerception/Attributes\t[[1, 2, 30, 40]]\n",
      questions: ["5": "Which?"]),
    LayoutSample(
      layout: "webdataset", member: "shard/0001.json",
      text: #"{"question": "What?", "answer": "red"}"#,
      listing: ["shard/0001.jpg", "shard/0001.json"], questions: ["shard/0001": "What?"]),
    LayoutSample(
      layout: "webdataset", member: "0001.txt", text: "a red ball\n",
      listing: ["0001.jpg", "0001.txt"], questions: ["0001": QuestionDraft.captionQuestion]),
    LayoutSample(
      layout: "csv", member: "questions.csv",
      text: "id,image,question,answer\na,1.png,\"What, and where?\",red\n",
      questions: ["a": "What, and where?"]),
    LayoutSample(
      layout: "csv", member: "questions.tsv",
      text: "image_path\tquestion\tanswer\n1.png\tWhat?\tred\n", questions: ["questions-1": "What?"]
    ),
    LayoutSample(
      layout: "json", member: "records.json",
      text: #"[{"image": "1.png", "question": "What?", "answer": "red"}]"#,
      questions: ["records-0": "What?"]),
    LayoutSample(
      layout: "json", member: "easyr1.jsonl",
      text: #"{"problem": "<image>What?", "answer": "red", "images": ["1.png"]}"#,
      questions: ["easyr1-1": "What?"]),
  ]
}
