import Base
import ConversationsCore
import Foundation
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
          // Whoever tells that a file expired, of a rating, a tip or a clock, looks first whether that was told.
          case .send, .leaveMessage, .expireFile, .thank, .noteMinutes, .note, .revise: break
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
