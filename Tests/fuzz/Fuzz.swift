// What libFuzzer feeds: every reader of foreign bytes. A fault thrown is right, a trap is a finding.
import Archiving
import Foundations
import Geometry
import Glibc
import Imaging
import JSONText
import Operators
import Pipelines
import Prompting
import Recipes
import Schemas
import Weights

/// The name in FUZZ_TARGET chooses; see `Tests/fuzz/run`.
nonisolated(unsafe) private let chosen: ([UInt8]) throws -> Void = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    fatalError("FUZZ_TARGET is \"\(name)\", known are \(targets.keys.sorted())")
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do { try chosen(bytes) } catch {}
  return 0
}

nonisolated(unsafe) private let targets: [String: ([UInt8]) throws -> Void] = [
  "archive": readArchive,
  "annotations": readAnnotations,
  "pairing": ingest,
  "json": readJSON,
  "schema": compileSchema,
  "zstd": readSeekable,
  "safetensors": readTensors,
  "pipeline": { _ = try PipelineFile(bytes: $0, file: "fuzz.yaml") },
  "dialect": readTurn,
  "picture": decodePicture,
]

/// A file in memory that holds `bytes`.
private func scratch(_ bytes: [UInt8]) throws -> String {
  struct Place { static let path = "/dev/shm/scanpath-fuzz-\(getpid())" }
  let descriptor = open(Place.path, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
  precondition(descriptor >= 0 && write(descriptor, bytes, bytes.count) == bytes.count)
  close(descriptor)
  return Place.path
}

private func readArchive(_ bytes: [UInt8]) throws {
  let limits = ArchiveLimits(memberBytes: 1 << 22)
  let reader = try ArchiveReader(path: try scratch(bytes), limits: limits)
  var members = 0
  while let member = try reader.next() {
    members += 1
    precondition(!member.path.hasPrefix("/") || member.refusal != nil, "a path leaves the folder")
    let parts = member.path.split(separator: "/")
    precondition(!parts.contains("..") || member.refusal != nil, "a path leaves the folder")
    // Every other member is read, so that skipping is fed too.
    if member.refusal == nil, members % 2 == 1 { _ = try? reader.data() }
  }
}

/// Annotations of every layout, as one member with a second one beside it.
private func readAnnotations(_ bytes: [UInt8]) throws {
  struct Member: AnnotationMember {
    let path: String
    let bytes: [UInt8]
    func head() throws(Fault) -> [UInt8] { Array(bytes.prefix(1 << 16)) }
    func pieces(_ body: ([UInt8]) throws -> Void) throws {
      // Pieces end anywhere.
      var at = 0
      while at < bytes.count {
        let end = min(at + 1 + at % 97, bytes.count)
        try body(Array(bytes[at..<end]))
        at = end
      }
    }
    func beside(_ path: String) throws(Fault) -> [UInt8]? { Array(bytes.prefix(200)) }
    func siblings(_ key: String) -> [AnnotationSibling] {
      [
        AnnotationSibling(path: key + ".jpg", position: 0, isPicture: true),
        AnnotationSibling(path: path, position: 1, isPicture: false),
      ]
    }
  }
  for layout in LayoutCatalog.all {
    for name in ["a/questions.jsonl", "a/b.json", "a/b.csv", "a/b.tsv", "a/b.txt"] {
      let member = Member(path: name, bytes: bytes)
      _ = try? layout.recognises(member)
      try? layout.drafts(of: member) { entry in
        guard case .draft(let draft) = entry else { return }
        _ = try? draft.truth(Size(width: 640, height: 480))
      }
    }
  }
}

/// A run that ingests an archive: names and contents of its members stand between zero bytes, and
/// `P` is a picture.
private func ingest(_ bytes: [UInt8]) throws {
  struct Place { static let folder = "/dev/shm/scanpath-fuzz-\(getpid())-run" }
  struct Parts {
    static let pipeline = "name: fuzz\nstages: [{ingest: {archives: [\(Place.folder)/a.tar]}}]"
    static let picture = Picture(
      size: Size(width: 8, height: 6), pixels: (0..<144).map { UInt8($0) }
    ).encodedPNG()
  }
  try Files.removeTree(Place.folder)
  try Files.makeFolder(Place.folder)
  var archive = try TarWriter(Place.folder + "/a.tar")
  let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
  for index in stride(from: 0, to: parts.count - 1, by: 2) {
    let content = Array(parts[index + 1])
    // Names that no tar takes are left out.
    _ = try? archive.append(
      String(decoding: parts[index], as: UTF8.self),
      content == [UInt8(ascii: "P")] ? Parts.picture : content)
  }
  _ = try archive.commit()
  let file = try PipelineFile(bytes: Array(Parts.pipeline.utf8), file: "fuzz.yaml")
  let runner = try Runner(
    folder: RunFolder(path: Place.folder + "/run"), pipeline: file.json, root: [:],
    stages: StageCatalog.standard.stages(of: file),
    options: RunOptions(seed: 1, workers: 1, maxBad: 1))
  do { _ = try runner.run() } catch let fault as Fault {
    precondition(fault.code != "counts.law", "\(fault)")
  }
}

/// What is read can be written, and is the same when it is read again.
private func readJSON(_ bytes: [UInt8]) throws {
  let json = try JSON.parse(bytes)
  for pretty in [false, true] {
    let again = try? JSON.parse(json.bytes(pretty: pretty))
    precondition(again == json, "JSON that was written reads as something else")
  }
  for line in JSONLines(bytes) { _ = try? line.json() }
}

/// A schema and, after a line break, what it is to judge; the schema judges itself too.
private func compileSchema(_ bytes: [UInt8]) throws {
  let parts = bytes.split(separator: 10, maxSplits: 1)
  let json = try JSON.parse(Array(parts.first ?? []))
  let schema = try JSONSchema(json: json)
  let instance = parts.count > 1 ? try? JSON.parse(Array(parts[1])) : nil
  for value in [json, instance].compactMap({ $0 }) {
    precondition(schema.validate(value).isEmpty == schema.isValid(value), "two verdicts")
  }
}

private func readSeekable(_ bytes: [UInt8]) throws {
  let path = try scratch(bytes)
  let reader = try SeekableZstdReader(path)
  if let table = reader.table {
    precondition(table.compressedBytes <= bytes.count, "frames beyond the file")
    for index in table.frames.indices.prefix(4) where table.frames[index].content.count < 1 << 24 {
      _ = try? reader.frame(index)
    }
  }
  var stream = try reader.stream()
  var total = 0
  while total < 1 << 22, let piece = try stream.next() {
    total += piece.count
  }
}

/// The bytes as a file, and as the header of one with some data.
private func readTensors(_ bytes: [UInt8]) throws {
  let length = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
  for content in [bytes, length + bytes + [UInt8](repeating: 1, count: 64)] {
    guard let file = try? SafetensorsFile(path: try scratch(content)) else { continue }
    for entry in file.entries.values {
      precondition(entry.count * entry.type.bytes <= content.count, "a tensor beyond the file")
      var values = [Float](repeating: 0, count: entry.count)
      unsafe values.withUnsafeMutableBufferPointer { buffer in
        if let start = buffer.baseAddress { unsafe file.copy(entry, into: start) }
      }
    }
  }
}

private func readTurn(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  for dialect in DialectCatalog.all { _ = dialect.parse(text) }
}

/// Decoding and checking come to one verdict.
private func decodePicture(_ bytes: [UInt8]) throws {
  let limits = DecodeLimits(maxPixels: 1 << 20, maxMemory: 16 << 20)
  let checked = Result { () throws(Fault) in try Picture.check(bytes, limits: limits) }
  let decoded = Result { () throws(Fault) in try Picture.decode(bytes, limits: limits) }
  switch (checked, decoded) {
  case (.success(let header), .success(let picture)):
    precondition(header.size == picture.size, "decoded to another size")
    _ = PerceptualHash(of: picture)
    let small = Size(width: max(1, picture.size.width / 3), height: max(1, picture.size.height / 3))
    _ = picture.resized(to: small)
    _ = try Picture.decoding(bytes, limits: limits, covering: small) { $0 }
  case (.failure(let first), .failure(let second)):
    precondition(first.code == second.code, "\(first) and \(second)")
  default: preconditionFailure("checking and decoding differ")
  }
}
