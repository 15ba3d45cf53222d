import Base
import Foundation

/// A folder that letters are written to instead of being sent: `<identity>.eml`, so that the names are in the order of posting.
public struct MailFolder: Sendable, Equatable {
  static let listLimit = 200

  let path: String

  public init(path: String) { self.path = path }

  /// A letter that is written again replaces itself.
  func write(_ message: [UInt8], as id: LetterID) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try Data(message).write(to: URL(fileURLWithPath: "\(path)/\(id).eml"), options: .atomic)
  }

  /// The letters that are there, newest first.
  public func letters() -> [FoundLetter] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let ids = names.filter { $0.hasSuffix(".eml") }.compactMap { LetterID(String($0.dropLast(4))) }
    return ids.sorted(by: >).prefix(Self.listLimit).compactMap(letter)
  }

  public func letter(_ id: LetterID) -> FoundLetter? {
    FileManager.default.contents(atPath: "\(path)/\(id).eml").flatMap { FoundLetter(id: id, message: Array($0)) }
  }
}
