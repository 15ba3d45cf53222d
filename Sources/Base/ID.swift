/// The identity of one `Kind` of thing: a positive 63-bit number made by `IDMaker`, ordered by the time it was made.
///
/// It travels as a decimal string, because a JavaScript number holds only 53 bits.
public struct ID<Kind>: Hashable, Comparable, Sendable, CustomStringConvertible, LosslessStringConvertible {
  public let rawValue: Int64

  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// Reads the decimal form; nil for anything but the digits of a positive number.
  public init?(_ description: String) {
    guard let value = Int64(description), value > 0, String(value) == description else { return nil }
    rawValue = value
  }

  public var description: String { String(rawValue) }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension ID: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = ID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "An identifier is a positive number in decimal digits.")
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// What an identity may belong to. The things themselves are values of their slices.
public enum Kinds {
  public enum Account {}
  public enum Site {}
  public enum Visitor {}
  public enum Visit {}
  public enum PageView {}
  public enum Conversation {}
  public enum Chat {}
  public enum Job {}
  public enum AuditLine {}
  public enum Letter {}
  public enum Notice {}
  public enum PushSubscription {}
  public enum Archive {}
  public enum Passkey {}
  public enum PersonalToken {}
  public enum LedgerEntry {}
  public enum Lot {}
  public enum Hold {}
  public enum Terms {}
  public enum Rates {}
  public enum Subscription {}
  public enum ServiceRefund {}
  public enum MinuteSession {}
  public enum TextMessage {}
  public enum SearchText {}
  public enum HostSecret {}
  public enum Tag {}
  public enum Reply {}
  public enum Ban {}
  public enum Rule {}
  public enum Invitation {}
  public enum Showing {}
  public enum ErasureNight {}
  public enum Goal {}
}

public typealias AccountID = ID<Kinds.Account>
public typealias SiteID = ID<Kinds.Site>
public typealias VisitorID = ID<Kinds.Visitor>
public typealias VisitID = ID<Kinds.Visit>
public typealias PageViewID = ID<Kinds.PageView>
public typealias ConversationID = ID<Kinds.Conversation>
public typealias ChatID = ID<Kinds.Chat>
public typealias JobID = ID<Kinds.Job>
public typealias AuditLineID = ID<Kinds.AuditLine>
public typealias LetterID = ID<Kinds.Letter>
public typealias NoticeID = ID<Kinds.Notice>
public typealias PushSubscriptionID = ID<Kinds.PushSubscription>
public typealias ArchiveID = ID<Kinds.Archive>
public typealias PasskeyID = ID<Kinds.Passkey>
public typealias PersonalTokenID = ID<Kinds.PersonalToken>
public typealias LedgerEntryID = ID<Kinds.LedgerEntry>
public typealias LotID = ID<Kinds.Lot>
public typealias HoldID = ID<Kinds.Hold>
public typealias HostSecretID = ID<Kinds.HostSecret>
public typealias BanID = ID<Kinds.Ban>
public typealias RuleID = ID<Kinds.Rule>
public typealias InvitationID = ID<Kinds.Invitation>
/// An invitation that was shown to somebody.
public typealias ShowingID = ID<Kinds.Showing>
public typealias ErasureNightID = ID<Kinds.ErasureNight>
public typealias GoalID = ID<Kinds.Goal>
public typealias TermsID = ID<Kinds.Terms>
public typealias RatesID = ID<Kinds.Rates>
public typealias SubscriptionID = ID<Kinds.Subscription>
public typealias ServiceRefundID = ID<Kinds.ServiceRefund>
public typealias MinuteSessionID = ID<Kinds.MinuteSession>
public typealias TextMessageID = ID<Kinds.TextMessage>
public typealias TagID = ID<Kinds.Tag>
public typealias ReplyID = ID<Kinds.Reply>
