import Base
import Foundation
import Store

/// What a job about somebody says: who, by identity alone.
struct SubjectPayload: Codable {
  let kind: String
  let id: String

  static func text(_ subject: DataSubject) -> String { #"{"kind":"\#(subject.kind.rawValue)","id":"\#(subject.number)"}"# }

  static func subject(in payload: String) throws -> DataSubject {
    let found = try JSONDecoder().decode(SubjectPayload.self, from: Data(payload.utf8))
    guard let subject = DataSubject(words: "\(found.kind).\(found.id)") else {
      throw JobFailure.never(reason: "the payload names nobody")
    }
    return subject
  }
}

extension DataSubject {
  /// `visitor.5`.
  init?(words: String) {
    let parts = words.split(separator: ".").map(String.init)
    guard parts.count == 2, let kind = Kind(rawValue: parts[0]), let number = Int64(parts[1]), number > 0 else { return nil }
    self.init(kind, number)
  }

  var words: String { "\(kind.rawValue).\(number)" }
}
