import Base
import Conversations
import Sites
import Web

/// What a website keeps how long, as it is typed.
struct RetentionForm: Sendable {
  static let days = ["visitDays", "addressDays", "chatDays"]

  let typed: [String: String]
  let isPaused: Bool

  init(_ retention: SiteRetention, at site: Site, now: Moment) {
    func text(_ days: Int64?) -> String { days.map { "\($0)" } ?? "" }
    isPaused = retention.isPaused(at: now)
    let end = retention.pausedUntil.flatMap { $0 == SiteRetention.endless ? nil : site.localTime(at: $0).day }
    typed = [
      "visitDays": text(retention.visitDays), "addressDays": text(retention.addressDays), "chatDays": text(retention.chatDays),
      "pausedUntil": isPaused ? end ?? "" : "",
    ]
  }

  init(_ form: Form) {
    typed = Dictionary(uniqueKeysWithValues: (Self.days + ["pausedUntil"]).map { ($0, form[$0]) })
    isPaused = form.has("paused")
  }

  /// - Throws: `formInvalid` with a reason for each field.
  func retention(at site: Site) throws(Refusal) -> SiteRetention {
    var problems: [String: Refusal.Reason] = [:]
    func days(_ name: String) -> Int64? {
      let text = typed[name] ?? ""
      guard !text.isEmpty else { return nil }
      if let days = Int64(typed: text), SiteRetention.days.contains(days) { return days }
      problems[name] = .daysInvalid
      return nil
    }
    var retention = SiteRetention(visitDays: days("visitDays"), addressDays: days("addressDays"), chatDays: days("chatDays"))
    let day = typed["pausedUntil"] ?? ""
    if isPaused {
      retention.pausedUntil = day.isEmpty ? SiteRetention.endless : startOfDay(day, in: site.timeZone)
      if retention.pausedUntil == nil { problems["pausedUntil"] = .dateInvalid }
    }
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return retention
  }
}
