/// A binary heap with the smallest element on top.
///
/// Public, because the compiler specialises in other rooms only what is public and inlinable, and
/// elements are compared in their innermost loops.
public struct BinaryHeap<Element: Comparable> {
  @usableFromInline var elements: [Element] = []

  @inlinable public init(_ elements: [Element] = []) {
    for element in elements { push(element) }
  }

  /// The smallest element.
  @inlinable public var top: Element? { elements.first }

  @inlinable public mutating func push(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, elements[child] < elements[(child - 1) / 2] {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes and returns the smallest element.
  @inlinable public mutating func pop() -> Element? {
    guard let top = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return top }
    replaceTop(by: last)
    return top
  }

  /// Puts an element in the place of the smallest one, which must be there.
  @inlinable public mutating func replaceTop(by element: Element) {
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
