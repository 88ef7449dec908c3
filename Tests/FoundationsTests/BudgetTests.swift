import Foundations
import Synchronization
import Testing

@Suite struct BudgetTests {
  @Test func `Never more is held than there is, unless by one alone`() throws {
    let budget = Budget(10)
    let held = Mutex((now: 0, parts: [Int](), most: 0))
    _ = try Lanes.map(200, workers: 8) { index in
      let part = [1, 3, 7, 25][index % 4]
      budget.holding(part) {
        held.withLock { held in
          held.now += part
          held.parts.append(part)
          #expect(held.now <= 10 || held.parts == [25], "\(held.parts)")
          held.most = max(held.most, held.now)
        }
        for _ in 0..<50 { held.withLock { _ in } }
        held.withLock { held in
          held.now -= part
          held.parts.remove(at: held.parts.firstIndex(of: part) ?? 0)
        }
      }
    }
    #expect(held.withLock { $0.now == 0 && $0.most == 25 })
  }

  @Test func `What is held by work that fails is given back`() {
    let budget = Budget(1)
    for _ in 0..<3 {
      #expect(throws: Fault.self) {
        try budget.holding(1) { () throws(Fault) in throw Fault("x", "y") }
      }
    }
  }
}
