import Base
import Ledger
import Store
import TestKit

@testable import Deals

/// Customers dispute what was charged, and an administrator decides.
extension WholeHistory {
  private static let window: Int64 = 48 * 3600

  /// A dispute is opened by two presses, in time or too late; of a chat by the minute about all of it.
  func dispute() async throws {
    let kept = book.promises.filter { $1.state == .kept && $1.dispute == nil }
    let recent = kept.filter { ($1.keptAt ?? $1.due).adding(seconds: Self.window) >= now }
    guard let (question, promise) = pick(chance(4) || recent.isEmpty ? kept : recent) else { return }
    let (town, id, parts) = (town, try await hold(of: question), book.charge(of: question))
    let isInTime = book.charged(question).map { now <= $0.adding(seconds: Self.window) } ?? false
    let isOpen = isInTime && parts.contains { book.returnable($0) > 0 }
    do {
      for _ in 0..<2 {
        try await town.insist { try await town.program.deals.dispute(id, because: "It was short.", by: promise.payer, from: .console) }
      }
      steps.append("customer \(name(promise.payer)) disputes \(question.n), minute \(question.minute)")
      guard isOpen else { throw WentWrong() }
      for part in parts { book.promises[part]?.dispute = .open }
    } catch let refusal as Refusal {
      steps.append("customer \(name(promise.payer)) may not dispute \(question.n), minute \(question.minute): \(refusal.reason)")
      guard !isOpen, refusal.reason == .disputeClosed else { throw WentWrong() }
    }
  }

  /// All, a part or nothing is given back, by two presses: the second one decides nothing.
  func decide() async throws {
    guard let (question, promise) = pick(book.promises.filter { $1.dispute == .open }) else { return }
    let (town, by, parts) = (town, experts[0], book.charge(of: question))
    let left = parts.reduce(0) { $0 + book.returnable($1) }
    let outcome = Dispute.Outcome.allCases.randomElement(using: &dice) ?? .nothing
    let part = Int64.random(in: 1...3, using: &dice)
    let id = try await hold(of: question)
    do {
      for again in [false, true] {
        try await town.insist {
          try await town.program.deals.decide(
            id, again ? .whole : outcome, units: part, answer: "So it is.", by: by, from: .console)
        }
      }
      steps.append("the dispute of \(question.n), minute \(question.minute), ends with \(outcome) of \(part)")
      guard outcome != .part || part < left else { throw WentWrong() }
      var back = outcome == .whole ? left : outcome == .part ? part : 0
      // The latest minutes first.
      for part in parts.reversed() {
        book.promises[part]?.dispute = .decided
        let some = min(back, book.returnable(part))
        if some > 0 { book.giveBack(some, of: part) }
        back -= some
      }
    } catch let refusal as Refusal {
      steps.append("the dispute of \(question.n) does not end with \(part) of \(left): \(refusal.reason)")
      guard refusal.reason == .amountInvalid, outcome == .part, part >= left, promise.dispute == .open else { throw WentWrong() }
    }
  }

  private func pick(_ promises: [PlainBook.Question: PlainBook.Promise]) -> (PlainBook.Question, PlainBook.Promise)? {
    promises.sorted { ($0.key.conversation, $0.key.n, $0.key.minute) < ($1.key.conversation, $1.key.n, $1.key.minute) }
      .randomElement(using: &dice).map { ($0.key, $0.value) }
  }

  private func hold(of question: PlainBook.Question) async throws -> HoldID {
    guard let id = holds[question] else { throw WentWrong() }
    return id
  }
}
