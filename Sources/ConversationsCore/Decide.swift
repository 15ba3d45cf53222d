import Base

extension Conversation {
  /// What a command makes true, in order; nothing when it is true already, so that a retry is harmless.
  ///
  /// - Throws: `formNeeded`, `notJoined`, `alreadyJoined`, `noChatOpen` or `notAllowed`, for the one who asked.
  public func decide(_ command: Command, by party: Party, at now: Moment) throws(Refusal) -> [Change] {
    switch (command, party) {
    case (.open(let id), .visitor(let asker)):
      // While nobody is there the widget offers to leave a message, which opens the chat by itself.
      return isOpen || asker.formSent || !asker.siteOnline ? [] : [opening(id, form: .needed, by: asker, at: now)]
    case (.sendForm(let id), .visitor(let asker)):
      return formSending(newChat: id, by: asker, at: now)
    case (.leaveMessage(let id, let message), .visitor(let asker)):
      return leaving(message, newChat: id, by: asker, at: now)
    case (.send(let id, let message), .visitor(let asker)):
      return try asking(message, newChat: id, by: asker, at: now)
    case (.send(_, let message), .agent(let id, _, _)):
      return [Change(at: now, by: .agent(try present(id)), fact: .said(message))]
    case (.send(_, let message), .clock):
      // A rule answers: nobody's words.
      guard isOpen else { throw Refusal(.noChatOpen) }
      return [Change(at: now, by: .nobody, fact: .said(message))]
    case (.entrust, .visitor(let asker)):
      guard let chat, chat.phase == .waiting, chat.written, !chat.offline else { return [] }
      return [Change(at: now, by: .visitor(name: asker.name), fact: .entrusted)]
    case (.begin(let chat, let formSent), .agent(let id, let name, let avatar)):
      return try beginning(chat, formSent: formSent, by: id, name: name, avatar: avatar, at: now)
    case (.join, .agent(let id, let name, let avatar)):
      return try joining(id, name: name, avatar: avatar, at: now)
    case (.leave, .agent(let id, _, _)):
      guard let agent = here.first(where: { $0.id == id }) else { return [] }
      return [Change(at: now, by: .agent(agent), fact: .left(last: here.count == 1))]
    case (.transfer(let colleague, let leaves, let reason), .agent(let id, _, _)):
      return try transferring(to: colleague, from: id, leaves: leaves, reason: reason, at: now)
    case (.close, .visitor(let asker)):
      return closingByVisitor(asker, at: now)
    case (.close, .agent(let id, _, _)):
      guard isOpen else { return [] }
      return [Change(at: now, by: .agent(try present(id)), fact: .closed(unwritten: chat?.written == false))]
    case (.close, .clock):
      return isOpen ? [Change(at: now, by: .nobody, fact: .closed(unwritten: chat?.written == false))] : []
    case (.expire, .clock):
      return isFormOverdue(at: now) ? [Change(at: now, by: .nobody, fact: .closed(unwritten: true))] : []
    case (.endTransfer, .clock):
      guard let transfer = chat?.transfer, now >= transfer.until else { return [] }
      return [Change(at: now, by: .nobody, fact: transfer.isOffer ? .offerEnded : .transferEnded(last: here.isEmpty))]
    case (.offer(let colleague, let seconds), .clock):
      guard let chat, chat.waitsForTeam, chat.transfer == nil else { return [] }
      return [Change(at: now, by: .nobody, fact: .offered(to: colleague, until: now.adding(seconds: seconds)))]
    case (.noteWait(let seconds), .clock):
      return isWaitOverdue(after: seconds, at: now) ? [Change(at: now, by: .nobody, fact: .waitOverdue)] : []
    case (.noteSilence(let asked, let seconds), .clock):
      guard chat?.phase == .active, now >= asked.adding(seconds: seconds) else { return [] }
      return here.enumerated().map { index, agent in
        Change(at: now, by: .agent(agent), fact: .left(last: index == here.count - 1, silentSince: asked))
      }
    case (.expireFile(let file, let n), .clock):
      return n > 0 && n <= head ? [Change(at: now, by: .nobody, fact: .fileExpired(file, of: n))] : []
    case (.noteLetter(let news), .clock):
      return isNew(news) ? [Change(at: now, by: .nobody, fact: .letter(news))] : []
    case (.noteDeal(let news), .clock):
      return isNew(news) ? [Change(at: now, by: .nobody, fact: .deal(news))] : []
    case (.thank(let thanks), .visitor(let asker)):
      guard thanks.of > 0, thanks.of <= head else { throw Refusal(.notFound) }
      return [Change(at: now, by: .visitor(name: asker.name), fact: .thanked(thanks))]
    case (.noteMinutes(let id, let news), .visitor(let asker)):
      let asked = Change(at: now, by: .visitor(name: asker.name), fact: .minutes(news))
      return isOpen ? [asked] : [opening(id, form: .sent, by: asker, at: now), asked]
    case (.noteMinutes(_, let news), .clock):
      return head > 0 ? [Change(at: now, by: .nobody, fact: .minutes(news))] : []
    case (.tag(let change), .clock):
      return chat == nil || change.isEmpty ? [] : [Change(at: now, by: .nobody, fact: .tagged(change))]
    case (.noteRule(let name), .clock):
      return chat == nil ? [] : [Change(at: now, by: .nobody, fact: .ruled(name: name))]
    case (.invite(let id, let formSent, let offline, let message), .clock):
      let opened = Change(at: now, by: .nobody, fact: .opened(id, form: formSent ? .sent : .needed, offline: offline))
      return (isOpen ? [] : [opened]) + [Change(at: now, by: .nobody, fact: .said(message))]
    case (.note(let note, let client), _):
      return [Change(at: now, by: .agent(try teammate(party)), fact: .noted(note, clientID: client))]
    case (.tag(let change), _):
      let agent = try teammate(party)
      return change.isEmpty ? [] : [Change(at: now, by: .agent(agent), fact: .tagged(change))]
    case (.record(let outcome, let isOn), _):
      return [Change(at: now, by: try recorder(of: outcome, isOn: isOn, party), fact: .outcome(outcome, isOn: isOn))]
    case (.revise(let revision, let written), .visitor(let asker)):
      guard written.by == nil else { throw Refusal(.notAllowed) }
      return try revising(written, revision, by: .visitor(name: asker.name), at: now)
    case (.revise(let revision, let written), .agent(let id, let name, let avatar)):
      guard written.by == id else { throw Refusal(.notAllowed) }
      return try revising(written, revision, by: .agent(author(id, name: name, avatar: avatar)), at: now)
    case (.open, _), (.sendForm, _), (.leaveMessage, _), (.begin, _), (.join, _), (.leave, _), (.transfer, _),
      (.expire, _), (.endTransfer, _), (.offer, _), (.noteWait, _), (.noteSilence, _), (.entrust, _), (.expireFile, _),
      (.noteLetter, _), (.noteDeal, _), (.thank, _), (.noteMinutes, .agent), (.noteRule, _), (.invite, _), (.revise, .clock):
      throw Refusal(.notAllowed)
    }
  }

