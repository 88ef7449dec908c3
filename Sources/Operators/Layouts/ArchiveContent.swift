internal import Archiving
package import Foundations
internal import Geometry
internal import Imaging
package import Schemas

/// What an archive holds for us: its pictures, checked, and its members of JSON.
package struct ArchiveContent: Sendable {
  package struct Text: Sendable {
    package let path: String
    package let bytes: [UInt8]
  }

  package let path: String
  /// Members that can be annotations, in their order.
  package private(set) var texts: [Text] = []
  /// By member: what a picture is, or why it cannot be used.
  package private(set) var pictures: [String: Result<Medium, Fault>] = [:]
  /// Members that are neither.
  package private(set) var others = 0
  /// The members of every last part of a path.
  private var byName: [String: [String]] = [:]
  /// The members of every WebDataset key.
  private var byKey: [String: [AnnotationSibling]] = [:]

  /// Pictures decoded side by side; bounds what is in memory.
  private static let batch = 64

  /// Reads all members and hands the file of every good picture to `keep`, in their order.
  ///
  /// - Throws: faults of an archive that cannot be read to its end; what `keep` throws.
  package init(
    path: String, workers: Int, stop: StopFlag, keep: ([UInt8]) throws(Fault) -> Void
  ) throws {
    self.path = path
    let reader = try ArchiveReader(path: path)
    var waiting: [Text] = []
    while let member = try reader.next() {
      try stop.check()
      do throws(Fault) {
        if let refusal = member.refusal { throw refusal }
        let found = Text(path: member.path, bytes: try reader.data())
        let isText = LayoutCatalog.claims(member.path)
        if let key = AnnotationPath.key(of: member.path)?.key {
          let sibling = AnnotationSibling(
            path: member.path, position: member.position, isPicture: !isText)
          byKey[key, default: []].append(sibling)
        }
        if isText {
          texts.append(found)
        } else {
          waiting.append(found)
        }
      } catch {
        enter(member.path, .failure(error))
      }
      if waiting.count == Self.batch { try judge(&waiting, workers, keep) }
    }
    try judge(&waiting, workers, keep)
  }

  private mutating func judge(
    _ waiting: inout [Text], _ workers: Int, _ keep: ([UInt8]) throws(Fault) -> Void
  ) throws {
    let members = waiting
    let path = path
    let media = try Lanes.map(members.count, workers: workers) { index in
      Result { () throws(Fault) in
        do throws(Fault) { return try Self.medium(members[index].bytes) } catch {
          throw error.placed(in: Place(file: path, member: members[index].path))
        }
      }
    }
    for (member, medium) in zip(members, media) {
      switch medium {
      case .success: try keep(member.bytes)
      case .failure where !Self.isCalledPicture(member.path):
        others += 1
        continue
      case .failure: break
      }
      enter(member.path, medium)
    }
    waiting.removeAll()
  }

  private mutating func enter(_ member: String, _ medium: Result<Medium, Fault>) {
    pictures[member] = medium
    byName[Self.name(of: member), default: []].append(member)
  }

  /// Decodes a picture, so that nobody later finds that it cannot be.
  package static func medium(_ bytes: [UInt8]) throws(Fault) -> Medium {
    let header = try Picture.header(of: bytes)
    let picture = try Picture.decode(bytes)
    return Medium(
      sha256: SHA256.hexadecimal(of: bytes), format: header.format == .jpeg ? .jpeg : .png,
      size: picture.size, bytes: bytes.count)
  }

  private static func isCalledPicture(_ member: String) -> Bool {
    [".jpg", ".jpeg", ".png"].contains { member.lowercased().hasSuffix($0) }
  }

  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The members that can be annotations, as layouts read them.
  package var members: [Member] { texts.map { Member(text: $0, content: self) } }

  package struct Member: AnnotationMember {
    let text: Text
    let content: ArchiveContent

    package var path: String { text.path }

    package func head() throws(Fault) -> [UInt8] { Array(text.bytes.prefix(1 << 16)) }

    package func pieces(_ body: ([UInt8]) throws -> Void) throws {
      if !text.bytes.isEmpty { try body(text.bytes) }
    }

    package func beside(_ path: String) throws(Fault) -> [UInt8]? {
      content.texts.first { $0.path == path }?.bytes
    }

    package func siblings(_ key: String) -> [AnnotationSibling] { content.byKey[key] ?? [] }
  }

  // MARK: Pictures of annotations

  /// The picture that annotations name: by its whole path, from their folder on, or by the last
  /// parts of it if those are of one member only.
  ///
  /// - Throws: `ingest.picture`; the fault of a picture that cannot be used.
  package func picture(
    _ image: String, of annotations: String
  ) throws(Fault) -> (member: String, medium: Medium) {
    let folder = Files.parent(of: annotations)
    let beside = folder == "." ? image : "\(folder)/\(image)"
    for member in [beside, image] {
      if let medium = pictures[member] { return (member, try medium.get()) }
    }
    let named = byName[Self.name(of: image), default: []].filter { $0.hasSuffix("/" + image) }
    guard let member = named.first, let medium = pictures[member] else {
      throw Fault("ingest.picture", "the archive has no picture \(image)")
    }
    guard named.count == 1 else {
      throw Fault(
        "ingest.picture",
        "\(image) can be \(named.prefix(3).joined(separator: ", ")); name the whole path")
    }
    return (member, try medium.get())
  }
}
