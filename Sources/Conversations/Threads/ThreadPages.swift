import Base
import Notifications
import Sites
import Web

/// `/threads/{link}` and `/conversations/{id}`: one thread, with the website's own look. It needs scripts and says so.
struct ThreadPage: Page {
  static let template = "thread"
  let title: String
  let talkURL: SafeURL?
  let site: String
  let key: String
  let conversation: ConversationID
  let configurationHTML: SafeHTML
  /// Where somebody gets an account that keeps the thread, or signs in to the one they have.
  let signUpURL: SafeURL?
  let signInURL: SafeURL?
  /// Where who is signed in takes it into the account.
  let keepURL: SafeURL?
  let isOwn: Bool
  /// Whose wallet pays, where the thread is with an expert.
  let wallet: AccountID?
  /// What calls the reader, and the icon that does.
  let alerts: String
  let alertIconURL: SafeURL?
  /// The words of a paid thread.
  let dealTextsHTML: SafeHTML?

  init(
    _ link: ThreadLink, signed: String, at site: Site, _ configuration: String, isKept: Bool, expert: AccountID?, alerts: AlertWishes,
    web: WebFront, _ context: WebContext
  ) {
    let path = "/threads/\(signed)"
    let isSignedIn = context.signedIn != nil
    title = site.name
    talkURL = web.bundle.assetAddress("parley-talk.js").flatMap(SafeURL.init)
    self.site = site.key
    self.alerts = alerts.text
    alertIconURL = web.bundle.assetAddress("icon-alert.svg").flatMap(SafeURL.init)
    key = signed
    conversation = link.conversation
    // What a site is called may not end the script that carries it.
    configurationHTML = SafeHTML(trusted: configuration.replacing("<", with: "\\u003c"))
    dealTextsHTML = expert == nil ? nil : web.catalogue.json(of: "talk", in: context.language)
    wallet = if expert != nil, case .session(let account, _) = link.holder { account } else { nil }
    isOwn = if case .session = link.holder { true } else { false }
    signUpURL = isKept || isSignedIn ? nil : SafeURL("/sign-up?thread=\(signed)")
    signInURL = isKept || isSignedIn ? nil : SafeURL("/sign-in?next=\(FormCoding.encode(path))")
    keepURL = isKept || !isSignedIn ? nil : SafeURL("\(path)/keep")
  }
}

/// A thread's link that is too old, and the letters that somebody wants no more of.
struct ThreadStep: Page {
  enum Kind: String {
    case over, renewed, stop, stopped, again
  }

  static let template = "thread-step"
  let title: String
  let text: String
  let submit: String?
  let actionURL: SafeURL?
  let takesLettersAgain: Bool

  init(_ kind: Kind, _ texts: Texts, link: String?) {
    title = texts["conversations.step.\(kind.rawValue).title"]
    text = texts["conversations.step.\(kind.rawValue).text"]
    takesLettersAgain = kind == .stopped
    switch kind {
    case .over: (submit, actionURL) = (texts["conversations.step.over.submit"], link.flatMap { SafeURL("\($0)/renew") })
    case .stop: (submit, actionURL) = (texts["conversations.step.stop.submit"], link.flatMap { SafeURL("\($0)/stop") })
    case .stopped: (submit, actionURL) = (texts["conversations.step.stopped.submit"], link.flatMap { SafeURL("\($0)/stop") })
    case .renewed, .again: (submit, actionURL) = (nil, nil)
    }
  }
}

/// `/conversations`: the threads that an account keeps.
struct OwnThreadsPage: Page {
  struct Line: Sendable {
    let threadURL: SafeURL?
    let name: String
    let site: String?
    let text: String?
    let time: ShownMoment?
    let unread: String?
  }

  static let template = "own-threads"
  struct Order: Sendable {
    let label: String
    let orderURL: SafeURL?
    let isCurrent: Bool
  }

  let title: String
  let orders: [Order]
  let lines: [Line]
  let isEmpty: Bool

  init(_ threads: [OwnThread], in order: ThreadOrder, _ texts: Texts) {
    title = texts["conversations.own.title"]
    lines = threads.map { thread in
      Line(
        threadURL: SafeURL("/conversations/\(thread.conversation)"), name: thread.expert ?? thread.site,
        site: thread.expert == nil ? nil : thread.site,
        text: thread.lastText.map { text in thread.lastName.map { "\($0): \(text)" } ?? text }, time: thread.lastAt.map { ShownMoment($0) },
        unread: thread.unread == 0 ? nil : texts.counted("conversations.own.unread", thread.unread))
    }
    orders = ThreadOrder.allCases.map {
      Order(
        label: texts["conversations.own.order.\($0.rawValue)"], orderURL: SafeURL("/conversations?order=\($0.rawValue)"),
        isCurrent: $0 == order)
    }
    isEmpty = threads.isEmpty
  }
}