  var isOpen: Bool { chat.map { $0.phase != .closed } ?? false }

  /// The chat waits, nobody wrote, and the time for the form is over.
  func isFormOverdue(at now: Moment) -> Bool {
    guard let chat, chat.phase == .waiting, !chat.written else { return false }
    return now >= chat.openedAt.adding(seconds: Chat.formLimitSeconds)
  }

  /// Somebody waits for the team, and nobody came in time.
  private func isWaitOverdue(after seconds: Int64, at now: Moment) -> Bool {
    guard let chat, chat.waitsForTeam, chat.written, !chat.overdue, let since = chat.waitingSince else { return false }
    return now >= since.adding(seconds: seconds)
  }

  private func isNew(_ news: LetterNews) -> Bool {
    guard news.upTo > 0, news.upTo <= head else { return false }
    // Letters leave side by side: an earlier one may be settled after a later one. Each is told of once, by the job that its outcome put down.
    return news.step == .opened ? news.upTo > lettersOpened : news.upTo != lettersSettled
  }

  private func isNew(_ news: DealNews) -> Bool {
    guard news.upTo > 0, news.upTo <= head else { return false }
    switch news.step {
    // What was left while nobody was there has longer than what was asked later.
    case .late: return news.upTo != dealsLate
    // Texts get lost in any order, too.
    case .released, .undelivered: return news.upTo != dealsReleased
    case .accepted, .declined: return news.upTo > dealsJudged
    }
  }

  private func opening(_ id: ChatID, form: Chat.Form, by asker: Asker, at now: Moment) -> Change {
    Change(at: now, by: .visitor(name: asker.name), fact: .opened(id, form: form, offline: !asker.siteOnline))
  }

  private func formSending(newChat id: ChatID, by asker: Asker, at now: Moment) -> [Change] {
    let sent = Change(at: now, by: .visitor(name: asker.name), fact: .formSent)
    if isOpen { return chat?.form == .needed ? [sent] : [] }
    return asker.formSent ? [] : [opening(id, form: .needed, by: asker, at: now), sent]
  }

  private func leaving(_ message: Message, newChat id: ChatID, by asker: Asker, at now: Moment) -> [Change] {
    let said = Change(at: now, by: .visitor(name: asker.name), fact: .said(message))
    if !isOpen, asker.formSent { return [opening(id, form: .sent, by: asker, at: now), said] }
    return formSending(newChat: id, by: asker, at: now) + [said]
  }

