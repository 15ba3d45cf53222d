import Access
import Base
import Exports
import Store
import Web
import Wire

/// What a filter shows, as lines of a table: one of each chat, or one of each message (E59, P10). It is read bit by bit, and its last line says
/// when there are more.
struct ChatExport: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case chats, messages
  }

  let house: Conversations
  let kind: Kind
  let texts: Texts
  /// The newest so many conversations.
  var limit = 100_000

  private static let entriesAtOnce = 200

  var head: [String] {
    let columns =
      switch kind {
      case .chats:
        [
          "conversation", "site", "name", "email", "phone", "service", "status", "form", "opened", "closed", "active", "agents", "tags",
          "asked", "last", "rating", "comment", "outcome",
        ]
      case .messages: ["conversation", "site", "name", "email", "phone", "number", "time", "from", "author", "text"]
      }
    return columns.map { texts["conversations.export.\($0)"] }
  }

  /// Hands over some lines at a time. Which chats there are is read at once: one that goes on meanwhile is neither missed nor told twice.
  func read(_ filter: ChatFilter, for member: Access.Actor.Member, _ take: ([[String]]) async throws -> Void) async throws {
    let (places, sites, tags) = try await house.store.read { session in
      let places = try session.places(filter, within: session.reach(of: member), after: nil, limit: limit + 1)
      let all = try session.sites()
      let tags = try all.flatMap { try session.tags(at: $0.id) }
      return (
        places, Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.name) }),
        Dictionary(uniqueKeysWithValues: tags.map { ($0.id, $0.name) })
      )
    }
    let told = places.prefix(limit)
    for start in stride(from: 0, to: told.count, by: Conversations.chatsOnPage) {
      let ids = told[start..<min(start + Conversations.chatsOnPage, told.count)].map(\.id)
      let (found, comments) = try await house.store.read { (try $0.listed(ids), try $0.wordsOfRatings(in: ids)) }
      let byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
      for row in ids.compactMap({ byID[$0] }) {
        let chat = house.seen(row)
        let site = sites[chat.site] ?? ""
        switch kind {
        case .chats: try await take([line(chat, site, chat.tags.compactMap { tags[$0] }, comment: comments[row.id] ?? "")])
        case .messages: try await readMessages(of: chat, site, take)
        }
      }
    }
    // Whoever reads the file to its end knows that it is not all.
    if places.count > limit { try await take([[texts["conversations.export.cut", ["count": String(limit)]]]]) }
  }

  private func line(_ chat: ConversationRow, _ site: String, _ tags: [String], comment: String) -> [String] {
    let (visitor, state) = (chat.visitor, chat.chat)
    let form =
      if state.view.offline { "offline" } else { state.view.form == .sent ? "filled" : "pending" }
    return [
      chat.conversation.description, site, visitor.name ?? "", visitor.email ?? "", visitor.phone ?? "", visitor.service ?? "",
      texts["conversations.export.\(Self.word(state.view.state))"], texts["conversations.export.\(form)"], state.openedAt.tableText,
      state.closedAt?.tableText ?? "", chat.activeAt.tableText, chat.agents.map(\.party.name).joined(separator: ", "),
      tags.joined(separator: ", "), String(chat.asked), chat.last?.text ?? "", state.rating.map { String($0) } ?? "", comment,
      outcome(of: state),
    ]
  }

  private func outcome(of chat: ConversationRow.Chat) -> String {
    let words = (chat.won ? ["isWon"] : []) + (chat.handedOver ? ["isHandedOver"] : [])
    return words.map { texts["conversations.export.\($0)"] }.joined(separator: ", ")
  }

  private static func word(_ state: ChatState) -> String {
    switch state {
    case .waiting: "isWaiting"
    case .active: "isActive"
    case .closed: "isClosed"
    }
  }

  private func readMessages(of chat: ConversationRow, _ site: String, _ take: ([[String]]) async throws -> Void) async throws {
    var last: Int64 = 0
    let revisions = try await house.store.read { try $0.revisions(of: chat.conversation, above: 0) }
    let revised = Dictionary(revisions.map { ($0.of, $0.text) }) { _, later in later }
    while true {
      let above = last
      let page = try await house.store.read {
        try $0.entries(of: chat.conversation, above: above, for: .team, limit: Self.entriesAtOnce)
      }
      let lines = page.compactMap { line($0, of: chat, site, revised: revised[$0.n] ?? nil) }
      if !lines.isEmpty { try await take(lines) }
      guard page.count == Self.entriesAtOnce, let end = page.last else { return }
      last = end.n
    }
  }

  /// Nil for what is no message, or can be read no more.
  private func line(_ entry: LoggedEntry, of chat: ConversationRow, _ site: String, revised: String?) -> [String]? {
    guard let text = entry.body.readableText.map({ revised ?? $0 }) else { return nil }
    let visitor = chat.visitor
    let author: String? =
      switch entry.by {
      case .visitor(_, let name): name
      case .agent(let agent): agent.name
      case .system: nil
      }
    return [
      chat.conversation.description, site, visitor.name ?? "", visitor.email ?? "", visitor.phone ?? "", String(entry.n),
      entry.at.tableText, texts["conversations.export.by.\(entry.by.kind.rawValue)"], author ?? "", text,
    ]
  }
}
