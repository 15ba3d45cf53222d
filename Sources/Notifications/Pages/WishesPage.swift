import Access
import Base
import HTTPTypes
import Hummingbird
import Store
import Web

/// `/profile/notices`: of what, by which ways, and when not.
struct WishesPage: Page {
  struct Box: Sendable {
    let name: String
    let label: String
    let isChosen: Bool
  }

  struct Line: Sendable {
    let label: String
    let boxes: [Box]
  }

  static let template = "notice-wishes"
  let title: String
  let notice: String?
  let problem: String?
  let lines: [Line]
  /// What calls in a conversation that is open.
  let alerts: [Line]
  /// Whether a browser can be pushed to at all.
  let hasPush: Bool
  /// Quiet hours hold back what rings elsewhere: without such a way there is nothing to hold back.
  let hasHours: Bool
  let isQuiet: Bool
  let starts: Field
  let ends: Field
  let zone: String
}

extension Notifications {
  func wishes(of account: AccountID) async throws -> (wishes: Wishes, alerts: AlertWishes) {
    try await store.read { (try $0.wishes(of: account), try $0.alertWishes(of: account)) }
  }

  func wishesPage(
    _ wishes: Wishes, _ alerts: AlertWishes, _ refusal: Refusal?, isSaved: Bool, _ context: WebContext
  ) -> WishesPage {
    let texts = web.texts(context.language)
    let errors = FieldErrors(refusal, texts)
    func field(_ name: String, _ minutes: Int) -> Field {
      Field(name, label: texts["notices.wishes.\(name)"], type: "time", value: QuietHours.text(minutes), errors: errors)
    }
    let kinds = kinds(for: context.actor)
    return WishesPage(
      title: texts["notices.wishes.title"], notice: isSaved ? texts["pages.form.saved"] : nil, problem: refusal.map { texts[$0] },
      lines: kinds.map { kind in
        WishesPage.Line(
          label: texts["notices.wish.\(kind.name)"],
          boxes: channels.map { channel in
            WishesPage.Box(
              name: Self.field(kind, channel), label: texts["notices.channel.\(channel.rawValue)"],
              isChosen: wishes.wants(kind, by: channel))
          })
      },
      alerts: AlertEvent.allCases.map { event in
        WishesPage.Line(
          label: texts["notices.alert.event.\(event.rawValue)"],
          boxes: [
            WishesPage.Box(name: Self.field(event, "sound"), label: texts["notices.alert.sound"], isChosen: alerts[event].sound),
            WishesPage.Box(name: Self.field(event, "light"), label: texts["notices.alert.light"], isChosen: alerts[event].light),
          ])
      },
      hasPush: channels.contains(.push) && !kinds.isEmpty, hasHours: ringsElsewhere, isQuiet: wishes.hours.isOn,
      starts: field("starts", wishes.hours.starts), ends: field("ends", wishes.hours.ends),
      zone: texts["notices.wishes.zone", ["zone": wishes.hours.zone]])
  }

  func saveWishes(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try own(context)
    var (wishes, alerts) = try await wishes(of: account)
    for event in AlertEvent.allCases {
      alerts[event] = AlertWish(sound: form.has(Self.field(event, "sound")), light: form.has(Self.field(event, "light")))
    }
    for kind in kinds(for: context.actor) {
      for channel in channels {
        wishes.said[Wishes.Wish(kind: kind.name, channel: channel)] = form.has(Self.field(kind, channel))
      }
    }
    var problems: [String: Refusal.Reason] = [:]
    if ringsElsewhere {
      wishes.hours.isOn = form.has("quiet")
      if let minutes = QuietHours.minutes(form["starts"]) { wishes.hours.starts = minutes } else { problems["starts"] = .optionUnknown }
      if let minutes = QuietHours.minutes(form["ends"]) { wishes.hours.ends = minutes } else { problems["ends"] = .optionUnknown }
    }
    guard problems.isEmpty else {
      let refusal = Refusal(.formInvalid, fields: problems)
      return web.page(wishesPage(wishes, alerts, refusal, isSaved: false, context), request, context, status: refusal.reason.status)
    }
    let (wanted, called) = (wishes, alerts)
    try await store.write { session in
      try session.save(wanted, of: account)
      try session.save(called, of: account)
    }
    return .redirect("/profile/notices?saved=yes")
  }

  private var ringsElsewhere: Bool { channels.contains { $0 != .page } }

  /// Who answers nobody is told of no visitors.
  private func kinds(for actor: Access.Actor) -> [NoticeKind] { kinds.filter { !$0.isForTeam || actor.may(.read, .console) } }

  private static func field(_ event: AlertEvent, _ way: String) -> String { "alert.\(event.rawValue).\(way)" }

  private static func field(_ kind: NoticeKind, _ channel: Channel) -> String { "\(kind.name).\(channel.rawValue)" }
}
