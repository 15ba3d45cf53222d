import Base
import ConversationsCore
import Foundation
import TestKit
import Testing

private typealias Table = TransitionTable

@Suite("The rules of a conversation")
struct ConversationRules {
  @Test("E9: the page of transitions says what the rules do, for every state, command and party")
  func pageIsTrue() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/transitions.md")
    let page = Table.page()
    if ProcessInfo.processInfo.environment["PARLEY_WRITE_DOCS"] != nil { try page.write(to: file, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOf: file, encoding: .utf8) == page)
  }

  @Test("E9: whatever is allowed leaves at most one open chat, and a second try changes nothing more")
  func everyTransitionIsSound() throws {
    for (_, state) in Table.states {
      for (_, command) in Table.commands {
        for (_, party) in Table.parties where Table.fits(party, state) {
          guard let changes = try? state.decide(command, by: party, at: Table.now) else { continue }
          var after = state
          for change in changes {
            if case .opened = change.fact { #expect(after.chat?.phase ?? .closed == .closed) }
            after.apply(change)
          }
          #expect(after.head == state.head + Int64(changes.count))
          #expect((after.chat?.phase == .active) == !after.here.isEmpty)
          switch command {
          // Whoever tells that a file expired, of a rating, a tip, a clock, a rule, an invitation or an outcome, looks first whether that was told.
          case .send, .leaveMessage, .expireFile, .thank, .noteMinutes, .note, .tag, .noteRule, .invite, .record, .revise: break
          default:
            let known = reread(party, after)
            #expect(((try? after.decide(command, by: known, at: Table.now)) ?? []).isEmpty)
          }
        }
      }
    }
  }

  /// The party as the next decision would find it: a visitor who sent the form is known.
  private func reread(_ party: Party, _ state: Conversation) -> Party {
    guard case .visitor(var asker) = party else { return party }
    asker.formSent = asker.formSent || state.chat?.form == .sent
    return .visitor(asker)
  }

  @Test("E37a: the first agent who joins makes a waiting chat active")
  func joining() throws {
    let waiting = state("waiting, written")
    #expect(after(waiting, .join, clara).chat?.phase == .active)
    #expect(after(waiting, .join, clara).chat?.waitingSince == nil)
  }

  @Test("E27c: a second agent joins beside the first, with a colour of their own (E39)")
  func secondAgent() {
    let both = after(state("active, one agent"), .join, tom)
    #expect(both.here.map(\.colour) == [1, 2])
  }

  @Test("E10a: when the last agent leaves, the chat waits again; when another stays, it goes on")
  func leaving() {
    #expect(after(state("active, one agent"), .leave, clara).chat?.phase == .waiting)
    #expect(after(state("active, one agent"), .leave, clara).chat?.waitingSince == Table.now)
    #expect(after(state("active, two agents"), .leave, clara).chat?.phase == .active)
  }

  @Test("E55: who transfers and leaves is gone at once, who stays is there until the colleague comes and after")
  func transferring() {
    let left = after(state("active, one agent"), .transfer(to: Table.colleague, leaves: true, reason: "Knows it"), clara)
    #expect(left.chat?.phase == .waiting)
    #expect(left.chat?.transfer == Chat.Transfer(to: Table.tom, since: Table.now))
    #expect(left.chat?.waitingSince == Table.now)
    let stayed = after(state("active, one agent"), .transfer(to: Table.colleague, leaves: false, reason: ""), clara)
    #expect(stayed.isHere(Table.clara))
    #expect(stayed.chat?.phase == .active)
    #expect(stayed.chat?.transfer?.to == Table.tom)
  }

  @Test("E54b: the transfer ends when the colleague joins, or when another takes the chat that nobody is in")
  func transferTaken() throws {
    for name in ["waiting for Tom", "active, Tom asked to take over"] {
      #expect(try state(name).decide(.join, by: tom, at: Table.now).map(\.fact) == [.joined(transferred: true)])
      #expect(after(state(name), .join, tom).chat?.transfer == nil)
    }
    let nora = Party.agent(AccountID(rawValue: 5), name: "Nora", avatar: "fern")
    #expect(after(state("waiting for Tom"), .join, nora).chat?.transfer == nil)
    #expect(after(state("active, Tom asked to take over"), .join, nora).chat?.transfer?.to == Table.tom)
    #expect(after(state("waiting for Tom"), .close, known).chat?.transfer == nil)
  }

  @Test("X5: a colleague who does not come in time loses the chat, and it waits for everybody, since when it did")
  func transferOverdue() {
    let overdue = state("waiting for Tom, overdue")
    let ended = after(overdue, .endTransfer, .clock)
    #expect(ended.chat?.transfer == nil)
    #expect(ended.chat?.phase == .waiting)
    #expect(ended.chat?.waitingSince == overdue.chat?.waitingSince)
    #expect(after(state("waiting for Tom"), .endTransfer, .clock).chat?.transfer != nil, "not before the time")
  }

  @Test("X5: nobody came in time: said once, and again only after somebody came and left")
  func waitOverdue() {
    let look = Command.noteWait(seconds: 300)
    let overdue = after(state("waiting too long"), look, .clock)
    #expect(overdue.chat?.overdue == true)
    #expect(after(overdue, look, .clock) == overdue)
    #expect(after(state("waiting, written"), look, .clock).chat?.overdue == false, "not before the time")
    #expect(after(state("waiting for Tom, overdue"), look, .clock).chat?.overdue == false, "it waits for one")
    #expect(after(state("waiting, Tom's turn over"), look, .clock).chat?.overdue == true, "whose turn it is makes no difference")
    #expect(after(overdue, .join, clara).chat?.overdue == false)
  }

  @Test("X5: what is left with the team waits as an offline message does, without a clock, and is not asked for twice")
  func entrusting() {
    let left = after(after(state("waiting too long"), .noteWait(seconds: 300), .clock), .entrust, known)
    #expect(left.chat?.phase == .waiting)
    #expect(left.chat?.offline == true)
    #expect(left.chat?.waitingSince == nil)
    #expect(left.chat?.overdue == false)
    #expect(after(left, .entrust, known) == left)
    #expect(after(state("active, one agent"), .entrust, known).chat?.offline == false)
    #expect(after(state("waiting for Tom"), .entrust, known).chat?.transfer == nil)
  }

  @Test("P2: a turn is nobody's business but the team's, ends with its time or with anybody's joining, and is no transfer")
  func turns() throws {
    let offered = state("waiting, Tom's turn")
    #expect(offered.publicHead == offered.head - 1, "the visitor is told nothing")
    #expect(offered.chat?.waitsForTeam == true)
    #expect(after(offered, .endTransfer, .clock) == offered, "not before its time")
    #expect(after(state("waiting, Tom's turn over"), .endTransfer, .clock).chat?.transfer == nil)
    #expect(after(offered, .join, clara).chat?.transfer == nil, "somebody else may be quicker")
    let joined = try offered.decide(.join, by: tom, at: TransitionTable.now)
    #expect(joined.map { $0.fact } == [Change.Fact.joined(transferred: false)])
    #expect(after(state("waiting for Tom"), .offer(to: TransitionTable.colleague, seconds: 45), .clock) == state("waiting for Tom"))
  }

  @Test("X5: whoever joined and does not answer loses the chat, which waits since the visitor asked")
  func silence() {
    let asked = TransitionTable.now.adding(seconds: -600)
    for name in ["active, one agent", "active, two agents"] {
      let silent = after(state(name), .noteSilence(asked: asked, seconds: 600), .clock)
      #expect(silent.chat?.phase == .waiting)
      #expect(silent.here.isEmpty)
      #expect(silent.chat?.waitingSince == asked)
      #expect(after(state(name), .noteSilence(asked: asked, seconds: 601), .clock) == state(name))
    }
  }

  @Test("E53: nobody is asked who is in the chat already, and only who is in it asks")
  func transferRefused() throws {
    let wish = Command.transfer(to: Table.colleague, leaves: true, reason: "")
    #expect(throws: Refusal(.alreadyJoined)) { try state("active, two agents").decide(wish, by: clara, at: Table.now) }
    #expect(throws: Refusal(.notJoined)) { try state("waiting, written").decide(wish, by: clara, at: Table.now) }
    #expect(try state("waiting for Tom").decide(wish, by: clara, at: Table.now).isEmpty, "said again after a cut")
  }

  @Test("E10c, X4: whatever several people do in whatever order, one chat has one truth", arguments: 0..<200)
  func anyOrder(seed: Int) {
    var dice = Dice(seed: UInt64(seed) + 1)
    var state = Conversation()
    var now = Table.now
    for _ in 0..<120 {
      now = now.adding(seconds: Int64.random(in: 0..<90, using: &dice))
      let (_, command) = Table.commands[Int.random(in: Table.commands.indices, using: &dice)]
      var (_, party) = Table.parties[Int.random(in: Table.parties.indices, using: &dice)]
      if case .visitor(var asker) = party {
        asker.formSent = state.chat?.form == .sent
        party = .visitor(asker)
      }
      for change in (try? state.decide(command, by: party, at: now)) ?? [] { state.apply(change) }
      guard let chat = state.chat else { continue }
      #expect((chat.phase == .active) == !state.here.isEmpty)
      #expect(chat.phase == .waiting || chat.waitingSince == nil)
      if let transfer = chat.transfer { #expect(chat.phase != .closed && !state.isHere(transfer.to)) }
    }
  }

  @Test("E91a: visitor and agent can both close, and the log says who did")
  func closing() {
    #expect(after(state("active, one agent"), .close, known).chat?.closedBy == .visitor)
    #expect(after(state("active, one agent"), .close, clara).chat?.closedBy == .agent(Table.clara))
  }

  @Test("E12: before the form the visitor cannot write, but the agent can (E13)")
  func formFirst() throws {
    let active = state("active, form needed")
    #expect(throws: Refusal(.formNeeded)) { try active.decide(.send(newChat: Table.newChat, Table.message), by: new, at: Table.now) }
    #expect(try active.decide(.send(newChat: Table.newChat, Table.message), by: clara, at: Table.now).count == 1)
  }

  @Test("E9: an unwritten chat that leaves Waiting is closed by nobody and stays form pending")
  func formPending() {
    let closed = after(state("waiting, form needed"), .close, new)
    #expect(closed.chat?.closedBy == .nobody)
    #expect(closed.chat?.form == .needed)
    #expect(closed.chat?.written == false)
    #expect(after(state("waiting, form overdue"), .expire, .clock).chat?.closedBy == .nobody)
    #expect(after(state("waiting, form needed"), .expire, .clock).chat?.phase == .waiting)
    #expect(after(state("waiting, written"), .expire, .clock).chat?.phase == .waiting)
  }

  @Test("X6: writing after closing opens the next chat of the same conversation, and the numbers run on")
  func nextChat() {
    let closed = state("closed")
    let next = after(closed, .send(newChat: Table.newChat, Table.message), known)
    #expect(next.chat?.id == Table.newChat)
    #expect(next.chat?.phase == .waiting)
    #expect(next.head == closed.head + 2)
  }

  @Test("E17b: a message left while nobody is there waits without a clock")
  func offlineMessage() {
    let away = Party.visitor(Asker(name: "Ada", formSent: false, siteOnline: false))
    let left = after(state("empty"), .leaveMessage(newChat: Table.newChat, Table.message), away)
    #expect(left.chat?.offline == true)
    #expect(left.chat?.waitingSince == nil)
    #expect(left.chat?.form == .sent)
    #expect(left.asked == 1)
  }

  @Test("E27b: an agent writes and closes only after joining")
  func joinedOnly() {
    let waiting = state("waiting, written")
    #expect(throws: Refusal(.notJoined)) { try waiting.decide(.send(newChat: Table.newChat, Table.message), by: clara, at: Table.now) }
    #expect(throws: Refusal(.notJoined)) { try waiting.decide(.close, by: clara, at: Table.now) }
  }

  private var new: Party { Table.parties[0].party }
  private var known: Party { Table.parties[1].party }
  private var clara: Party { Table.parties[2].party }
  private var tom: Party { Table.parties[3].party }

  private func state(_ name: String) -> Conversation {
    Table.states.first { $0.name == name }?.state ?? Conversation()
  }

  private func after(_ state: Conversation, _ command: Command, _ party: Party) -> Conversation {
    var next = state
    for change in (try? state.decide(command, by: party, at: Table.now)) ?? [] { next.apply(change) }
    return next
  }
}
