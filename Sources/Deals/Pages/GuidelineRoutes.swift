import Base
import Hummingbird
import Store
import Web

/// `/guidelines`: how experts begin, and what every answer has in common (A37).
struct GuidelineRoutes: Sendable {
  /// Raised when the text says something new: everybody is asked to read it again.
  static let edition: Int64 = 1
  static let chapters = ["start", "promise", "answer", "tone", "limits", "money"]

  let deals: Deals

  func register(on routes: Routes) {
    routes.get("/guidelines", .ownDesk) { request, context in
      let reader = try expert(context)
      let readAt = try await deals.store.read { try $0.readGuidelines(edition: Self.edition, by: reader) }
      return deals.web.page(GuidelinesPage(readAt: readAt, deals.web.texts(context.language)), request, context)
    }
    routes.form("/guidelines", .ownDesk) { _, _, context in
      let (reader, now) = (try expert(context), deals.clock.now)
      try await deals.store.write { session in
        try session.run(
          """
          INSERT INTO guideline_readings (account_id, edition, read_at)
          VALUES ($1, $2, $3)
          ON CONFLICT (account_id) DO UPDATE SET edition = excluded.edition, read_at = excluded.read_at
          """, reader, Self.edition, now)
      }
      return .redirect("/guidelines")
    }
  }

  private func expert(_ context: WebContext) throws -> AccountID {
    let member = try context.person().member
    guard member.roles.contains(.expert) else { throw Refusal(.notAllowed) }
    return member.id
  }
}

extension Session {
  func readGuidelines(edition: Int64, by expert: AccountID) throws -> Moment? {
    try row("SELECT read_at FROM guideline_readings WHERE account_id = $1 AND edition = $2", expert, edition)?[0]
  }
}

struct GuidelinesPage: Page {
  struct Chapter: Sendable {
    let title: String
    let text: String
  }

  static let template = "guidelines"
  let title: String
  let chapters: [Chapter]
  let readAt: ShownMoment?

  init(readAt: Moment?, _ texts: Texts) {
    title = texts["deals.guidelines.title"]
    chapters = GuidelineRoutes.chapters.map {
      Chapter(title: texts["deals.guidelines.\($0).title"], text: texts["deals.guidelines.\($0).text"])
    }
    self.readAt = readAt.map { ShownMoment($0) }
  }
}
