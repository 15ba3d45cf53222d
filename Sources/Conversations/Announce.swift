import Base
import ConversationsCore
import Live
import Sites
import Store
import Wire

extension Conversations {
  /// Tells everybody what is on the disk now. Called in the order of the commits of a conversation.
  func announce(_ performed: Performed) {
    for entry in performed.entries { tell(entry) }
    guard !performed.entries.isEmpty else { return }
    tellFiles(of: performed)
    findable.note(performed.conversation, true)
    var change: News = performed.peopleChanged ? [.row, .people] : .row
    // Who waits behind is told, too.
    if performed.opened { change.formUnion([.ring, .people]) }
    if performed.deal != nil {
      change.insert(.deal)
    } else if performed.entries.contains(where: { !$0.isMessage }) {
      stirred(performed.visitor, at: performed.site)
    }
    news.note(performed.conversation, change)
    if let n = performed.saidByVisitor { tell(performed.list, .messageArrived(performed.conversation, n: n)) }
  }

  /// A line of the log. The frames of both kinds of readers are mostly the same.
  private func tell(_ entry: LoggedEntry) {
    let forTeam = entry.forTeam
    let team = Publication.Entry(after: forTeam.after, json: forTeam.json)
    let everybody = entry.forVisitor.map { $0 == forTeam ? team : Publication.Entry(after: $0.after, json: $0.json) }
    hub.publish(.entry(Topic.chat(entry.conversation).description, n: entry.n, everybody: everybody, team: team))
  }

  /// Files are told of on their own, too (E75): to whoever follows the chat, and to the list it stands in.
  private func tellFiles(of performed: Performed) {
    for entry in performed.entries {
      guard case .file(let file) = entry.body else { continue }
      let topic = Topic.chat(entry.conversation)
      hub.publish(.event(topic.description, json: FileUploaded(topic: topic, n: entry.n, by: entry.by, file: file).json))
      tell(performed.list, .fileUploaded(entry.conversation, n: entry.n))
    }
  }

  /// A patch of a live list.
  func tell(_ list: Topic, _ change: VisitorsEvent.Change, onlyHere: Bool = false) {
    for topic in list.andWider { tell(.event(topic.description, json: VisitorsEvent(topic, change).json), onlyHere: onlyHere) }
  }

  /// Reads the rows and people that changed, and tells them.
  func tell(_ batch: [ConversationID: News]) async {
    do {
      let withPeople = batch.filter { !$0.value.isDisjoint(with: [.people, .peopleHere]) }.map(\.key)
      let withRows = batch.filter { !$0.value.isDisjoint(with: [.row, .ring]) }.map(\.key)
      let unsure = batch.filter { $0.value.contains(.log) }.map(\.key)
      let paid = batch.filter { !$0.value.isDisjoint(with: [.deal, .dealHere]) }.map(\.key)
      let marked = batch.filter { $0.value.contains(.marksHere) }.map(\.key)
      let (rows, people, ends, waiting, deals, marks) = try await store.read { [self] session in
        let rows = try session.listed(withRows)
        return (
          rows, try session.peopleRows(of: withPeople) + queued(behind: batch, in: session),
          try unsure.flatMap { try session.entries(of: $0, below: .max, for: .team, limit: Self.unsureEntries) },
          try toll.waiting(in: rows.filter { $0.expert != nil }.map(\.id), in: session),
          try paid.compactMap { try session.held($0, answerers: false) }.compactMap { try standing(of: $0, in: session) },
          try marked.map { ($0, try session.marks(of: $0)) }
        )
      }
      for entry in ends { tell(entry) }
      for row in rows {
        let seen = seen(row, waiting: waiting[row.id])
        tell(row.list, batch[row.id]?.contains(.ring) == true ? .newVisitorJoined(seen) : .conversationChanged(seen))
      }
      for row in people {
        let topic = Topic.chat(row.conversation)
        tell(
          .event(topic.description, json: PeopleChanged(topic: topic, people: seen(row)).json),
          onlyHere: batch[row.conversation].map { !$0.contains(.people) } ?? false)
      }
      for standing in deals {
        let topic = Topic.chat(standing.conversation)
        tell(
          .event(topic.description, json: DealChanged(topic: topic, deal: seen(standing)).json),
          onlyHere: batch[standing.conversation]?.contains(.deal) != true)
      }
      for (conversation, marks) in marks {
        let topic = Topic.chat(conversation)
        hub.tellHere(.event(topic.description, json: MarksChanged(topic: topic, marks: marks).json))
      }
    } catch {
      // Whoever follows a list sees the next change of its rows, and a new snapshot when they come back.
      logger.error("Lists could not be read", metadata: ["error": .string(String(reflecting: error))])
    }
  }

  private func tell(_ publication: Publication, onlyHere: Bool) {
    if onlyHere { hub.tellHere(publication) } else { hub.publish(publication) }
  }

  /// How far back the end of a log is told once more after a write whose outcome nobody knows.
  private static var unsureEntries: Int { 50 }

  /// A row with what memory knows: who is there, who types.
  func seen(_ row: ListedConversation, waiting: WaitingQuestions? = nil) -> ConversationRow {
    let key = visitorKey(row.visitor, list: row.list, conversation: row.id)
    return ConversationRow(
      row, online: presence.isHere(key), typing: typing.isTyping(in: row.id, at: clock.now), deal: waiting.map(DealView.Waiting.init))
  }

  func seen(_ row: PeopleRow) -> People {
    let key = visitorKey(row.visitor, list: row.list, conversation: row.conversation)
    return People(
      row, visitorOnline: presence.isHere(key), latelySeconds: waits.lately(at: row.site, now: clock.now), status: desk.status(of:))
  }

  func moved(_ marks: [MarkBook.Moved]) {
    for mark in marks {
      let topic = Topic.chat(mark.conversation)
      hub.publish(.event(topic.description, json: MarksChanged(topic: topic, marks: mark.marks).json))
      if mark.byTeam { news.note(mark.conversation, .row) }
    }
  }

  func siteSnapshot(_ site: SiteID, id: String? = nil) -> SiteSnapshot {
    let faces = desk.online(at: site)
    return SiteSnapshot(
      id: id, site: site, online: !faces.isEmpty, agents: faces.map { SiteSnapshot.Agent(name: $0.name, avatar: $0.avatar) },
      opens: desk.opening(of: site))
  }

  /// Here alone: every node knows who is there, and tells its own.
  func tellStatus(of site: SiteID) {
    hub.tellHere(.event(Topic.site(site).description, json: siteSnapshot(site).json))
  }
}

extension Topic {
  /// The live list that a conversation stands in.
  static func list(of expert: AccountID?, at site: SiteID) -> Topic { expert.map { .threads($0, at: site) } ?? .visitors(site) }

  /// With the list of all of an expert's threads, for who follows those at one website.
  fileprivate var andWider: [Topic] { if case .threads(let expert, _?) = self { [self, .threads(expert)] } else { [self] } }
}

/// Under which key presence knows a visitor: with what has to be told when it changes.
func visitorKey(_ visitor: VisitorID, list: Topic, conversation: ConversationID) -> String {
  "visitor.\(visitor).\(list).\(conversation)"
}

func visitorKey(_ guest: Line.Guest) -> String { visitorKey(guest.id, list: guest.list, conversation: guest.conversation) }
