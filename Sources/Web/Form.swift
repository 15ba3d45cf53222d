import Base
import HTTPTypes
import Hummingbird
import NIOCore

/// What somebody typed into a form.
public struct Form: Sendable {
  public static let byteLimit = 65_536

  private let values: [String: [String]]

  public init(_ values: [String: [String]] = [:]) { self.values = values }

  /// Decodes a body, at most 64 KiB and 1000 fields.
  public init(of request: Request) async throws {
    let type = request.headers[.contentType]?.split(separator: ";").first.map(String.init)
    guard type?.lowercased() == "application/x-www-form-urlencoded" else { throw Refusal(.notUnderstood) }
    let bytes = try await request.body.collect(upTo: Self.byteLimit)
    self.init(try Dictionary(grouping: FormCoding.decode(bytes.readableBytesView), by: \.name).mapValues { $0.map(\.value) })
  }

  /// The values of an address's query.
  public init(query request: Request) throws(Refusal) {
    let fields = try FormCoding.decode(Array((request.uri.query ?? "").utf8))
    values = Dictionary(grouping: fields, by: \.name).mapValues { $0.map(\.value) }
  }

  /// A field without the blanks around it; empty when it is absent.
  public subscript(name: String) -> String { values[name]?.first.map(Self.trimmed) ?? "" }

  /// Exactly what was typed, for passwords.
  public func exact(_ name: String) -> String { values[name]?.first ?? "" }

  /// All values of a field that may be chosen several times.
  public func all(_ name: String) -> [String] { values[name] ?? [] }

  /// Every field as it was sent, by name.
  var all: [(name: String, value: String)] { values.sorted { $0.key < $1.key }.flatMap { name, values in values.map { (name, $0) } } }

  public func has(_ name: String) -> Bool { values[name] != nil }

  /// Without the blanks around it.
  public static func trimmed(_ text: String) -> String {
    let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
    let end = text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? start
    return String(text[start..<end])
  }
}
