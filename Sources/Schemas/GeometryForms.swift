package import Foundations
package import Geometry
package import JSONText

// Places in records: pixels of the original picture, whole numbers without a point.

extension Point {
  /// From `[x, y]`.
  package init(json: JSON) throws(Fault) {
    let values = try json.numbers(2, "[x, y]")
    self.init(x: values[0], y: values[1])
  }

  package var json: JSON { .measures([x, y]) }
}

extension Box {
  /// From `[x0, y0, x1, y1]`; the order of the corners is checked with the record.
  package init(json: JSON) throws(Fault) {
    let values = try json.numbers(4, "[x0, y0, x1, y1]")
    self.init(x0: values[0], y0: values[1], x1: values[2], y1: values[3])
  }

  package var json: JSON { .measures([x0, y0, x1, y1]) }
}

extension Size {
  /// From `[width, height]`, both at least 1.
  package init(json: JSON) throws(Fault) {
    let values = try json.elements { value throws(Fault) in try value.asInt }
    guard values.count == 2, values[0] > 0, values[1] > 0 else {
      throw Fault("record.value", "expected [width, height] of at least 1, found \(json)")
    }
    self.init(width: values[0], height: values[1])
  }

  package var json: JSON { .integers([width, height]) }
}

extension Crop: JSONForm {
  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      box: try json.required("box", Box.init(json:)),
      output: try json.required("output", Size.init(json:)))
  }

  package var json: JSON { .form([("box", box.json), ("output", output.json)]) }
}

extension JSON {
  fileprivate func numbers(_ count: Int, _ form: String) throws(Fault) -> [Double] {
    let values = try elements { value throws(Fault) in try value.asDouble }
    guard values.count == count else {
      throw Fault("record.value", "expected \(form), found \(values.count) numbers")
    }
    return values
  }
}
