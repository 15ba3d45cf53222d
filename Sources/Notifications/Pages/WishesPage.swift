import Access
import Base
import HTTPTypes
import Hummingbird
import Store
import Texting
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
  /// Whether notices may come as SMS.
  let hasSMS: Bool
  /// What stands in the way of it, or how it is ended.
  let smsText: String
  /// Quiet hours hold back what rings elsewhere: without such a way there is nothing to hold back.
  let hasHours: Bool
  let isQuiet: Bool
  let starts: Field
  let ends: Field
  let zone: String
}

extension Notifications {
  /// What somebody chose, and from what they can choose.
  struct Choices: Sendable {
    var wishes: Wishes
    var alerts: AlertWishes
    let takesSMS: Bool
  }

  func choices(of account: AccountID) async throws -> Choices {
    try await store.read { [texting] session in
      Choices(
        wishes: try session.wishes(of: account), alerts: try session.alertWishes(of: account),
        takesSMS: try texting.canReach(account, in: session))
    }
  }

  func wishesPage(_ choices: Choices, _ refusal: Refusal?, isSaved: Bool, _ context: WebContext) -> WishesPage {
    let (wishes, alerts) = (choices.wishes, choices.alerts)
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
          boxes: channels(for: kind, choices).map { channel in
            WishesPage.Box(
              name: Self.field(kind, channel), label: texts["notices.channel.\(channel.rawValue)"],
              isChosen: wishes.wants(kind, by: channel))
          })
      },
      alerts: events(for: context.actor).map { event in
        WishesPage.Line(
          label: texts["notices.alert.event.\(event.rawValue)"],
          boxes: [
            WishesPage.Box(name: Self.field(event, "sound"), label: texts["notices.alert.sound"], isChosen: alerts[event].sound),
            WishesPage.Box(name: Self.field(event, "light"), label: texts["notices.alert.light"], isChosen: alerts[event].light),
          ])
      },
      hasPush: channels.contains(.push) && !kinds.isEmpty, hasSMS: texting.isOn,
      smsText: choices.takesSMS
        ? texts["notices.sms.text", ["count": String(Texting.noticesPerDay)]] : texts["notices.sms.unproved"], hasHours: ringsElsewhere,
      isQuiet: wishes.hours.isOn,
      starts: field("starts", wishes.hours.starts), ends: field("ends", wishes.hours.ends),
      zone: texts["notices.wishes.zone", ["zone": wishes.hours.zone]])
  }

  func saveWishes(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try own(context)
    var choices = try await choices(of: account)
    for event in events(for: context.actor) {
      choices.alerts[event] = AlertWish(sound: form.has(Self.field(event, "sound")), light: form.has(Self.field(event, "light")))
    }
    for kind in kinds(for: context.actor) {
      for channel in channels(for: kind, choices) {
        choices.wishes.said[Wishes.Wish(kind: kind.name, channel: channel)] = form.has(Self.field(kind, channel))
      }
    }
    var problems: [String: Refusal.Reason] = [:]
    if ringsElsewhere {
      choices.wishes.hours.isOn = form.has("quiet")
      if let minutes = QuietHours.minutes(form["starts"]) {
        choices.wishes.hours.starts = minutes
      } else {
        problems["starts"] = .optionUnknown
      }
      if let minutes = QuietHours.minutes(form["ends"]) { choices.wishes.hours.ends = minutes } else { problems["ends"] = .optionUnknown }
    }
    guard problems.isEmpty else {
      let refusal = Refusal(.formInvalid, fields: problems)
      return web.page(wishesPage(choices, refusal, isSaved: false, context), request, context, status: refusal.reason.status)
    }
    let (wanted, called) = (choices.wishes, choices.alerts)
    try await store.write { session in
      try session.save(wanted, of: account)
      try session.save(called, of: account)
    }
    return .redirect("/profile/notices?saved=yes")
  }

  private var ringsElsewhere: Bool { channels.contains { $0 != .page } }

  /// SMS for those kinds alone that may come so, and to a telephone that takes them.
  private func channels(for kind: NoticeKind, _ choices: Choices) -> [Channel] {
    channels.filter { $0 != .sms || kind.maySMS && choices.takesSMS }
  }

  /// Who answers nobody is told of no visitors.
  private func kinds(for actor: Access.Actor) -> [NoticeKind] { kinds.filter { !$0.isForTeam || actor.may(.read, .console) } }

  private func events(for actor: Access.Actor) -> [AlertEvent] {
    AlertEvent.allCases.filter { !$0.isForTeam || actor.may(.read, .console) }
  }

  private static func field(_ event: AlertEvent, _ way: String) -> String { "alert.\(event.rawValue).\(way)" }

  private static func field(_ kind: NoticeKind, _ channel: Channel) -> String { "\(kind.name).\(channel.rawValue)" }
}
