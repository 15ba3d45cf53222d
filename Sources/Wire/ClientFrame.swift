import Base

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One frame of a client: what it asks for, and the id by which it wants to find the answer.
///
/// A frame that is not understood still has the id, if that could be read, so that the refusal finds its way.
public struct ClientFrame: Equatable, Sendable {
  public let id: String?
  public let command: Result<Command, Refusal>

  /// Whether an answer is due: not for what is only said, such as that somebody types.
  public var isAnswered: Bool {
    switch command {
    case .success(.typing), .success(.view), .success(.mark), .success(.page), .success(.pong): false
    case .success, .failure: true
    }
  }

  /// Reads the bytes of a text frame.
  public init(_ bytes: some Sequence<UInt8>) {
    do {
      self = try StrangersJSON.decode(ClientFrame.self, from: bytes)
    } catch {
      id = nil
      command = .failure(Refusal(.notUnderstood))
    }
  }
}

extension ClientFrame: Decodable {
  enum Field: String, CodingKey {
    case id, `do`, `protocol`, site, key, page, language, topic, since, client, text, file, price, on, delivered, seen, status, watch,
      notice, of, stars, units, deed, rate, session, over, way, token, mentions, to, leaves, reason, add, remove, then,
      conversation, at
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Field.self)
    id = try fields.decodeIfPresent(String.self, forKey: .id)
    if let id, id.count > WireLimits.requestIDLimit { throw Refusal(.notUnderstood) }
    do {
      command = .success(try Self.command(from: fields, decoder))
    } catch let refusal as Refusal {
      command = .failure(refusal)
    } catch {
      command = .failure(Refusal(.notUnderstood))
    }
  }

  private static func command(from fields: KeyedDecodingContainer<Field>, _ decoder: any Decoder) throws -> Command {
    switch try fields.decode(String.self, forKey: .do) {
    case "hello": .hello(try hello(from: fields))
    case "subscribe": .subscribe(try topic(in: fields), since: try number(.since, in: fields))
    case "unsubscribe": .unsubscribe(try topic(in: fields))
    case "open": .open(try topic(in: fields))
    case "form": .form(try topic(in: fields), try LeadForm(from: decoder))
    case "offline": .offline(try topic(in: fields), try LeadForm(from: decoder), try message(in: fields))
    case "send" where fields.contains(.file):
      .sendFile(
        try topic(in: fields), client: try client(in: fields), try fields.decode(FileID.self, forKey: .file), agreed: try agreed(in: fields)
      )
    case "send": .send(try topic(in: fields), try message(in: fields))
    case "accept": .judge(try topic(in: fields), accepts: true)
    case "decline": .judge(try topic(in: fields), accepts: false)
    case "rate": .rate(try topic(in: fields), try rating(in: fields))
    case "tip":
      .tip(
        try topic(in: fields), of: try number(.of, in: fields), units: try fields.decode(Int64.self, forKey: .units),
        client: try client(in: fields))
    case "edit":
      .revise(try topic(in: fields), Revision(of: try number(.of, in: fields), text: try fields.decode(String.self, forKey: .text)))
    case "delete": .revise(try topic(in: fields), Revision(of: try number(.of, in: fields), text: nil))
    case "note": .note(try topic(in: fields), try note(in: fields))
    case "tag": .tag(try topic(in: fields), add: try tags(.add, in: fields), remove: try tags(.remove, in: fields))
    case "macro": .macro(try topic(in: fields), try macro(in: fields))
    case "handOver": .record(try topic(in: fields), .handedOver, isOn: true)
    case "won": .record(try topic(in: fields), .won, isOn: try fields.decode(Bool.self, forKey: .on))
    case "typing":
      .typing(
        try topic(in: fields), on: try fields.decode(Bool.self, forKey: .on), text: try fields.decodeIfPresent(String.self, forKey: .text))
    case "view": .view(try topic(in: fields), on: try fields.decode(Bool.self, forKey: .on))
    case "draft":
      .draft(
        try topic(in: fields),
        Draft(
          conversation: try fields.decode(ConversationID.self, forKey: .conversation), text: try fields.decode(String.self, forKey: .text),
          at: Moment(milliseconds: try number(.at, in: fields))))
    case "minutes":
      .minutes(
        try topic(in: fields), try fields.decode(MinuteDeed.self, forKey: .deed),
        rate: try fields.decodeIfPresent(Int64.self, forKey: .rate))
    case "beat":
      .beat(
        try topic(in: fields), try fields.decode(MinuteSessionID.self, forKey: .session),
        over: try fields.decodeIfPresent(Bool.self, forKey: .over) ?? false)
    case "mark": .mark(try topic(in: fields), delivered: try number(.delivered, in: fields), seen: try number(.seen, in: fields))
    case "entrust": .entrust(try topic(in: fields))
    case "begin": .begin(try topic(in: fields), try message(in: fields))
    case "join": .join(try topic(in: fields))
    case "leave": .leave(try topic(in: fields))
    case "transfer":
      .transfer(
        try topic(in: fields), to: try fields.decode(AccountID.self, forKey: .to), leaves: try fields.decode(Bool.self, forKey: .leaves),
        reason: try fields.decodeIfPresent(String.self, forKey: .reason) ?? "")
    case "close": .close(try topic(in: fields))
    case "status": .status(try fields.decode(AgentStatus.self, forKey: .status))
    case "page": .page(try PageSeen(from: decoder))
    case "read": .read(try topic(in: fields), try fields.decodeIfPresent(NoticeID.self, forKey: .notice))
    case "archive": .archive(try topic(in: fields), try fields.decodeIfPresent(NoticeID.self, forKey: .notice))
    case "pong": .pong
    default: throw Refusal(.notUnderstood)
    }
  }

  /// The version is looked at first: another version may say hello in other words.
  private static func hello(from fields: KeyedDecodingContainer<Field>) throws -> Hello {
    guard try fields.decode(Int.self, forKey: .protocol) == WireLimits.protocolVersion else { throw Refusal(.protocolVersion) }
    guard let site = try fields.decodeIfPresent(String.self, forKey: .site) else {
      let watches = try fields.decodeIfPresent(Bool.self, forKey: .watch) == true
      if let token = try fields.decodeIfPresent(String.self, forKey: .token) { return .embedded(token: token, watches: watches) }
      return watches ? .watcher : .account
    }
    guard let key = VisitorKey(try fields.decode(String.self, forKey: .key)) else { throw Refusal(.notUnderstood) }
    return .visitor(
      VisitorHello(
        site: site,
        key: key,
        page: try fields.decodeIfPresent(PageSeen.self, forKey: .page),
        language: try fields.decodeIfPresent(String.self, forKey: .language)))
  }

  private static func topic(in fields: KeyedDecodingContainer<Field>) throws -> Topic {
    guard let topic = Topic(try fields.decode(String.self, forKey: .topic)) else { throw Refusal(.notUnderstood) }
    return topic
  }

  /// A number of the log. Left out it is 0, which changes nothing.
  private static func number(_ field: Field, in fields: KeyedDecodingContainer<Field>) throws -> Int64 {
    let number = try fields.decodeIfPresent(Int64.self, forKey: field) ?? 0
    guard number >= 0 else { throw Refusal(.notUnderstood) }
    return number
  }

  private static func message(in fields: KeyedDecodingContainer<Field>) throws -> Message {
    Message(client: try client(in: fields), text: try fields.decode(String.self, forKey: .text), agreed: try agreed(in: fields))
  }

  private static func note(in fields: KeyedDecodingContainer<Field>) throws -> Note {
    let mentions = try fields.decodeIfPresent([AccountID].self, forKey: .mentions) ?? []
    guard mentions.count <= TeamNote.mentionLimit else { throw Refusal(.notUnderstood) }
    return Note(client: try client(in: fields), text: try fields.decode(String.self, forKey: .text), mentions: mentions)
  }

  private static func tags(_ field: Field, in fields: KeyedDecodingContainer<Field>) throws -> [TagID] {
    let tags = try fields.decodeIfPresent([TagID].self, forKey: field) ?? []
    guard tags.count <= Macro.tagLimit else { throw Refusal(.notUnderstood) }
    return tags
  }

  private static func macro(in fields: KeyedDecodingContainer<Field>) throws -> Macro {
    let end: Macro.End =
      switch try fields.decodeIfPresent(String.self, forKey: .then) {
      case nil: .nothing
      case "close": .close
      case "transfer": .transfer(to: try fields.decode(AccountID.self, forKey: .to))
      default: throw Refusal(.notUnderstood)
      }
    return Macro(
      client: try client(in: fields), text: try fields.decodeIfPresent(String.self, forKey: .text) ?? "", tags: try tags(.add, in: fields),
      end: end)
  }

  private static func agreed(in fields: KeyedDecodingContainer<Field>) throws -> Agreement {
    let way = try fields.decodeIfPresent(String.self, forKey: .way).map { word in
      guard let way = MessageWay(rawValue: word) else { throw Refusal(.notUnderstood) }
      return way
    }
    return Agreement(price: try fields.decodeIfPresent(Int64.self, forKey: .price), way: way)
  }

  private static func rating(in fields: KeyedDecodingContainer<Field>) throws -> Rating {
    let stars = try fields.decode(Int64.self, forKey: .stars)
    guard Rating.starRange.contains(stars) else { throw Refusal(.notUnderstood) }
    return Rating(
      of: try number(.of, in: fields), stars: stars, text: try fields.decodeIfPresent(String.self, forKey: .text) ?? "")
  }

  private static func client(in fields: KeyedDecodingContainer<Field>) throws -> String {
    let client = try fields.decode(String.self, forKey: .client)
    guard WireLimits.clientIDLengths.contains(client.utf8.count), client.utf8.allSatisfy(isOfClientID) else {
      throw Refusal(.clientIDInvalid)
    }
    return client
  }

  private static func isOfClientID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
