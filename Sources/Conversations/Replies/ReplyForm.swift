import Base
import Sites
import Web
import Wire

/// What somebody typed for a reply, which stays on the page when it is refused.
struct ReplyForm: Sendable {
  var name = ""
  var text = ""
  var texts: [Language: String] = [:]
  var tags: Set<TagID> = []
  /// Empty, `close`, or the account that takes over.
  var then = ""

  init() {}

  init(_ form: Form) {
    name = form["name"]
    text = form["text"]
    texts = Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, form["text-\($0.code)"]) }).filter { !$0.value.isEmpty }
    tags = Set(form.all("tag").compactMap(TagID.init))
    then = form["then"]
  }

  init(_ reply: Reply) {
    name = reply.name
    text = reply.text
    texts = reply.texts
    tags = reply.tags
    switch reply.end {
    case .nothing: then = ""
    case .close: then = Self.close
    case .transfer(let account): then = account.description
    }
  }

  static let close = "close"

  /// - Parameters:
  ///   - known: the tags of the website; none for somebody's own.
  ///   - team: who may be asked to take over.
  /// - Throws: `formInvalid`.
  func reply(_ id: ReplyID, of owner: Reply.Owner, known: [ChatTag], team: [Face]) throws(Refusal) -> Reply {
    var problems: [String: Refusal.Reason] = [:]
    if name.isEmpty { problems["name"] = .fieldMissing }
    if name.unicodeScalars.count > Reply.nameCharacters { problems["name"] = .fieldTooLong }
    if name.utf8.contains(0) { problems["name"] = .textHasNull }
    for (field, text) in [("text", text)] + texts.map({ ("text-\($0.code)", $1) }) {
      if text.unicodeScalars.count > Conversations.textLimit { problems[field] = .fieldTooLong }
      if text.utf8.contains(0) { problems[field] = .textHasNull }
    }
    let tags = tags.intersection(known.map(\.id))
    let end = end(team)
    if end == nil { problems["then"] = .optionUnknown }
    if text.isEmpty, tags.isEmpty, end == .nothing || !texts.isEmpty { problems["text"] = .fieldMissing }
    guard problems.isEmpty, let end else { throw Refusal(.formInvalid, fields: problems) }
    return Reply(id: id, owner: owner, name: name, text: text, texts: texts, tags: tags, end: end)
  }

  private func end(_ team: [Face]) -> Macro.End? {
    if then.isEmpty { return .nothing }
    if then == Self.close { return .close }
    return team.first { $0.account.description == then }.map { .transfer(to: $0.account) }
  }
}