  private func asking(_ message: Message, newChat id: ChatID, by asker: Asker, at now: Moment) throws(Refusal) -> [Change] {
    let said = Change(at: now, by: .visitor(name: asker.name), fact: .said(message))
    if isOpen {
      guard chat?.form == .sent else { throw Refusal(.formNeeded) }
      return [said]
    }
    guard asker.formSent else { throw Refusal(.formNeeded) }
    return [opening(id, form: .sent, by: asker, at: now), said]
  }

  private func beginning(_ chat: ChatID, formSent: Bool, by id: AccountID, name: String, avatar: String, at now: Moment) throws(Refusal)
    -> [Change]
  {
    guard !isOpen else { return try joining(id, name: name, avatar: avatar, at: now) }
    let colour = answerers.first { $0.id == id }?.colour ?? nextColour
    let author = Change.Author.agent(Answerer(id: id, name: name, avatar: avatar, colour: colour, here: true))
    let opened = Change.Fact.opened(chat, form: formSent ? .sent : .needed, offline: false)
    return [Change(at: now, by: author, fact: opened), Change(at: now, by: author, fact: .joined(transferred: false))]
  }

  private func joining(_ id: AccountID, name: String, avatar: String, at now: Moment) throws(Refusal) -> [Change] {
    guard isOpen else { throw Refusal(.noChatOpen) }
    if isHere(id) { return [] }
    let colour = answerers.first { $0.id == id }?.colour ?? nextColour
    let isAsked = chat?.transfer.map { $0.to == id && !$0.isOffer } ?? false
    let joined = Change.Fact.joined(transferred: isAsked)
    return [Change(at: now, by: .agent(Answerer(id: id, name: name, avatar: avatar, colour: colour, here: true)), fact: joined)]
  }

  /// Said again after a cut it changes nothing: whoever asked may have left with it.
  private func transferring(to colleague: Colleague, from account: AccountID, leaves: Bool, reason: String, at now: Moment)
    throws(Refusal) -> [Change]
  {
    let isAsked = isOpen && chat?.transfer.map { $0.to == colleague.id && !$0.isOffer } ?? false
    if isAsked, !isHere(account) { return [] }
    let agent = try present(account)
    guard !isHere(colleague.id) else { throw Refusal(.alreadyJoined) }
    let asked = Change(at: now, by: .agent(agent), fact: .transferred(to: colleague, reason: reason))
    let left = Change(at: now, by: .agent(agent), fact: .left(last: here.count == 1))
    return (isAsked ? [] : [asked]) + (leaves ? [left] : [])
  }

  /// A visitor who leaves the form unfilled has closed nothing that anybody opened: it ends by itself, as form pending.
  private func closingByVisitor(_ asker: Asker, at now: Moment) -> [Change] {
    guard isOpen, let chat else { return [] }
    let unwritten = !chat.written
    let by: Change.Author = unwritten && chat.phase == .waiting ? .nobody : .visitor(name: asker.name)
    return [Change(at: now, by: by, fact: .closed(unwritten: unwritten))]
  }

  private func revising(_ written: Written, _ revision: Revision, by author: Change.Author, at now: Moment) throws(Refusal) -> [Change] {
    if revision.text == written.text { return [] }
    guard now < written.openUntil else { throw Refusal(.changeClosed) }
    return [Change(at: now, by: author, fact: .revised(revision))]
  }

  /// Whoever joined once is known by the name of then; a colour is only given for joining.
  private func author(_ id: AccountID, name: String, avatar: String) -> Answerer {
    answerers.first { $0.id == id } ?? Answerer(id: id, name: name, avatar: avatar, colour: 0, here: false)
  }

  /// Somebody of the team, who need not have joined.
  private func teammate(_ party: Party) throws(Refusal) -> Answerer {
    guard case .agent(let id, let name, let avatar) = party else { throw Refusal(.notAllowed) }
    guard chat != nil else { throw Refusal(.noChatOpen) }
    return author(id, name: name, avatar: avatar)
  }

  /// Both sides hand a chat over; whether it brought something the team says, and may take back.
  private func recorder(of outcome: ChatOutcome, isOn: Bool, _ party: Party) throws(Refusal) -> Change.Author {
    guard isOn || outcome == .won else { throw Refusal(.notAllowed) }
    guard outcome == .handedOver, case .visitor(let asker) = party else { return .agent(try teammate(party)) }
    guard chat != nil else { throw Refusal(.noChatOpen) }
    return .visitor(name: asker.name)
  }

  private func present(_ account: AccountID) throws(Refusal) -> Answerer {
    guard isOpen, let agent = here.first(where: { $0.id == account }) else { throw Refusal(.notJoined) }
    return agent
  }
}
