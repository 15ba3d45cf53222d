import Base
import Hummingbird
import Store
import Web

/// The conversation out of which somebody came to buy: the shop begins with what it costs there, and once it is paid a way leads back.
///
/// The browser keeps it, because the page of a provider lies between.
struct ComingThread: Sendable {
  /// Who takes longer comes back by the list of conversations.
  static let keptSeconds = 3600
  private static let path = "/conversations/"

  let id: ConversationID

  /// - Parameter address: as the page of a thread gives its own; nil for everything else.
  init?(_ address: String) {
    guard address.hasPrefix(Self.path), let id = ConversationID(String(address.dropFirst(Self.path.count))) else { return nil }
    self.id = id
  }

  /// Where the browser came from, now or before.
  init?(_ request: Request, _ cookies: BrowserCookies) {
    let kept = cookies.thread(in: request.headers[values: .cookie])
    guard let found = ((try? Form(query: request)["back"]).flatMap { Self($0) }) ?? kept.flatMap({ Self($0) }) else { return nil }
    self = found
  }

  var address: String { "\(Self.path)\(id)" }

  func cookie(_ cookies: BrowserCookies) -> Cookie { cookies.came(from: address, maxAgeSeconds: Self.keptSeconds) }
}

extension Session {
  /// What answers are paid with in a thread that somebody asks in; nil where that is somebody else, or nothing is paid.
  func unit(of thread: ConversationID, for asker: AccountID) throws -> CreditUnit? {
    let newest = try row(
      """
      SELECT t.unit, t.kind
      FROM conversations c
      JOIN visitors v ON v.id = c.visitor_id
      JOIN terms t ON t.site_id = c.site_id
      WHERE c.id = $1 AND v.account_id = $2
      ORDER BY t.id DESC
      LIMIT 1
      """, thread, asker)
    guard let row = newest, row[1] as String == "message" else { return nil }
    return CreditUnit(rawValue: row[0])
  }
}
