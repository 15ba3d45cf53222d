import Base

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Body: JSONWritable {
  public func write(to json: inout JSONWriter) {
    if case .unknown(_, let bytes) = self { return json.literal(bytes) }
    json.object { writeFields(to: &$0) }
  }

  private func writeFields(to json: inout JSONWriter) {
    switch self {
    case .text(let text):
      json.field("kind", "text")
      json.field("text", text)
    case .sealed(let scheme, let key, let bytes):
      json.field("kind", "sealed")
      json.field("scheme", scheme)
      json.field("key", key)
      json.field("bytes", Data(bytes).base64EncodedString())
    case .file(let file):
      json.field("kind", "file")
      json.field("file", file.id.description)
      json.field("name", file.name)
      json.field("type", file.type)
      json.field("bytes", file.bytes)
      json.field("width", (file.size?.width).map(Int64.init))
      json.field("height", (file.size?.height).map(Int64.init))
    case .erased: json.field("kind", "erased")
    case .opened(let form, let offline):
      json.field("form", form)
      json.field("offline", offline)
    case .formSent(let name): json.field("name", name)
    case .agentJoined(let transferred): if transferred { json.field("transferred", true) }
    case .agentLeft(let last, let silentSince):
      json.field("last", last)
      json.field("silentSince", ifAny: silentSince)
    case .transferEnded(let last): json.field("last", last)
    case .offered(let colleague, let name, let until):
      json.field("to", colleague)
      json.field("name", name)
      json.field("until", until)
    case .transferred(let colleague, let name, let reason):
      json.field("to", colleague)
      json.field("name", name)
      json.field("reason", ifAny: reason)
    case .closed(let unwritten): json.field("unwritten", unwritten)
    case .fileExpired(let file, let n):
      json.field("file", file.description)
      json.field("of", n)
    case .letter(let news):
      json.field("above", news.above)
      json.field("upTo", news.upTo)
    case .deal(let news):
      json.field("of", news.upTo)
      json.field("units", ifAny: news.units)
    case .thanked(.rating(let rating)):
      json.field("of", rating.of)
      json.field("stars", rating.stars)
      json.field("text", rating.text)
    case .thanked(.tip(let tip)):
      json.field("of", tip.of)
      json.field("unit", tip.units.unit.rawValue)
      json.field("units", tip.units.count)
    case .minutes(let news):
      json.field("step", news.step.rawValue)
      json.field("why", news.why?.rawValue)
      json.field("seconds", news.bill?.seconds)
      json.field("unit", news.bill?.units.unit.rawValue)
      json.field("units", news.bill?.units.count)
    case .note(let note):
      json.field("text", note.text)
      json.list("mentions", of: note.mentions.map(\.json))
    case .tagged(let change):
      json.field("added", change.added)
      json.field("removed", change.removed)
    case .ruled(let name): json.field("name", name)
    case .revised(let revision):
      json.field("of", revision.of)
      json.field("text", ifAny: revision.text)
    case .offerEnded, .waitOverdue, .entrusted, .outcome, .masked, .unknown: break
    }
  }

  /// Reads what the columns `kind` and `body` of an entry hold. Only what is no JSON at all throws; what a newer version wrote is `unknown`.
  public init(event: String, json: some Sequence<UInt8>) throws {
    let data = Data(json)
    let stored = try JSONDecoder().decode(Stored.self, from: data)
    self = Event(rawValue: event).flatMap { stored.body(of: $0) } ?? .unknown(event: event, json: [UInt8](data))
  }

  /// Every field that some body has. One that has another type than we know counts as missing.
  private struct Stored: Decodable {
    let fields: KeyedDecodingContainer<Field>

    enum Field: String, CodingKey {
      case kind, text, scheme, key, bytes, form, offline, name, last, unwritten, file, type, width, height, of, above, upTo, stars, unit,
        units, step, why, seconds, mentions, to, reason, transferred, until, silentSince, added, removed
    }

    init(from decoder: any Decoder) throws { fields = try decoder.container(keyedBy: Field.self) }

    func body(of event: Event) -> Body? {
      switch event {
      case .messageSent: message
      case .chatOpened: opened
      case .formSent: (self[.name] as String?).map(Body.formSent)
      case .agentJoinedChat: .agentJoined(transferred: self[.transferred] ?? false)
      case .agentLeftChat: (self[.last] as Bool?).map { .agentLeft(last: $0, silentSince: moment(.silentSince)) }
      case .chatTransferred: transferred
      case .transferEnded: (self[.last] as Bool?).map(Body.transferEnded)
      case .chatOffered: offered
      case .offerEnded: .offerEnded
      case .waitOverdue: .waitOverdue
      case .chatEntrusted: .entrusted
      case .chatHandedOver: .outcome(.handedOver, isOn: true)
      case .chatWon: .outcome(.won, isOn: true)
      case .chatUnwon: .outcome(.won, isOn: false)
      case .contactsMasked: .masked
      case .chatClosed: (self[.unwritten] as Bool?).map(Body.closed)
      case .fileExpired: expired
      case .answerEmailed: letter(.emailed)
      case .answerOpened: letter(.opened)
      case .answerReturned: letter(.returned)
      case .answerLate: deal(.late)
      case .questionReleased: deal(.released)
      case .questionAccepted: deal(.accepted)
      case .questionDeclined: deal(.declined)
      case .questionUndelivered: deal(.undelivered)
      case .answerRated: rated
      case .tipGiven: tipped
      case .minuteChat: minutes
      case .noteAdded: note
      case .chatTagged: tagged
      case .ruleFollowed: (self[.name] as String?).map(Body.ruled)
      case .messageEdited: edited
      case .messageDeleted: (self[.of] as Int64?).map { .revised(Revision(of: $0, text: nil)) }
      }
    }

    private var message: Body? {
      switch self[.kind] as String? {
      case "text": (self[.text] as String?).map(Body.text)
      case "sealed": sealed
      case "file": file
      case "erased": .erased
      default: nil
      }
    }

    private var sealed: Body? {
      guard let scheme: String = self[.scheme], let key: String = self[.key], let text: String = self[.bytes],
        let bytes = Data(base64Encoded: text)
      else { return nil }
      return .sealed(scheme: scheme, key: key, bytes: [UInt8](bytes))
    }

    private var file: Body? {
      guard let id: FileID = self[.file], let name: String = self[.name], let type: String = self[.type], let bytes: Int64 = self[.bytes]
      else { return nil }
      var size: PictureSize?
      if let width: Int = self[.width], let height: Int = self[.height] { size = PictureSize(width: width, height: height) }
      return .file(AttachedFile(id: id, name: name, type: type, bytes: bytes, size: size))
    }

    private var transferred: Body? {
      guard let name: String = self[.name] else { return nil }
      return .transferred(to: self[.to], name: name, reason: self[.reason])
    }

    /// Of an account that was erased, only that it was its turn is left.
    private var offered: Body? {
      guard let name: String = self[.name] else { return nil }
      return .offered(to: self[.to], name: name, until: moment(.until) ?? Moment(milliseconds: 0))
    }

    private func moment(_ field: Field) -> Moment? { (self[field] as Int64?).map(Moment.init(milliseconds:)) }

    private var expired: Body? {
      guard let file: FileID = self[.file], let n: Int64 = self[.of] else { return nil }
      return .fileExpired(file, of: n)
    }

    private func letter(_ step: LetterNews.Step) -> Body? {
      guard let above: Int64 = self[.above], let n: Int64 = self[.upTo] else { return nil }
      return .letter(LetterNews(step, above: above, upTo: n))
    }

    private func deal(_ step: DealNews.Step) -> Body? {
      (self[.of] as Int64?).map { .deal(DealNews(step, upTo: $0, units: self[.units])) }
    }

    private var rated: Body? {
      guard let n: Int64 = self[.of], let stars: Int64 = self[.stars], let text: String = self[.text] else { return nil }
      return .thanked(.rating(Rating(of: n, stars: stars, text: text)))
    }

    private var tipped: Body? {
      guard let n: Int64 = self[.of], let unit: CreditUnit = self[.unit], let units: Int64 = self[.units] else { return nil }
      return .thanked(.tip(Tip(of: n, units: Units(units, unit), client: "")))
    }

    private var minutes: Body? {
      guard let step = (self[.step] as String?).flatMap(MinuteNews.Step.init) else { return nil }
      let why = (self[.why] as String?).flatMap(MinuteReason.init)
      var bill: MinuteBill?
      if let seconds: Int64 = self[.seconds], let unit: CreditUnit = self[.unit], let units: Int64 = self[.units] {
        bill = MinuteBill(seconds: seconds, units: Units(units, unit))
      }
      return .minutes(MinuteNews(step, why: why, bill: bill))
    }

    private var edited: Body? {
      guard let n: Int64 = self[.of], let text: String = self[.text] else { return nil }
      return .revised(Revision(of: n, text: text))
    }

    private var note: Body? {
      guard let text: String = self[.text], let mentions: [TeamNote.Mention] = self[.mentions] else { return nil }
      return .note(TeamNote(text: text, mentions: mentions))
    }

    private var tagged: Body? {
      guard let added: [TagChange.Tag] = self[.added], let removed: [TagChange.Tag] = self[.removed] else { return nil }
      return .tagged(TagChange(added: added, removed: removed))
    }

    private var opened: Body? {
      guard let form: FormState = self[.form], let offline: Bool = self[.offline] else { return nil }
      return .opened(form: form, offline: offline)
    }

    private subscript<Value: Decodable>(field: Field) -> Value? { try? fields.decodeIfPresent(Value.self, forKey: field) }
  }
}

extension TeamNote.Mention: JSONWritable {
  public func write(to json: inout JSONWriter) {
    json.object {
      $0.field("id", account)
      $0.field("name", name)
    }
  }
}

extension TagChange.Tag: JSONWritable {
  public func write(to json: inout JSONWriter) {
    json.object {
      $0.field("id", id)
      $0.field("name", name)
    }
  }
}
