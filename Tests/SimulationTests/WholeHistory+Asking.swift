import Base
import Ledger
import Meter
import Store
import TestKit

@testable import Conversations
@testable import ConversationsCore
@testable import Payments

extension WholeHistory {
  private func content() -> Content { chance(2) ? .text("May I sublet?") : .sealed(scheme: "x", key: "k", bytes: [1, 2, 3]) }

  private func say(_ command: ConversationsCore.Command, in thread: Thread, by doer: Doer) async throws -> Performed {
    let (town, locks) = (town, doer.account == nil ? [Lock.account(thread.expert)] : [])
    return try await town.insist {
      let conversations = town.program.conversations
      return try await withCheckedThrowingContinuation { continuation in
        conversations.submit(command, in: thread.id, by: doer, locking: locks) { continuation.resume(with: $0) }
      }
    }
  }

  func ask(in place: Int) async throws {
    let (client, content) = ("q\(seed).\(steps.count)", content())
    let thread = threads[place]
    let (price, seconds) = thread.isLeft ? (Town.leftPrice, Town.leftSeconds) : (Town.price, 3600)
    let open = book.promises.count { $0.key.minute == 0 && $0.value.payee == thread.expert && $0.value.state == .open }
    do {
      let said = try await say(
        .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: client, content: content)), in: thread,
        by: .visitor(siteOnline: true))
      steps.append("customer \(name(thread.customer)) asks expert \(name(thread.expert)): \(said.acknowledged?.n ?? 0)")
      guard let n = said.acknowledged?.n else { throw WentWrong() }
      messages.append(Message(thread: place, client: client, content: content, isQuestion: true, n: n))
      threads[place].isOpen = true
      if try await isFree(n, in: place) { return }
      let question = PlainBook.Question(conversation: thread.id, n: n)
      guard open < Town.openLimit,
        book.promise(
          question, Int(price.count), price.unit, of: thread.customer, to: thread.expert, due: now.adding(seconds: seconds), at: now)
      else { throw WentWrong() }
      if thread.isLeft { leave(question, in: place) }
    } catch let refusal as Refusal {
      steps.append("customer \(name(thread.customer)) may not ask expert \(name(thread.expert)): \(refusal.reason)")
      guard refusal.reason == (open < Town.openLimit ? .creditMissing : .intakeFull) else { throw WentWrong() }
      guard open >= Town.openLimit || !book.canPay(Int(price.count), price.unit, of: thread.customer, at: now) else { throw WentWrong() }
    }
  }

  /// While a clock runs nothing is set aside for what is said.
  private func isFree(_ n: Int64, in place: Int) async throws -> Bool {
    guard chats.contains(where: { $0.value.thread == place && !$0.value.isOver && $0.value.acceptedAt != nil }) else {
      return false
    }
    let (town, conversation) = (town, threads[place].id)
    let isFree = try await town.insist {
      try await town.store.read { session in
        try session.row("SELECT 1 FROM holds WHERE conversation_id = $1 AND n = $2 AND kind = 'question'", conversation, n) == nil
      }
    }
    if isFree { noteActive(.customer, in: place) }
    return isFree
  }

  /// Rather where somebody waits.
  var toAnswer: Int? {
    let open = threads.indices.filter { threads[$0].isOpen }
    let waiting = open.filter { place in
      book.promises.contains { $0.key.conversation == threads[place].id && $0.key.minute == 0 && $0.value.state == .open }
    }
    return (waiting.isEmpty ? open : waiting).randomElement(using: &dice)
  }

  func answer(in place: Int) async throws {
    let (thread, client, content) = (threads[place], "a\(seed).\(steps.count)", content())
    _ = try await say(.join, in: thread, by: .agent(thread.expert))
    let said = try await say(
      .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: client, content: content)), in: thread,
      by: .agent(thread.expert))
    steps.append("expert \(name(thread.expert)) answers customer \(name(thread.customer)): \(said.acknowledged?.n ?? 0)")
    guard let n = said.acknowledged?.n else { throw WentWrong() }
    messages.append(Message(thread: place, client: client, content: content, isQuestion: false, n: n))
    noteActive(.expert, in: place)
    book.answer(in: thread.id, at: now)
  }

  /// Something that was said is sent once more: the same acknowledgement, and nothing else.
  func sayAgain() async throws {
    guard let message = messages.randomElement(using: &dice) else { return }
    let thread = threads[message.thread]
    let said = try await say(
      .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: message.client, content: message.content)), in: thread,
      by: message.isQuestion ? .visitor(siteOnline: true) : .agent(thread.expert))
    steps.append("\(message.n) of \(message.client) is sent again")
    guard said.acknowledged?.n == message.n else { throw WentWrong() }
  }

  func close() async throws {
    guard let place = threads.indices.filter({ threads[$0].isOpen }).randomElement(using: &dice) else { return }
    let thread = threads[place]
    let isDue = book.promises.contains { $0.key.conversation == thread.id && $0.key.minute == 0 && $0.value.state == .open }
    let isRunning = chats.contains { $0.value.thread == place && !$0.value.isOver }
    do {
      _ = try await say(.close, in: thread, by: .visitor(siteOnline: true))
      steps.append("customer \(name(thread.customer)) closes the thread with expert \(name(thread.expert))")
      guard !isDue, !isRunning else { throw WentWrong() }
      (threads[place].isOpen, threads[place].accepts) = (false, false)
    } catch let refusal as Refusal {
      steps.append("customer \(name(thread.customer)) may not close: \(refusal.reason)")
      guard isDue || isRunning, refusal.reason == (isDue ? .answerDue : .minutesRunning) else { throw WentWrong() }
    }
  }
}
