package import Archiving
package import Foundations

/// A member that lies on disk as it lay in its archive, compressed where its name says so.
package protocol StoredMember: AnnotationMember {
  /// How much its content may be.
  var limits: ArchiveLimits { get }
  /// Gives the bytes piece by piece, none at the end.
  func stored() -> () throws -> [UInt8]
}

extension StoredMember {
  package func head() throws(Fault) -> [UInt8] {
    var head: [UInt8] = []
    do {
      let next = expanded()
      while head.count < headBytes, let piece = try next() { head += piece }
    } catch let fault as Fault { throw fault } catch { throw unreadable(error) }
    return Array(head.prefix(headBytes))
  }

  package func pieces(_ body: ([UInt8]) throws -> Void) throws {
    let next = expanded()
    while let piece = try next() { try body(piece) }
  }

  /// All of it, expanded.
  func content() throws(Fault) -> [UInt8] {
    var all: [UInt8] = []
    do { try pieces { all += $0 } } catch let fault as Fault { throw fault } catch {
      throw unreadable(error)
    }
    return all
  }

  /// Gives the content piece by piece, expanded by the ending of the name.
  private func expanded() -> () throws -> [UInt8]? {
    let stored = stored()
    if plainPath == path {
      return {
        let piece = try stored()
        return piece.isEmpty ? nil : piece
      }
    }
    let text = ExpandedText(limits: limits, source: stored)
    return { try text.next() }
  }

  private var headBytes: Int { 1 << 16 }

  private func unreadable(_ error: any Error) -> Fault {
    Fault("text.unreadable", "the member cannot be read", cause: "\(error)")
  }
}
