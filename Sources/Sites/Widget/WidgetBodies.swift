import Base

/// What the widget sends and gets, as docs/protocol.md, section 6, and docs/openapi.json say.
struct ViewBody: Decodable {
  static let byteLimit = 16_384

  let key: String
  let url: String
  let title: String?
  let referrer: String?
  let language: String?
  /// The browser asks not to be followed: Global Privacy Control.
  let gpc: Bool?
}

struct ViewAnswer: Encodable {
  let view: PageViewID
  let panel: String
  let watch: String
  let open: Bool
  let hue: Int
  let position: String
  let label: String
  /// After how many seconds in sight a beat may bring an invitation; left out where none would.
  let invite: [Int64]?
}

/// What became of an invitation.
struct InvitationBody: Decodable {
  static let byteLimit = 1_024

  enum Deed: String, Decodable {
    case opened, closed
  }

  let key: String
  let invitation: ShowingID
  let deed: Deed
}

struct BeatBody: Decodable {
  /// As many actions as are read, as long as they may be, in any script.
  static let byteLimit = 40_960
  static let actionsLimit = 20

  struct Told: Decodable {
    let n: Int64
    let kind: String
    let label: String
    let value: String?
  }

  let key: String
  let view: PageViewID
  let seconds: Int
  let depth: Int?
  let actions: [Told]?
  let last: Bool?
  /// An invitation may come with the answer.
  let invite: Bool?

  /// - Parameter isPrivate: the browser asks not to be followed, so that time alone is counted.
  func beat(isPrivate: Bool) throws(Refusal) -> Beat {
    let told = isPrivate ? [] : (actions ?? []).prefix(Self.actionsLimit)
    var read: [(n: Int64, action: VisitAction)] = []
    for action in told { read.append((action.n, try action.read())) }
    return Beat(view: view, seconds: seconds, depth: isPrivate ? 0 : max(0, depth ?? 0), actions: read, isLast: last ?? false)
  }
}

extension BeatBody.Told {
  fileprivate func read() throws(Refusal) -> VisitAction {
    guard let kind = VisitAction.Kind(rawValue: kind) else { throw Refusal(.notUnderstood) }
    let label = label.oneLine(to: VisitAction.labelLimit)
    guard !label.isEmpty else { throw Refusal(.notUnderstood) }
    return VisitAction(kind: kind, label: label, value: (value ?? "").oneLine(to: VisitAction.valueLimit))
  }
}

/// The configuration without its texts, which are put in as the catalogue has them.
struct Configuration: Encodable {
  struct About: Encodable {
    let name: String
    let hue: Int
    let position: String
    let ours: String
    let logo: String?
    let welcome: String
    let language: String
    let direction: String

    /// Written out, because a logo that is absent is told as null and not left out.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(hue, forKey: .hue)
      try container.encode(position, forKey: .position)
      try container.encode(ours, forKey: .ours)
      try container.encode(logo, forKey: .logo)
      try container.encode(welcome, forKey: .welcome)
      try container.encode(language, forKey: .language)
      try container.encode(direction, forKey: .direction)
    }

    private enum CodingKeys: String, CodingKey {
      case name, hue, position, ours, logo, welcome, language, direction
    }
  }

  struct Form: Encodable {
    let fields: [Field]
  }

  struct Field: Encodable {
    let name: LeadForm.Field
    let required: Bool
    var options: [String]?
  }

  struct Taking: Encodable {
    let endings: [String]
    let megabytes: Int64
  }

  let site: About
  let form: Form
  /// Whether files may be sent.
  let files: Bool
  /// Whether a chat that ended can be rated.
  let ratings: Bool
  /// Whether a chat that ended can be had by letter.
  let transcripts: Bool
  /// Whether the team sees what a visitor types; left out where it does not.
  let preview: Bool?
  /// How the names of files end that are taken, and how large they are at most; left out where it is as everywhere.
  let taking: Taking?
  /// Where a chat goes on in another messenger; left out where it stays.
  let handOver: SitePolicy.HandOver?
  /// Whether who leaves an address is answered by mail; left out where not.
  let mail: Bool?
}
