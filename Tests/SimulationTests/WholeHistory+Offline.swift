import Base
import Store
import TestKit

@testable import Conversations

/// What is left for experts who are not there.
extension WholeHistory {
  /// How an expert judged what was left.
  enum Judgement { case waiting, accepted, declined }

  /// What was left is set down: it waits for the expert, who may have said yes to all of this round.
  func leave(_ question: PlainBook.Question, in place: Int) {
    lefts[question] = threads[place].accepts ? .accepted : .waiting
  }

  /// An expert accepts or declines what waits, by two presses.
  func judge() async throws {
    let waiting = threads.indices.filter { place in lefts.contains { $0.key.conversation == threads[place].id && $0.value == .waiting } }
    guard let place = waiting.randomElement(using: &dice) else { return }
    let (thread, town, accepts, at) = (threads[place], town, chance(2), now)
    for _ in 0..<2 {
      try await town.insist {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
          town.program.conversations.judge(in: thread.id, by: .agent(thread.expert), accepts: accepts, locking: []) {
            continuation.resume(with: $0)
          }
        }
      }
    }
    steps.append("expert \(name(thread.expert)) \(accepts ? "accepts" : "declines") what customer \(name(thread.customer)) left")
    for (question, judgement) in lefts where question.conversation == thread.id && judgement == .waiting {
      guard let promise = book.promises[question], promise.state == .open, promise.due > at else { continue }
      lefts[question] = accepts ? .accepted : .declined
      threads[place].accepts = accepts
      if !accepts { book.release(question, at: at) }
    }
  }
}
