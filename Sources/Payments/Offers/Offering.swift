import Accounts
import Base
import Brakes
import Foundation
import Mail
import Notifications
import Store
import Web

extension JobKind {
  /// Who gets an offer is written down, a batch at a time.
  static let gatherRecipients = JobKind("offers.gather")
}

extension NoticeKind {
  /// A price that is only for somebody. Its letter goes to who has bought before, and to nobody else.
  public static let offer = NoticeKind("offer", push: false, mail: true, hasOwnLetter: true)
}

extension LetterKind {
  static let offer = LetterKind("offer", canBeUnsubscribed: true)
}

/// What an administrator does with offers, and how they reach their recipients (A45a).
extension Payments {
  /// Recipients in one transaction.
  static let recipientsAtOnce = 200

  func make(_ offer: SpecialOffer, by: AccountID, from place: Whereabouts) async throws {
    let now = clock.now
    let audit = audit(by, "offer.made", "offer.\(offer.id)", place)
    try await store.write { [jobs] session in
      guard try session.pack(offer.pack) != nil else { throw Refusal(.packNotOnSale) }
      try session.insert(offer, at: now)
      try jobs.enqueue(
        .gatherRecipients, uniqueKey: "\(offer.id)", payload: #"{"offer":"\#(offer.id)"}"#, dueAt: offer.startsAt, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// Nobody can begin a purchase with it any more; what was begun keeps its price.
  func end(_ id: SpecialOfferID, by: AccountID, from place: Whereabouts) async throws {
    let now = clock.now
    let audit = audit(by, "offer.ended", "offer.\(id)", place)
    try await store.write { [jobs, notifications] session in
      guard let offer = try session.specialOffer(id) else { throw Refusal(.notFound) }
      guard offer.state(at: now) != .ended else { return }
      try session.end(id, at: now)
      try jobs.cancel(.gatherRecipients, uniqueKey: "\(id)", in: session)
      try notifications.settle(.offer, about: "offer.\(id)", in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  private struct GatherPayload: Decodable {
    let offer: SpecialOfferID
  }

  var gatherHandler: JobHandler {
    JobHandler(.gatherRecipients) { [self] session, payload in
      let id = try JSONDecoder().decode(GatherPayload.self, from: Data(payload.utf8)).offer
      let now = clock.now
      guard let offer = try session.specialOffer(id), offer.state(at: now) == .running, offer.gatheredAt == nil,
        let pack = try session.pack(offer.pack)
      else { return }
      let above = offer.gatheredTo ?? AccountID(rawValue: 0)
      let found = try session.accounts(in: offer.segment, pack.offer.unit, above: above, limit: Self.recipientsAtOnce, at: now)
      for account in found {
        try session.address(id, to: account)
        try tell(offer, pack, to: account, at: now, in: session)
      }
      let isLast = found.count < Self.recipientsAtOnce
      try session.setGathered(id, to: found.last ?? above, at: isLast ? now : nil)
      if !isLast { try jobs.enqueue(.gatherRecipients, uniqueKey: "\(id)", payload: payload, dueAt: now, in: session) }
    }
  }

  private func tell(_ special: SpecialOffer, _ pack: Pack, to account: AccountID, at now: Moment, in session: any Session) throws {
    // Who excluded themselves is told of nothing that can be bought, and finds the price afterwards.
    guard let offer = special.offer(on: pack), try session.exclusionEnd(of: account, at: now) == nil else { return }
    try notifications.tell(
      Tidings(.offer, about: "offer.\(special.id)", data: ["offer": "\(special.id)"], at: now), to: account, in: session)
    guard mail.isOn, try session.takesOffers(account), try notifications.wantsLetter(.offer, account, in: session),
      let reader = try session.account(account), try mail.undeliverable(reader.email, in: session) == nil
    else { return }
    let money = MoneyWords(reader.language)
    let letter = Letter(
      .offer, to: Recipient(address: reader.email, name: reader.name, language: reader.language),
      arguments: [
        "units": UnitWords(web.texts(reader.language))[offer.total, offer.unit], "price": money[offer.price],
        "usual": UnitWords(web.texts(reader.language))[pack.offer.total, pack.offer.unit], "usualPrice": money[pack.offer.price],
        "time": special.endsAt.universalText,
      ],
      button: "\(web.settings.baseAddress)\(ShopRoutes.buyPath)?pack=\(pack.id)",
      unsubscribe: notifications.stopAddress(.offer, of: account), key: "\(special.id).\(account)")
    try mail.post(letter, in: session)
  }

  func tellOffers(by notifications: Notifications) {
    notifications.add([.offer]) { [web, clock] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let (texts, money) = (web.texts(reader.language), MoneyWords(reader.language))
      let running = try session.specialOffers(for: account, at: clock.now)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        // What ended, was bought, or is no special price any more is not told.
        guard let id = notice.identity("offer", of: Kinds.SpecialOffer.self), let special = running.first(where: { $0.id == id }),
          let pack = try session.pack(special.pack), let offer = special.offer(on: pack)
        else { continue }
        let place = texts["payments.offers.story", ["price": money[offer.price], "time": special.endsAt.universalText]]
        stories[notice.id] = Story(
          name: UnitWords(texts)[offer.total, offer.unit], place: place, text: nil, conversation: nil,
          path: "\(ShopRoutes.buyPath)?pack=\(pack.id)", acts: [])
      }
      return stories
    }
  }
}
