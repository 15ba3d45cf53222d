import Base

extension Conversation {
  /// Makes a change so. Total: every change that is in a log can be applied to the state before it.
  public mutating func apply(_ change: Change) {
    head += 1
    if !change.isForTeam { publicHead = head }
    switch change.fact {
    case .opened(let id, let form, let offline):
      // What an agent begins is a chat before the visitor wrote a word.
      let isByAgent = if case .agent = change.by { true } else { false }
      chat = Chat(
        id: id, phase: .waiting, form: form, offline: offline, written: isByAgent, openedAt: change.at,
        waitingSince: offline ? nil : change.at)
    case .formSent:
      chat?.form = .sent
      chat?.written = true
    case .said:
      applyMessage(by: change.by, at: change.at)
    case .joined:
      applyJoining(by: change.by)
    case .left(let last, let silentSince):
      if case .agent(let agent) = change.by { depart(agent.id) }
      if last { chat?.phase = .waiting }
      if last { chat?.waitingSince = silentSince ?? change.at }
    case .transferred(let colleague, _): chat?.transfer = Chat.Transfer(to: colleague.id, since: change.at)
    case .transferEnded, .offerEnded: chat?.transfer = nil
    case .offered(let colleague, let until):
      chat?.transfer = Chat.Transfer(offeredTo: colleague.id, since: change.at, until: until)
    case .waitOverdue: chat?.overdue = true
    case .entrusted:
      chat?.offline = true
      endWaiting()
    case .closed:
      applyClosing(by: change.by, at: change.at)
    case .letter(let news):
      if news.step == .opened { lettersOpened = max(lettersOpened, news.upTo) } else { lettersSettled = max(lettersSettled, news.upTo) }
    case .deal(let news):
      switch news.step {
      case .late: dealsLate = max(dealsLate, news.upTo)
      case .released, .undelivered: dealsReleased = max(dealsReleased, news.upTo)
      case .accepted, .declined: dealsJudged = max(dealsJudged, news.upTo)
      }
    // Nothing that a rule asks about.
    case .fileExpired, .thanked, .minutes, .noted, .tagged, .ruled, .revised, .outcome, .masked: break
    }
  }

  /// Whoever comes into a chat that nobody is in has taken it over, also when it was somebody else who was asked.
  private mutating func applyJoining(by author: Change.Author) {
    guard case .agent(let agent) = author else { return }
    if chat?.phase == .waiting || chat?.transfer?.to == agent.id { chat?.transfer = nil }
    enter(agent)
    chat?.phase = .active
    chat?.waitingSince = nil
    chat?.overdue = false
  }

  private mutating func applyMessage(by author: Change.Author, at: Moment) {
    switch author {
    case .visitor:
      asked += 1
      chat?.written = true
      if chat?.firstMessageAt == nil { chat?.firstMessageAt = at }
    case .agent:
      if chat?.firstAnswerAt == nil { chat?.firstAnswerAt = at }
    case .nobody: break
    }
  }

  private mutating func applyClosing(by author: Change.Author, at: Moment) {
    chat?.phase = .closed
    endWaiting()
    chat?.closedAt = at
    chat?.closedBy =
      switch author {
      case .visitor: .visitor
      case .agent(let agent): .agent(agent.id)
      case .nobody: .nobody
      }
    for index in answerers.indices { answerers[index].here = false }
  }

  private mutating func endWaiting() {
    chat?.waitingSince = nil
    chat?.transfer = nil
    chat?.overdue = false
  }

  private mutating func enter(_ agent: Answerer) {
    if let index = answerers.firstIndex(where: { $0.id == agent.id }) {
      answerers[index] = agent
    } else {
      answerers.append(agent)
    }
  }

  private mutating func depart(_ account: AccountID) {
    if let index = answerers.firstIndex(where: { $0.id == account }) { answerers[index].here = false }
  }
}
