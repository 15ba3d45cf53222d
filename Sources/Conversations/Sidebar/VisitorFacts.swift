import Base
import Wire

/// What the sidebar tells beside what the row of a chat has (E28): read at once when it opens, and again when something changed.
struct VisitorFacts: Encodable, Sendable {
  /// Where nobody looks at a website, as in paid threads, it is nil.
  struct Browser: Encodable, Sendable {
    let device: String
    let browser: String
    let system: String
    let language: String
    let firstAt: Int64
    let visits: Int
    /// Two letters, and a name in English; nil where they are not known.
    let country: String?
    let city: String?
    /// From where the last visit came; empty where that is not known.
    let referrer: String
    let source: Source?
    /// With which page the last visit began.
    let landing: String
    /// The newest first.
    let pages: [Page]
    let actions: [Action]
  }

  /// Where the last visit came from; what no campaign told is empty.
  struct Source: Encodable, Sendable {
    let kind: String
    let name: String
    let medium: String
    let campaign: String
    let term: String
    let content: String
  }

  struct Action: Encodable, Sendable {
    let kind: String
    let label: String
    let value: String
    let at: Int64
  }

  struct Page: Encodable, Sendable {
    let url: String
    let title: String
    let at: Int64
    /// For how long it was in sight.
    let seconds: Int64
    /// How far down it was seen, in per cent; 0 where that is not known.
    let depth: Int64
  }

  struct File: Encodable, Sendable {
    let file: String
    let name: String
    let type: String
    let bytes: Int64
    let at: Int64
    let by: String
    let expired: Bool
  }

  /// A chat before the present one.
  struct Chat: Encodable, Sendable {
    let id: ChatID
    /// The first line of it.
    let n: Int64
    let at: Int64
    /// What the visitor wrote first; nil where nothing can be read.
    let snippet: String?
    let rating: Int64?
  }

  static let pagesShown = 30
  static let actionsShown = 30
  static let filesShown = 50
  static let chatsShown = 20

  let browser: Browser?
  let files: [File]
  let chats: [Chat]
  /// How many there were, shown or not.
  let chatCount: Int64
}
