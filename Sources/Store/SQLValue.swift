import Base

/// A value as a column holds it.
public enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case double(Double)
  case text(String)
  case bool(Bool)
  case bytes([UInt8])
}

public protocol SQLEncodable {
  var sqlValue: SQLValue { get }
}

/// A Swift type that a column can be read as. A column of another type breaks a rule of ours, so it is a precondition, not an error.
public protocol SQLDecodable {
  static func decode(_ value: SQLValue) -> Self?
}

/// One line of a result, its columns by position: `name = row[1]`.
public struct Row: Sendable, Hashable {
  public let values: [SQLValue]

  public init(_ values: [SQLValue]) { self.values = values }

  public subscript<Value: SQLDecodable>(index: Int) -> Value {
    guard let value = Value.decode(values[index]) else {
      preconditionFailure("Column \(index) is no \(Value.self): \(values[index])")
    }
    return value
  }
}

extension SQLValue: SQLEncodable { public var sqlValue: SQLValue { self } }

extension Int64: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .integer(self) }
  public static func decode(_ value: SQLValue) -> Int64? { if case .integer(let number) = value { number } else { nil } }
}

extension Int: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .integer(Int64(self)) }
  public static func decode(_ value: SQLValue) -> Int? { if case .integer(let number) = value { Int(number) } else { nil } }
}

extension String: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .text(self) }
  public static func decode(_ value: SQLValue) -> String? { if case .text(let text) = value { text } else { nil } }
}

extension Bool: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .bool(self) }
  public static func decode(_ value: SQLValue) -> Bool? {
    switch value {
    case .bool(let flag): flag
    case .integer(let number): number != 0
    default: nil
    }
  }
}

extension Double: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .double(self) }
  public static func decode(_ value: SQLValue) -> Double? {
    switch value {
    case .double(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }
}

extension [UInt8]: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .bytes(self) }
  public static func decode(_ value: SQLValue) -> [UInt8]? { if case .bytes(let bytes) = value { bytes } else { nil } }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
  public static func decode(_ value: SQLValue) -> Wrapped?? {
    if case .null = value { return .some(nil) }
    return Wrapped.decode(value).map { .some($0) }
  }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
  public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

extension ID: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .integer(rawValue) }
  public static func decode(_ value: SQLValue) -> ID? { if case .integer(let number) = value { ID(rawValue: number) } else { nil } }
}

extension Moment: SQLEncodable, SQLDecodable {
  public var sqlValue: SQLValue { .integer(milliseconds) }
  public static func decode(_ value: SQLValue) -> Moment? {
    if case .integer(let number) = value { Moment(milliseconds: number) } else { nil }
  }
}
