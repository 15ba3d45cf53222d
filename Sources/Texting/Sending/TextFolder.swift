import Base
import Foundation

/// A folder that texts are written to instead of being sent: `<identity>.json`, so that the names are in the order of posting.
public struct TextFolder: Sendable, Equatable {
  static let listLimit = 200

  public struct Found: Codable, Sendable {
    public let id: TextMessageID
    public let from: String
    public let to: String
    public let text: String
    public let at: Moment
  }

  let path: String

  public init(path: String) { self.path = path }

  /// A text that is written again replaces itself.
  func write(_ text: Found) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try JSONEncoder().encode(text).write(to: URL(fileURLWithPath: "\(path)/\(text.id).json"), options: .atomic)
  }

  /// The texts that are there, newest first.
  public func texts() -> [Found] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let ids = names.filter { $0.hasSuffix(".json") }.compactMap { TextMessageID(String($0.dropLast(5))) }
    return ids.sorted(by: >).prefix(Self.listLimit).compactMap(text)
  }

  public func text(_ id: TextMessageID) -> Found? {
    FileManager.default.contents(atPath: "\(path)/\(id).json").flatMap { try? JSONDecoder().decode(Found.self, from: $0) }
  }
}
