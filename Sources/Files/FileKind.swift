/// What may be sent in a chat (E41a): told by what is in the file, and shown by how its name ends.
public enum FileKind: String, CaseIterable, Sendable {
  case pdf = "application/pdf"
  case doc = "application/msword"
  case docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
  case jpeg = "image/jpeg"
  case png = "image/png"

  /// The endings that fit, the one that is given to a name without any first.
  public var endings: [String] {
    switch self {
    case .pdf: ["pdf"]
    case .doc: ["doc"]
    case .docx: ["docx"]
    case .jpeg: ["jpg", "jpeg"]
    case .png: ["png"]
    }
  }

  public var isPicture: Bool { self == .jpeg || self == .png }

  static let allEndings = Set(allCases.flatMap(\.endings))
}
