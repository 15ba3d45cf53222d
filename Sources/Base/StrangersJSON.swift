import FoundationEssentials

/// Reads JSON that came from the net.
///
/// Foundation's decoder ends the process when the bracket that is one level too deep is the last byte: it looks for the line and column of its
/// complaint behind the end. So there is always a blank behind it, which means nothing.
public enum StrangersJSON {
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
    var data = Data(bytes)
    data.append(UInt8(ascii: " "))
    return try JSONDecoder().decode(type, from: data)
  }
}
