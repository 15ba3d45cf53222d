import Base
import Sites
import Web
import Wire

/// Whose replies a page shows, and where it stands.
struct ReplyPlaceOnPages: Sendable {
  let owner: Reply.Owner
  /// Of the list; each reply lies below it.
  let path: String
  /// Nil for somebody's own.
  let site: Site?
  let tags: [ChatTag]
  let team: [Face]
}

/// All replies of a website, or somebody's own.
struct RepliesPage: Page {
  struct Line: Sendable {
    let replyURL: SafeURL?
    let name: String
    let text: String
    let does: String?
  }

  static let template = "replies"
  let title: String
  let intro: String
  let site: String?
  let siteURL: SafeURL?
  let addURL: SafeURL?
  let notice: String?
  let replies: [Line]
  let hasReplies: Bool

  init(_ replies: [Reply], at place: ReplyPlaceOnPages, isDone: Bool, _ texts: Texts) {
    title = texts[place.site == nil ? "conversations.replies.own" : "conversations.replies.title"]
    intro = texts[place.site == nil ? "conversations.replies.ownText" : "conversations.replies.text"]
    site = place.site?.name
    siteURL = place.site.flatMap { SafeURL("/admin/sites/\($0.id)") }
    addURL = SafeURL("\(place.path)/new")
    notice = isDone ? texts["pages.form.saved"] : nil
    self.replies = replies.map {
      Line(replyURL: SafeURL("\(place.path)/\($0.id)"), name: $0.name, text: $0.shownText, does: $0.steps(at: place, texts))
    }
    hasReplies = !replies.isEmpty
  }
}

extension Reply {
  private static let shownCharacters = 160

  fileprivate var shownText: String { String(text.prefix(Self.shownCharacters)) }

  /// What it does besides, in words; nil for one that is only said.
  fileprivate func steps(at place: ReplyPlaceOnPages, _ texts: Texts) -> String? {
    var steps = place.tags.filter { tags.contains($0.id) }.map(\.name)
    switch end {
    case .nothing: break
    case .close: steps.append(texts["conversations.replies.closes"])
    case .transfer(let account):
      let name = place.team.first { $0.account == account }?.name ?? texts["conversations.replies.gone"]
      steps.append(texts["conversations.replies.transfersTo", ["name": name]])
    }
    return steps.isEmpty ? nil : steps.joined(separator: " · ")
  }
}

/// One reply.
struct ReplyPage: Page {
  struct Text: Sendable {
    let name: String
    let label: String
    let value: String
    let language: String
    let direction: String
    let error: String?
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let tone: String
    let isChosen: Bool
  }

  static let template = "reply"
  let title: String
  let site: String?
  let siteURL: SafeURL?
  let list: String
  let listURL: SafeURL?
  let actionURL: SafeURL?
  let problem: String?
  let name: Field
  let text: String
  let textError: String?
  let textDescribedBy: String
  let places: String
  let texts: [Text]
  let hasTags: Bool
  let tags: [Choice]
  let ends: [Choice]
  let endError: String?
  let mayGo: Bool

  init(_ form: ReplyForm, of reply: ReplyID?, at place: ReplyPlaceOnPages, refusal: Refusal?, _ words: Texts) {
    func say(_ key: String) -> String { words["conversations.replies.\(key)"] }
    let errors = FieldErrors(refusal, words)
    title = reply == nil ? say("add") : form.name
    site = place.site?.name
    siteURL = place.site.flatMap { SafeURL("/admin/sites/\($0.id)") }
    list = say(place.site == nil ? "own" : "title")
    listURL = SafeURL(place.path)
    actionURL = SafeURL("\(place.path)/\(reply?.description ?? "new")")
    problem = refusal.map { words[$0] }
    name = Field("name", label: say("name"), value: form.name, hint: say("nameHint"), autocomplete: "off", errors: errors)
    text = form.text
    textError = errors["text"]
    textDescribedBy = "text-hint" + (textError == nil ? "" : " text-error")
    places = ReplyPlace.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
    texts = Language.allCases.map {
      let name = "text-\($0.code)"
      return Text(
        name: name, label: $0.ownName, value: form.texts[$0] ?? "", language: $0.code, direction: $0.direction, error: errors[name])
    }
    hasTags = !place.tags.isEmpty
    tags = place.tags.map {
      Choice(value: $0.id.description, label: $0.name, tone: $0.tone.rawValue, isChosen: form.tags.contains($0.id))
    }
    let others = place.team.map { ($0.account.description, words["conversations.replies.transfersTo", ["name": $0.name]]) }
    ends = ([("", say("stays")), (ReplyForm.close, say("closes"))] + others).map {
      Choice(value: $0.0, label: $0.1, tone: "", isChosen: $0.0 == form.then)
    }
    endError = errors["then"]
    mayGo = reply != nil
  }
}
