import Base
import Testing

@testable import ConversationsCore

/// Whom a website invites, over many circumstances that are made up from a seed.
@Suite("Invitations")
struct InvitationTests {
  private static let now = Moment(milliseconds: 1_795_219_200_000)
  private static let pages = ["https://harbour.example/", "https://harbour.example/Prices?page=2", "https://harbour.example/about"]

  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }

    mutating func chance() -> Bool { Bool.random(using: &self) }
    mutating func one<Value>(of values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }
  }

  private func invitation(_ id: Int64, _ dice: inout Dice) -> Invitation {
    var asked = Invitation.Conditions()
    asked.page = dice.one(of: ["", "/prices", "about", "/nowhere"])
    asked.seconds = dice.one(of: [0, 10, 30, 60])
    asked.pages = dice.one(of: [1, 2, 3])
    asked.source = dice.one(of: ["", "search", "mail"])
    asked.campaign = dice.one(of: ["", "SPRING"])
    asked.language = dice.one(of: ["", "fr", "en"])
    asked.isReturning = dice.one(of: [nil, true, false])
    asked.isWithinHours = dice.one(of: [nil, true, false])
    asked.needsSomebody = dice.chance()
    return Invitation(
      id: ID(rawValue: id), site: ID(rawValue: 1), name: "\(id)", active: dice.one(of: [true, true, true, false]), conditions: asked,
      frequency: dice.one(of: [.once, .eachVisit, .after(days: 3)]))
  }

  private func circumstances(_ dice: inout Dice) -> Invitation.Circumstances {
    var there = Invitation.Circumstances(now: Self.now)
    there.page = dice.one(of: Self.pages)
    there.seconds = Int64.random(in: 0...90, using: &dice)
    there.pages = dice.one(of: [1, 2, 5])
    there.source = dice.one(of: ["direct", "search", "mail", ""])
    there.campaign = dice.one(of: ["", "spring 2026"])
    there.language = dice.one(of: ["", "fr-CA", "en"])
    there.isReturning = dice.chance()
    there.isWithinHours = dice.chance()
    there.isSomebodyFree = dice.chance()
    for id in 1...5 where dice.chance() {
      there.shownAt[ID(rawValue: Int64(id))] = Self.now.adding(seconds: -86_400 * Int64.random(in: 0...6, using: &dice))
    }
    return there
  }

  /// The same in other words.
  private func isMeant(_ invitation: Invitation, _ there: Invitation.Circumstances) -> Bool {
    let asked = invitation.conditions
    let last = there.shownAt[invitation.id]
    let mayAgain: Bool =
      switch invitation.frequency {
      case .once: last == nil
      case .eachVisit: true
      case .after(let days): last.map { there.now.milliseconds(since: $0) >= days * 86_400_000 } ?? true
      }
    var faults: [Bool] = [!invitation.active, !mayAgain, there.seconds < asked.seconds, there.pages < asked.pages]
    faults.append(!asked.page.isEmpty && !there.page.lowercased().contains(asked.page))
    faults.append(!asked.source.isEmpty && asked.source != there.source)
    faults.append(asked.campaign == "SPRING" && there.campaign.isEmpty)
    faults.append(!asked.language.isEmpty && String(there.language.prefix(2)) != asked.language)
    faults.append(asked.isReturning.map { $0 != there.isReturning } ?? false)
    faults.append(asked.isWithinHours.map { $0 != there.isWithinHours } ?? false)
    faults.append(asked.needsSomebody && !there.isSomebodyFree)
    return !faults.contains(true)
  }

  @Test("P14: an invitation is due exactly when all of its conditions hold and it may be shown again", arguments: UInt64(1)...20)
  func due(seed: UInt64) {
    var dice = Dice(state: seed)
    var found = 0
    for _ in 0..<2_000 {
      let (one, there) = (invitation(1, &dice), circumstances(&dice))
      #expect(one.isDue(in: there) == isMeant(one, there))
      if one.isDue(in: there) { found += 1 }
    }
    #expect(found > 0, "some are due, or nothing was tried")
  }

  @Test(
    "P14: nothing comes between the moments that a page is told, and whoever was due stays so on the same page", arguments: UInt64(1)...20)
  func moments(seed: UInt64) {
    var dice = Dice(state: seed)
    for _ in 0..<40 {
      let all = (1...5).map { invitation(Int64($0), &dice) }
      var there = circumstances(&dice)
      let moments = all.moments(onPage: there.page, language: there.language)
      #expect(moments == Set(moments).sorted())
      var before: Set<InvitationID> = []
      for second in Int64(0)...90 {
        there.seconds = second
        let due = Set(all.filter { $0.isDue(in: there) }.map(\.id))
        #expect(due.isSuperset(of: before))
        #expect(due == before || moments.contains(second))
        before = due
      }
    }
  }
}
