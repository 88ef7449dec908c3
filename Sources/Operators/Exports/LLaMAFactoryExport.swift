internal import Foundations
internal import JSONText
internal import Schemas

/// LLaMA-Factory: rows of `messages` and `images`, and `dataset_info.json` that describes them.
extension ExportRows {
  /// A row for every chain; a question without chains is answered at once.
  mutating func addLLaMAFactory(_ sample: ExportSample) throws(Fault) {
    if try addChains(sample, images: { $0.images($1, sample) }) { return }
    let chat = try sample.prompt()
    let answer: JSON = ["role": "assistant", "content": .string(sample.answer)]
    let messages = ((try? chat.json.asArray) ?? []) + [answer]
    add(
      sample.question.id, sample,
      [("messages", .array(messages)), ("images", images(chat, sample))])
  }
}

/// `dataset_info.json`: a dataset for every file of rows.
enum LLaMAFactoryInfo {
  static func json(dataset: String, files: [(split: String?, name: String)]) -> JSON {
    var object = JSONObject()
    for file in files {
      object[file.split.map { "\(dataset)-\($0)" } ?? dataset] = [
        "file_name": .string(file.name), "formatting": "sharegpt",
        "columns": ["messages": "messages", "images": "images"],
        "tags": [
          "role_tag": "role", "content_tag": "content", "user_tag": "user",
          "assistant_tag": "assistant", "system_tag": "system",
        ],
      ]
    }
    return .object(object)
  }
}
