internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// The pictures of questions, joined where they are the same.
struct PictureGroups {
  private let firsts: [String: String]

  /// Pictures decoded in one unit of work.
  private static let cohort = 32

  /// Decodes pictures in units of the stage, unless only their bytes are compared.
  init(_ questions: [Question], _ sameness: PictureSameness, _ context: StageContext) throws {
    var seen: Set<String> = []
    let pictures = questions.flatMap(\.images).map(\.sha256).filter { seen.insert($0).inserted }
    guard sameness != .bytes else {
      firsts = Dictionary(uniqueKeysWithValues: pictures.map { ($0, $0) })
      return
    }
    let data = RunData(context)
    let cohorts = pictures.chunks(of: Self.cohort)
    let values = try context.units(cohorts.count, phase: "signatures") { unit in
      .array(
        try cohorts[unit.index].map { sha256 in
          do throws(Fault) {
            return try PictureSignature(of: data.picture(sha256)).json
          } catch { throw error.placed(in: Place(file: data.picturePath(sha256))) }
        })
    }
    let signatures = try values.flatMap { try $0.asArray }.map { try PictureSignature(json: $0) }
    let groups = sameness.groups(signatures)
    firsts = Dictionary(
      uniqueKeysWithValues: pictures.indices.map { (pictures[$0], pictures[groups[$0]]) })
  }

  /// The first picture that is the same as this one; itself if none came before.
  func first(of sha256: String) -> String { firsts[sha256] ?? sha256 }

  var pictures: Int { firsts.count }
  var groups: Int { Set(firsts.values).count }
}
