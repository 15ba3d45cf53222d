/// A value on its way to the server: as text, whose type the server infers, except bytes.
struct PostgresParameter {
  /// With the zero that ends a C string; nil for NULL.
  let bytes: [UInt8]?
  let length: Int32
  let format: Int32

  init(_ value: SQLValue) throws(StoreFailure) {
    length = if case .bytes(let content) = value { Int32(content.count) } else { 0 }
    format = if case .bytes = value { 1 } else { 0 }
    bytes =
      switch value {
      case .null: nil
      case .integer(let number): Self.text(String(number))
      case .double(let number): Self.text(number.description)
      case .bool(let flag): Self.text(flag ? "t" : "f")
      case .text(let text):
        if text.utf8.contains(0) { throw .textHasNull } else { Self.text(text) }
      // The zero is not counted; it gives an empty value an address, without which it would be NULL.
      case .bytes(let content): content + [0]
      }
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
}

extension [PostgresParameter] {
  /// The addresses of all values, valid during `body`.
  func withPointers<Value>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value) -> Value {
    guard !isEmpty else { return body(nil) }
    let all = flatMap { $0.bytes ?? [] }
    return all.withUnsafeBytes { buffer in
      var offset = 0
      let pointers: [UnsafePointer<CChar>?] = map { parameter in
        guard let bytes = parameter.bytes else { return nil }
        defer { offset += bytes.count }
        return buffer.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
      }
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
