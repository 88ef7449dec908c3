internal import Archiving
package import Foundations

/// A text of an archive, read back from the spool.
package struct SpooledMember: AnnotationMember {
  package let path: String
  package let archive: Int
  private let extents: [SpoolExtent]
  private let contents: ArchiveContents

  init(_ entry: MemberEntry, _ contents: ArchiveContents) {
    path = entry.path
    archive = entry.archive
    self.contents = contents
    if case .text(let extents) = entry.content { self.extents = extents } else { extents = [] }
  }

  package func head() throws(Fault) -> [UInt8] {
    var head: [UInt8] = []
    do {
      let next = content()
      while head.count < Self.headBytes, let piece = try next() { head += piece }
    } catch let fault as Fault { throw fault } catch { throw Self.unreadable(error) }
    return Array(head.prefix(Self.headBytes))
  }

  private static let headBytes = 1 << 16

  package func pieces(_ body: ([UInt8]) throws -> Void) throws {
    let next = content()
    while let piece = try next() { try body(piece) }
  }

  package func beside(_ path: String) throws(Fault) -> [UInt8]? {
    for entry in try contents.entries(.path, path, in: archive) {
      guard case .text = entry.content else { continue }
      var all: [UInt8] = []
      do { try SpooledMember(entry, contents).pieces { all += $0 } } catch let fault as Fault {
        throw fault
      } catch { throw Self.unreadable(error) }
      return all
    }
    return nil
  }

  /// Members that the index cannot read are as if they were not there.
  package func siblings(_ key: String) -> [AnnotationSibling] {
    let entries = (try? contents.entries(.key, key, in: archive)) ?? []
    return entries.map {
      AnnotationSibling(path: $0.path, position: $0.position, isPicture: $0.isPicture)
    }
  }

  /// Gives the content piece by piece, expanded by the ending of the name.
  private func content() -> () throws -> [UInt8]? {
    let stored = contents.spooled(extents)
    if plainPath == path {
      return {
        let piece = try stored()
        return piece.isEmpty ? nil : piece
      }
    }
    let text = ExpandedText(limits: contents.textLimits, source: stored)
    return { try text.next() }
  }

  private static func unreadable(_ error: any Error) -> Fault {
    Fault("text.unreadable", "the member cannot be read", cause: "\(error)")
  }
}
