/// A binary heap with the smallest element on top; inlinable, because elements are compared in the
/// innermost loops of other rooms.
package struct BinaryHeap<Element: Comparable> {
  @usableFromInline var elements: [Element] = []

  @inlinable package init(_ elements: [Element] = []) {
    for element in elements { push(element) }
  }

  /// The smallest element.
  @inlinable package var top: Element? { elements.first }

  @inlinable package mutating func push(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, elements[child] < elements[(child - 1) / 2] {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes and returns the smallest element.
  @inlinable package mutating func pop() -> Element? {
    guard let top = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return top }
    replaceTop(by: last)
    return top
  }

  /// Puts an element in the place of the smallest one, which must be there.
  @inlinable package mutating func replaceTop(by element: Element) {
    elements[0] = element
    var parent = 0
    while true {
      var least = parent
      for child in 2 * parent + 1...2 * parent + 2
      where child < elements.count && elements[child] < elements[least] {
        least = child
      }
      if least == parent { return }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}
