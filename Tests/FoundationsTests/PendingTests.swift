import Foundations
import Synchronization
import Testing

struct PendingTests {
  private struct Load: ~Copyable { var value: Int }
  private final class Count: Sendable { let value = Atomic<Int>(0) }

  @Test func `leaves what it made of what it was given`() throws {
    let outcome = try Pending(Load(value: 20)) { load throws(Fault) in load.value + 1 }.outcome()
    #expect(outcome == 21)
  }

  @Test func `throws where it is asked for`() {
    let fault = Fault("test.lost", "nothing came of it")
    #expect(throws: fault) {
      try Pending(Load(value: 20)) { _ throws(Fault) -> Int in throw fault }.outcome()
    }
  }

  @Test func `has ended when it is given up`() {
    let count = Count()
    for step in 1...50 {
      _ = Pending(Load(value: 1)) { load throws(Fault) in
        _ = count.value.add(load.value, ordering: .relaxed)
      }
      #expect(count.value.load(ordering: .relaxed) == step)
    }
  }
}
