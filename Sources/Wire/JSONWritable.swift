import Base

/// What can stand in a frame.
public protocol JSONWritable {
  func write(to json: inout JSONWriter)
}

extension JSONWritable {
  /// This value alone, as JSON in UTF-8.
  public var json: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }
}

extension String: JSONWritable {
  public func write(to json: inout JSONWriter) { json.string(self) }
}

extension Int: JSONWritable {
  public func write(to json: inout JSONWriter) { json.literal(String(self).utf8) }
}

extension Int64: JSONWritable {
  public func write(to json: inout JSONWriter) { json.literal(String(self).utf8) }
}

extension Bool: JSONWritable {
  public func write(to json: inout JSONWriter) { json.literal((self ? "true" : "false").utf8) }
}

extension Moment: JSONWritable {
  public func write(to json: inout JSONWriter) { milliseconds.write(to: &json) }
}

extension ID: JSONWritable {
  public func write(to json: inout JSONWriter) { json.string(description) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
  public func write(to json: inout JSONWriter) {
    switch self {
    case .some(let value): value.write(to: &json)
    case .none: json.literal("null".utf8)
    }
  }
}

extension Array: JSONWritable where Element: JSONWritable {
  public func write(to json: inout JSONWriter) { json.array(self) }
}

/// Written in the order of the keys, so that equal values are equal bytes.
extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
  public func write(to json: inout JSONWriter) {
    json.object { object in
      for (key, value) in self.sorted(by: { $0.key < $1.key }) { object.field(key, value) }
    }
  }
}

extension JSONWritable where Self: RawRepresentable, RawValue == String {
  public func write(to json: inout JSONWriter) { json.string(rawValue) }
}
