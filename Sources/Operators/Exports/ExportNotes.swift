internal import Foundations
internal import JSONText
internal import Prompting
internal import Schemas

/// What an export says of itself: `README.md`, files of the target's own, and the marker.
struct ExportNotes {
  static let markerName = "export.json"

  private let manifest: Manifest
  private let settings: ExportSettings
  private let pixels: [(domain: String, limits: ClosedRange<Int>)]
  private let files: [(split: String?, name: String)]

  init(
    _ manifest: Manifest, _ settings: ExportSettings, pixels: [String: ClosedRange<Int>],
    files: [(split: String?, name: String)]
  ) {
    self.manifest = manifest
    self.settings = settings
    self.pixels = pixels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.files = files
  }

  /// Smallest and largest over all domains: the settings of a trainer are for all.
  private var least: Int { pixels.map(\.limits.lowerBound).min() ?? 3136 }
  private var most: Int { pixels.map(\.limits.upperBound).max() ?? 12_845_056 }

  var documents: [(name: String, bytes: [UInt8])] {
    var documents = [(name: "README.md", bytes: Array(readme.utf8))]
    if settings.target == .llamaFactory {
      let info = LLaMAFactoryInfo.json(dataset: manifest.dataset, files: files)
      documents.append(("dataset_info.json", info.bytes(pretty: true)))
    }
    if settings.target == .easyR1,
      let name = pixels.first?.domain, let domain = try? DomainCatalog.named(name)
    {
      let template = "\(domain.system)\n\n{{ content | trim }}\n"
      documents.append(("format_prompt.jinja", Array(template.utf8)))
    }
    return documents
  }

  /// What was exported, and how; an export without it is not whole.
  func marker(_ report: DatasetExport.Report) -> JSON {
    func counts(_ values: [String: Int]) -> JSON {
      .object(
        JSONObject(
          values.sorted { $0.key < $1.key }.map { (key: $0.key, value: .integer($0.value)) }))
    }
    return [
      "kind": "export", "version": 1, "target": .string(settings.target.rawValue),
      "dataset": .string(manifest.dataset), "records": .string(manifest.records.rawValue),
      "pipeline": .string(manifest.pipeline), "frame": .string(settings.frame.rawValue),
      "pictures": .string(settings.pictures.rawValue),
      "pixels": .object(
        JSONObject(
          pixels.map {
            (
              key: $0.domain,
              value: [.integer($0.limits.lowerBound), .integer($0.limits.upperBound)]
            )
          })), "rows": counts(report.rows),
      "files": .integer(report.pictures), "dropped": counts(report.dropped),
    ]
  }

  // MARK: Words

  private var readme: String {
    """
    # \(manifest.dataset), for \(Self.title(settings.target))

    \(manifest.records.rawValue) records of a Scanpath dataset, exported by `scanpath export --to \
    \(settings.target.rawValue)`.

    ## Coordinates

    \(frame)

    \(pictures)

    ## Use

    \(use)

    `\(settings.target == .mds ? "record" : "scanpath")` in every row is the question's record, in \
    pixels of the original picture.

    """
  }

  private static func title(_ target: ExportTarget) -> String {
    switch target {
    case .webdataset: "WebDataset"
    case .mds: "mosaicml-streaming (MDS)"
    case .llamaFactory: "LLaMA-Factory"
    case .trl: "TRL"
    case .verl: "verl"
    case .easyR1: "EasyR1"
    case .msSwift: "ms-swift"
    }
  }

  private var frame: String {
    switch settings.frame {
    case .original: "Coordinates are pixels of the original picture."
    case .normalized: "Coordinates are thousandths of the picture's width and height."
    case .model:
      "Coordinates are pixels of the whole first picture as the model sees it: resized to sides "
        + "that are multiples of 28 and \(least) to \(most) pixels."
    }
  }

  private var pictures: String {
    if settings.pictures == .view {
      return "Pictures have the size that the model sees, so that no processor with limits around "
        + "\(least) to \(most) pixels resizes them. Crops are rendered."
    }
    guard settings.frame == .model else {
      return "Pictures are the original files; crops are rendered."
    }
    return "Pictures are the original files, and crops are rendered. **With other pixel limits the "
      + "coordinates are wrong**; `--pictures view` exports pictures that are not resized again."
  }

  private var use: String {
    let file = files.first?.name ?? "data.jsonl"
    let names = files.map { $0.split.map { "\(manifest.dataset)-\($0)" } ?? manifest.dataset }
    switch settings.target {
    case .webdataset:
      let name = ExportSink.name(of: files.first?.split ?? "")
      return
        "`wds.WebDataset(\"\(name)-000000.tar\")`; a sample has the picture and `json`, sorted "
        + "by the dataset's order."
    case .mds:
      let split = files.first?.split.map { ", split=\"\(WebDatasetSample.key(of: $0))\"" } ?? ""
      return "`StreamingDataset(local=\".\"\(split), shuffle=False)`"
    case .llamaFactory:
      return """
        ```yaml
        dataset_dir: .
        media_dir: .
        dataset: \(names.joined(separator: ","))
        template: qwen2_vl
        image_min_pixels: \(least)
        image_max_pixels: \(most)
        ```
        """
    case .trl:
      return """
        ```python
        rows = load_dataset("json", data_files="\(file)", split="train")
        rows = rows.cast_column("images", Sequence(Image()))
        processor = AutoProcessor.from_pretrained(MODEL, min_pixels=\(least), max_pixels=\(most))
        ```
        Paths are relative to this folder; `--image-root` puts another folder before them.
        """
    case .verl:
      return "`data.train_files=\(file) data.image_key=images`. Every picture carries its pixel "
        + "limits. Paths are relative to this folder; `--image-root` puts another before them."
    case .easyR1:
      return "`data.train_files=\(file) data.prompt_key=problem data.answer_key=answer "
        + "data.image_key=images data.image_dir=. data.format_prompt=format_prompt.jinja "
        + "data.min_pixels=\(least) data.max_pixels=\(most)`"
    case .msSwift:
      return
        "`MIN_PIXELS=\(least) MAX_PIXELS=\(most) ROOT_IMAGE_DIR=. swift sft --dataset \(file) …`"
    }
  }
}
