package import Foundations
internal import Glibc

/// The folder of one run, held by one process at a time.
///
/// `run.json` (what was asked), `ledger.jsonl` (what is committed), `work/<stage>/` (units),
/// `datasets/<id>/`, `checkpoints/<stage>/<step>/`, `metrics/<stage>.jsonl`,
/// `quarantine/<stage>.jsonl.zst`, `report/index.html`.
package final class RunFolder: Sendable {
  package let path: String
  package let ledger: Ledger
  private let lock: Int32?

  /// Opens or makes the folder; throws `run.busy` while another process holds it.
  package init(path: String) throws(Fault) {
    try Files.makeFolder(path)
    let lock = unsafe open(path + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw Fault("file.write", "cannot write into the run folder", at: Place(file: path))
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw Fault("run.busy", "another run is going on in this folder", at: Place(file: path))
    }
    let ledger: Ledger
    do {
      ledger = try Ledger(path: path + "/ledger.jsonl")
    } catch {
      close(lock)
      throw error
    }
    self.path = path
    self.ledger = ledger
    self.lock = lock
  }

  /// Looks into a folder, there or not, without holding it.
  package init(reading path: String) throws(Fault) {
    self.path = path
    ledger = try Ledger(path: path + "/ledger.jsonl")
    lock = nil
  }

  deinit { if let lock { close(lock) } }

  /// Whether this process may write into the folder.
  package var isHeld: Bool { lock != nil }

  /// The path of a file or folder below the run folder.
  package func path(_ relative: String) -> String { path + "/" + relative }

  package func work(_ stage: String) -> String { path("work/\(stage)") }
  package func quarantine(_ stage: String) -> String { path("quarantine/\(stage).jsonl.zst") }

  /// Whether a committed file is still there with the same bytes.
  package func holds(_ output: Output) -> Bool {
    guard let hash = try? Files.sha256(path(output.path)) else { return false }
    return hash == output.sha256
  }
}
