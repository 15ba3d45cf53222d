/// What a notice is about, and which ways it takes when its reader has not said otherwise.
///
/// Slices name theirs: `extension NoticeKind { static let newVisitor = NoticeKind("newVisitor", push: true, mail: false) }`. The words are
/// `notices.<name>` in the catalogue.
public struct NoticeKind: Hashable, Sendable {
  public let name: String
  public let push: Bool
  public let mail: Bool
  /// How long a push service keeps it for a browser that is away.
  public let pushSeconds: Int
  /// Whether a push may wake a device that saves its battery.
  public let isUrgent: Bool
  /// Told to those who answer, and to nobody else.
  public let isForTeam: Bool
  /// Its slice writes a letter about each: the wish for mail decides about that one, and the gathering letter leaves them out.
  public let hasOwnLetter: Bool
  /// Whether it may come as an SMS at all, for which the house pays.
  public let maySMS: Bool

  public init(
    _ name: String, push: Bool, mail: Bool, pushSeconds: Int = 86_400, isUrgent: Bool = false, isForTeam: Bool = false,
    hasOwnLetter: Bool = false, maySMS: Bool = false
  ) {
    self.name = name
    self.push = push
    self.mail = mail
    self.pushSeconds = pushSeconds
    self.isUrgent = isUrgent
    self.isForTeam = isForTeam
    self.hasOwnLetter = hasOwnLetter
    self.maySMS = maySMS
  }

  /// What the account gets without having said anything.
  func standard(_ channel: Channel) -> Bool {
    switch channel {
    case .page: true
    case .push: push
    case .mail: mail
    case .sms: false
    }
  }
}

/// The ways on which a notice reaches somebody.
public enum Channel: String, CaseIterable, Sendable {
  case page, push, mail, sms
}
