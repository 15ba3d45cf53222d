import Accounts
import Base
import Store
import Web

/// From a frame to a page of Parley's own, where payment belongs: by a code that works once and for a minute.
extension Hosts {
  static let doorSeconds: Int64 = 60
  /// Where it may lead: to what is the person's own.
  private static let paths = ["/buy", "/wallet", "/earnings"]
  private static let purpose = "host-door"

  struct DoorCode: Codable, Sendable {
    let account: AccountID
    let site: SiteID
    let path: String
    let end: Int64
    let once: String

    var endsAt: Moment { Moment(milliseconds: end) }
  }

  func doorCode(for person: SignedIn, to path: String) throws -> String {
    guard let site = person.member.embeddedAt else { throw Refusal(.notAllowed) }
    guard Self.isOwn(path) else { throw Refusal(.notUnderstood) }
    let end = clock.now.adding(seconds: Self.doorSeconds).milliseconds
    let code = DoorCode(account: person.member.id, site: site, path: path, end: end, once: Secret().text)
    return try SealedNote.seal(code, for: Self.purpose, with: key())
  }

  /// Whom a code lets in, and where to; it is not used up by looking.
  func read(_ text: String) async throws -> (code: DoorCode, account: Account, site: String) {
    guard let code = SealedNote.open(text, as: DoorCode.self, for: Self.purpose, with: try key()), code.endsAt > clock.now,
      let account = try await accounts.account(code.account), account.active, let site = try await sites.site(code.site)
    else { throw Refusal(.linkVoid) }
    return (code, account, site.name)
  }

  /// - Returns: the token of a session like any other; nil for who has a way of their own to sign in, and takes that one: a website vouches for
  ///   its own people, not for what they have elsewhere.
  func enter(_ code: DoorCode, from place: Whereabouts) async throws -> String? {
    guard try await !accounts.hasOwnWayIn(code.account) else { return nil }
    guard try await accounts.useOnce("host-door.\(code.once)", until: code.endsAt) else { throw Refusal(.linkVoid) }
    return try await accounts.startSession(for: code.account, from: place)
  }

  private static func isOwn(_ path: String) -> Bool {
    paths.contains { path == $0 || path.hasPrefix("\($0)/") || path.hasPrefix("\($0)?") } && SafeURL(path) != nil
  }
}
