import Base
import Web

/// `/admin/alerts`.
struct AlertsPage: Page {
  struct Found: Sendable {
    let open: [Alert]
    let done: [Alert]
    let names: [AccountID: String]
    let isFirst: Bool
  }

  struct Line: Sendable {
    let what: String
    let detail: String
    let advice: String
    let since: ShownMoment
    /// How often, and when it was the last time; nil where it happened once.
    let times: String?
    let last: ShownMoment?
    let place: Place?
    let acknowledgeURL: SafeURL?
    let acknowledged: ShownMoment?
    let by: String
  }

  /// Where it is mended.
  struct Place: Sendable {
    let placeURL: SafeURL?
    let label: String
  }

  static let template = "alerts"
  let title: String
  let notice: String?
  let open: [Line]
  let hasOpen: Bool
  let done: [Line]
  let hasDone: Bool
  let isFirst: Bool
  let olderURL: SafeURL?

  init(_ found: Found, isDone: Bool, _ texts: Texts) {
    title = texts["operations.alerts.title"]
    notice = isDone ? texts["operations.alerts.done"] : nil
    let words = AlertWords(texts, names: found.names)
    func line(_ alert: Alert) -> Line {
      Line(
        what: words.title(of: alert.kind), detail: words.detail(of: alert), advice: words.advice(about: alert.kind),
        since: ShownMoment(alert.raisedAt), times: alert.count > 1 ? texts.counted("operations.alerts.times", Int(alert.count)) : nil,
        last: alert.count > 1 ? ShownMoment(alert.lastAt) : nil, place: alert.place(texts),
        acknowledgeURL: SafeURL("\(AlertRoutes.path)/\(alert.id)/acknowledge"), acknowledged: alert.acknowledgedAt.map { ShownMoment($0) },
        by: words.who(alert.acknowledgedBy))
    }
    let page = found.done.prefix(AlertRoutes.shown)
    open = found.open.map(line)
    hasOpen = !open.isEmpty
    done = page.map(line)
    hasDone = !done.isEmpty
    isFirst = found.isFirst
    olderURL = found.done.count > page.count ? page.last.flatMap { SafeURL("\(AlertRoutes.path)?below=\($0.id)") } : nil
  }
}

extension Alert {
  fileprivate func place(_ texts: Texts) -> AlertsPage.Place? {
    let path: String
    switch kind {
    case .chargeback: path = "/admin/payments/\(subject.drop { $0 != "." }.dropFirst())"
    case .fraudFlag: path = "/admin/agents/\(subject.drop { $0 != "." }.dropFirst())"
    case .payoutFailed: path = "/admin/payouts"
    case .webhookFailing: path = "/admin/payments"
    case .ledgerMismatch: path = OverviewRoutes.path
    // A backup is mended where it is made.
    case .backupFailed, .backupLate: return nil
    }
    return AlertsPage.Place(placeURL: SafeURL(path), label: texts["operations.alert.\(kind.rawValue).link"])
  }
}
