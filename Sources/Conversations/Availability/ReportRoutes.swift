import Access
import Availability
import Base
import Hummingbird
import Web

/// What programs ask and say about somebody's availability (docs/api.md).
extension Conversations {
  private static let reportByteLimit = 1024

  func registerReports(on routes: Routes) {
    routes.get(
      "/api/v1/availability/{account}", .decidedInside("Conversations.seenAvailability"), programs: .with(.availabilityRead)
    ) { [self] _, context in
      let account: AccountID = try context.identity("account")
      return .json(AvailabilityBody(account, try await seenAvailability(of: account, by: context.actor).1))
    }
    routes.on(
      .put, "/api/v1/availability/{account}/reports/{source}", .decidedInside("Conversations.report"), limit: .messages,
      programs: .with(.availabilityWrite)
    ) { [self] request, context in try await report(request, context) }
  }

  /// Asks the door: an administrator's program reports about anybody, an expert's own about its owner.
  private func report(_ request: Request, _ context: WebContext) async throws -> Response {
    let account: AccountID = try context.identity("account")
    let (person, source) = (try context.person(), context.parameters.get("source") ?? "")
    guard person.member.scopes != nil else { throw Refusal(.notAllowed) }
    guard context.actor.may(.write, .availability(account)) else { throw Refusal(.notFound) }
    let said = try await request.json(ReportBody.self, upTo: Self.reportByteLimit)
    let report = try Report(source: source, state: said.state, at: said.at, expiresAt: said.expiresAt, heardAt: clock.now)
    let isReachable = try await store.read { session in try session.account(account).map { $0.active && $0.isReachable } }
    guard isReachable == true else { throw Refusal(.notFound) }
    return .json(KeptBody(try await keep(report, about: account, by: person.member.id)))
  }
}

private struct ReportBody: Decodable {
  let state: Report.State
  let at: Moment?
  let expiresAt: Moment?
}

/// What is kept of the source now: what came late is answered with what is newer.
private struct KeptBody: Encodable {
  let source: String
  let state: Report.State
  let at: Moment
  let expiresAt: Moment

  init(_ report: Report) { (source, state, at, expiresAt) = (report.source, report.state, report.at, report.expiresAt) }
}

private struct AvailabilityBody: Encodable {
  struct Line: Encodable {
    let input: String
    let says: String
    let effect: String
    let source: String?
    let since: Moment?
    let until: Moment?
  }

  let account: AccountID
  let status: String
  let reach: String
  let busy: Bool
  let open: [String]
  let reasons: [Line]

  init(_ account: AccountID, _ availability: Availability) {
    self.account = account
    status = availability.status.rawValue
    reach = availability.reach.rawValue
    busy = availability.isBusy
    open = availability.open.sorted().map(\.rawValue)
    reasons = availability.reasons.map(Line.init)
  }
}

extension AvailabilityBody.Line {
  init(_ reason: Reason) {
    let (input, says, source) = reason.input.words
    self.init(input: input, says: says, effect: reason.effect.rawValue, source: source, since: reason.since, until: reason.until)
  }
}

extension Reason.Input {
  /// What it is, what it says, and who says it where that is another system.
  var words: (input: String, says: String, source: String?) {
    switch self {
    case .chosen(let status): ("chosen", status.rawValue, nil)
    case .connection(let isConnected): ("connection", isConnected ? "connected" : "none", nil)
    case .channels(let channels): ("channels", channels.map(\.rawValue).joined(separator: " "), nil)
    case .activity(let kind): ("activity", kind.rawValue, nil)
    case .report(let source, let state): ("report", state.rawValue, source)
    }
  }
}
