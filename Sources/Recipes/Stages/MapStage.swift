internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Renames, sets and removes fields of records.
struct MapStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let map: RecordMap

  private static let version = 1

  var needs: [StageNeed] { [.anyRecords(from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { kind.map { [.records($0)] } ?? [] }

  static let kind = StageCatalog.Kind(
    "map", "renames, sets and removes fields of records"
  ) { request, settings throws(Fault) in
    var map = RecordMap()
    map.renames = try settings.members("rename") { key, value throws(Fault) in
      (try FieldPath(key), try FieldPath(value.expression))
    }
    map.sets = try settings.members("set") { key, value throws(Fault) in
      (try FieldPath(key), try Expression(value.expression))
    }
    let removals = try settings.strings("remove", default: [])
    map.removals = try settings.placed("remove") { () throws(Fault) in
      var paths: [FieldPath] = []
      for path in removals { paths.append(try FieldPath(path)) }
      return paths
    }
    let from = try settings.optionalString("from")
    return MapStage(
      name: request.name, settings: .object(settings.resolved), from: from, map: map)
  }

  func check(taking kind: RecordKind) throws(Fault) { try map.check(for: kind) }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let kind = try data.kind(from: from)
    let operators = try FieldPath("provenance.operators")
    return try data.pass(kind, from: from) { stored, batch in
      let mapped: JSON
      do throws(Fault) {
        let json = try stored.json()
        do throws(Fault) {
          var changed = try map.mapped(json, as: kind)
          if case .object(var versions)? = operators.value(in: changed) {
            versions["map"] = .string("\(Self.version)")
            try operators.set(.object(versions), in: &changed)
          }
          mapped = try kind.checked(changed)
        } catch { throw error.placed(in: stored.place(of: json)) }
      } catch { return batch.quarantine(error) }
      try batch.keep(mapped)
    }
  }
}
