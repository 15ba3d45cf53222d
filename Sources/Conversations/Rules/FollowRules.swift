import Base
import ConversationsCore
import Notifications
import Sites
import Store
import Web
import Wire

extension NoticeKind {
  /// A rule of a website asks somebody to look at a chat.
  public static let ruled = NoticeKind("ruled", push: true, mail: true, pushSeconds: 600, isForTeam: true)
}

/// What the rules of a website do about its chats, in the transaction of what they were waiting for (P2,
/// [0038](../../../docs/decisions/0038-rules.md)). What a rule does calls no other rule, and each is for a chat once.
extension Conversations {
  func followRules(after performed: inout Performed, at now: Moment, in session: any Session) throws {
    guard performed.deal == nil else { return }
    let occasions = performed.occasions
    guard !occasions.isEmpty, desk.hasRules(for: occasions, at: performed.site) else { return }
    let rules = try session.rules(at: performed.site).filter { $0.active && occasions.contains($0.occasion) }
    guard !rules.isEmpty, var there = try session.circumstances(after: performed) else { return }
    there.isWithinHours = desk.isOpen(performed.site)
    for rule in rules where rule.conditions.hold(in: there) {
      guard let chat = performed.entries.last?.chat, try session.begin(rule.id, in: chat, at: now) else { continue }
      try follow(rule, after: &performed, chat: chat, at: now, in: session)
    }
  }

  private func follow(_ rule: Rule, after performed: inout Performed, chat: ChatID, at now: Moment, in session: any Session) throws {
    let id = performed.conversation
    performed = performed.followed(by: try session.perform(.noteRule(name: rule.name), in: id, by: .clock, at: now))
    if let reply = try rule.reply.flatMap({ wanted in try session.replies(of: .site(rule.site)).first { $0.id == wanted } }) {
      let words = try session.words(of: reply, in: performed)
      let said = ConversationsCore.Message(clientID: "rule.\(rule.id).\(chat)", content: .text(words))
      let steps: [() throws -> Performed?] = [
        { words.isEmpty ? nil : try session.perform(.send(newChat: chat, said), in: id, by: .clock, at: now) },
        { reply.tags.isEmpty ? nil : try session.tag(id, adding: reply.tags.sorted(), removing: [], by: .clock, at: now) },
        { try session.end(of: reply, in: id, at: now) },
      ]
      for step in steps { performed = performed.followed(by: try Self.done(step) ?? .none(after: performed)) }
    }
    try tell(of: rule, in: id, at: now, in: session)
  }

  /// What cannot be done any more, as a chat that was closed meanwhile cannot be answered, is left out: what the rule was waiting for stays true.
  private static func done(_ step: () throws -> Performed?) throws -> Performed? {
    do { return try step() } catch is Refusal { return nil }
  }

  private func tell(of rule: Rule, in conversation: ConversationID, at now: Moment, in session: any Session) throws {
    guard !rule.people.isEmpty else { return }
    let known = Set(try session.peopleForRules(at: rule.site).map(\.id))
    for account in rule.people.intersection(known).sorted() {
      let data = ["conversation": "\(conversation)", "rule": "\(rule.id)"]
      try notifications.tell(
        Tidings(.ruled, about: Self.subject(conversation), data: data, count: 1, at: now), to: account, in: session)
    }
  }

  /// What the notice says.
  func tellOfRules(by notifications: Notifications) {
    notifications.add([.ruled]) { session, account, notices in
      guard let reader = try session.deskOwner(account)?.actor else { return [:] }
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self),
          let place = try session.place(of: conversation), reader.may(.read, place.thing), let site = try session.site(place.site)
        else { continue }
        stories[notice.id] = Story(
          name: try session.visitor(place.visitor)?.name, place: site.name,
          text: try notice.identity("rule", of: Kinds.Rule.self).flatMap { try session.nameOfRule($0) }, conversation: conversation,
          path: "/console#\(conversation)", acts: [])
      }
      return stories
    }
  }
}

extension Performed {
  /// What happened to the chat that a rule may be for.
  var occasions: Set<Rule.Occasion> {
    var found: Set<Rule.Occasion> = saidByVisitor == nil ? [] : [.wrote]
    for entry in entries {
      switch entry.body {
      case .formSent: found.insert(.asked)
      case .opened(form: .sent, _) where entry.by.kind == .visitor: found.insert(.asked)
      case .waitOverdue: found.insert(.overdue)
      case .entrusted: found.insert(.left)
      case .closed(unwritten: false): found.insert(.closed)
      case .thanked(.rating): found.insert(.rated)
      default: break
      }
      if case .opened(_, offline: true) = entry.body, saidByVisitor != nil { found.insert(.left) }
    }
    return found
  }

  fileprivate static func none(after performed: Performed) -> Performed {
    Performed(
      conversation: performed.conversation, site: performed.site, visitor: performed.visitor, entries: [], acknowledged: nil, opened: false,
      saidByVisitor: nil, answeredWith: nil, hasKeeper: performed.hasKeeper, peopleChanged: false, deal: performed.deal, isClosed: false)
  }

  /// What was written just now, in a message or with a rating.
  fileprivate var text: String {
    entries.compactMap { entry -> String? in
      switch entry.body {
      case .thanked(.rating(let rating)): rating.text
      default: entry.by.kind == .visitor ? entry.body.readableText : nil
      }
    }.joined(separator: "\n")
  }

  fileprivate var stars: Int64? {
    entries.compactMap { if case .thanked(.rating(let rating)) = $0.body { rating.stars } else { nil } }.last
  }
}

extension Session {
  fileprivate func circumstances(after performed: Performed) throws -> Rule.Circumstances? {
    guard let visitor = try visitor(performed.visitor) else { return nil }
    var there = Rule.Circumstances()
    there.text = performed.text
    there.page = try currentPage(of: performed.visitor)?.url ?? ""
    there.service = visitor.service ?? ""
    there.language = visitor.language
    there.isReturning = visitor.visits > 1
    there.tags = Set(try tagged([performed.conversation])[performed.conversation] ?? [])
    there.stars = performed.stars
    return there
  }

  /// The words of a reply for the visitor of a chat. The house speaks for itself: where an agent would stand there is the website, and nothing
  /// where nobody knows what to put.
  fileprivate func words(of reply: Reply, in performed: Performed) throws -> String {
    guard let visitor = try visitor(performed.visitor), let site = try site(performed.site) else { return "" }
    let page = try currentPage(of: performed.visitor)
    let words = reply.text(in: try language(ofVisitor: performed.visitor))
    return ReplyPlace.allCases.reduce(words) { words, place in
      let filling =
        switch place {
        case .visitor: visitor.name
        case .agent, .site: site.name
        case .page: page.map { $0.title.isEmpty ? $0.url : $0.title }
        case .email: visitor.email
        case .service: visitor.service
        }
      return words.replacing("{\(place.rawValue)}", with: filling ?? "")
    }
  }

  /// What becomes of the chat: it is closed, or the turn of a colleague while it waits.
  fileprivate func end(of reply: Reply, in conversation: ConversationID, at now: Moment) throws -> Performed? {
    switch reply.end {
    case .nothing: return nil
    case .close: return try perform(.close, in: conversation, by: .clock, at: now)
    case .transfer(let account):
      let colleague = try colleague(account, in: conversation)
      let seconds = try held(conversation).map { try queueRules(at: $0.site).offerSeconds } ?? QueueRules().offerSeconds
      return try perform(.offer(to: colleague, seconds: seconds), in: conversation, by: .clock, at: now)
    }
  }
}
