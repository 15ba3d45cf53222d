import Access
import Base
import HTTPTypes
import Hummingbird
import Store
import Web
import Wire

/// A filter that somebody gave a name, for themselves.
struct SavedView: Hashable, Sendable, JSONWritable, Decodable {
  static let limit = 20
  static let nameCharacters = 60
  static let queryCharacters = 2000

  let name: String
  /// The filter, as the address of the console has it.
  let query: String

  /// - Throws: `notUnderstood` for what the console does not send.
  func checked() throws(Refusal) -> SavedView {
    let view = SavedView(name: Form.trimmed(name), query: query)
    guard (1...Self.nameCharacters).contains(view.name.count), (1...Self.queryCharacters).contains(query.count) else {
      throw Refusal(.notUnderstood)
    }
    return view
  }

  func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("name", name)
      object.field("query", query)
    }
  }
}

/// Somebody's own filters, kept with their account: every browser of theirs has them.
struct ViewRoutes: Sendable {
  static let path = "/console/views"
  private static let bodyLimit = 16_384

  let house: Conversations

  private struct NameBody: Decodable {
    let name: String
  }

  func register(on routes: Routes) {
    let need = Need.to(.read, .console)
    routes.get(Self.path, need) { _, context in
      let account = try context.person().member.id
      return .json(try await house.store.read { try $0.views(of: account) })
    }
    routes.on(.post, Self.path, need, limit: .forms) { request, context in
      let account = try context.person().member.id
      let view = try await request.json(SavedView.self, upTo: Self.bodyLimit).checked()
      let now = house.clock.now
      try await house.store.write { session in
        try session.save(view, of: account, at: now)
        // One too many takes itself back.
        guard try session.views(of: account).count <= SavedView.limit else { throw Refusal(.notUnderstood) }
      }
      return Response(status: .noContent)
    }
    routes.on(.post, "\(Self.path)/forget", need, limit: .forms) { request, context in
      let account = try context.person().member.id
      let body = try await request.json(NameBody.self, upTo: Self.bodyLimit)
      try await house.store.write { try $0.run("DELETE FROM saved_views WHERE account_id = $1 AND name = $2", account, body.name) }
      return Response(status: .noContent)
    }
  }
}

extension Session {
  fileprivate func views(of account: AccountID) throws -> [SavedView] {
    try rows("SELECT name, query FROM saved_views WHERE account_id = $1 ORDER BY saved_at, name LIMIT 100", account)
      .map { SavedView(name: $0[0], query: $0[1]) }
  }

  /// One of that name before is replaced, and keeps its place.
  fileprivate func save(_ view: SavedView, of account: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO saved_views (account_id, name, query, saved_at)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (account_id, name) DO UPDATE SET query = excluded.query
      """, account, view.name, view.query, now)
  }
}
