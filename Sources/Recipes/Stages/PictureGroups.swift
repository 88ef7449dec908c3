internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// The pictures of questions, joined where they are the same.
struct PictureGroups {
  private let firsts: [String: String]
  /// One line for every picture: its SHA-256 and its signature; none if only bytes are compared.
  let lines: [JSON]

  /// Pictures decoded in one unit of work.
  private static let cohort = 32

  /// Decodes, in units of the stage, the pictures of which no stage before left a signature; none
  /// if only bytes are compared.
  init(_ questions: [Question], _ sameness: PictureSameness, _ context: StageContext) throws {
    var seen: Set<String> = []
    let pictures = questions.flatMap(\.images).map(\.sha256).filter { seen.insert($0).inserted }
    guard sameness != .bytes else {
      firsts = Dictionary(uniqueKeysWithValues: pictures.map { ($0, $0) })
      lines = []
      return
    }
    let data = RunData(context)
    var known = try Self.left(context)
    let unknown = pictures.filter { known[$0] == nil }
    let cohorts = unknown.chunks(of: Self.cohort)
    let values = try context.units(cohorts.count, phase: "signatures") { unit in
      .array(
        try cohorts[unit.index].map { sha256 in
          do throws(Fault) {
            return try PictureSignature(of: data.picture(sha256)).json
          } catch { throw error.placed(in: Place(file: data.picturePath(sha256))) }
        })
    }
    for (sha256, json) in zip(unknown, try values.flatMap({ try $0.asArray })) {
      known[sha256] = try PictureSignature(json: json)
    }
    let signatures = pictures.compactMap { known[$0] }
    lines = zip(pictures, signatures).map { ["sha256": .string($0), "signature": $1.json] }
    let groups = sameness.groups(signatures)
    firsts = Dictionary(
      uniqueKeysWithValues: pictures.indices.map { (pictures[$0], pictures[groups[$0]]) })
  }

  /// Where a stage leaves `lines`.
  static func path(_ stage: String) -> String { "pictures/\(stage).jsonl" }

  /// The signatures that the nearest stage before left, by SHA-256.
  private static func left(_ context: StageContext) throws(Fault) -> [String: PictureSignature] {
    let paths = context.earlier.reversed().map(path)
    let outputs = Set(context.earlier.flatMap(context.outputs).map(\.path))
    guard let path = paths.first(where: outputs.contains) else { return [:] }
    let file = context.folder.path(path)
    var signatures: [String: PictureSignature] = [:]
    for line in JSONLines(try Files.read(file), file: file) {
      let json = try line.json()
      signatures[try json.string("sha256")] = try PictureSignature(
        json: json.required("signature"))
    }
    return signatures
  }

  /// The first picture that is the same as this one; itself if none came before.
  func first(of sha256: String) -> String { firsts[sha256] ?? sha256 }

  var pictures: Int { firsts.count }
  var groups: Int { Set(firsts.values).count }
}
