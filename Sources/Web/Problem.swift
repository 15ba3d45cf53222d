import Base
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// What somebody sees instead of what they asked for.
enum Problem {
  case refused(Refusal)
  /// Our own defect: its details go to the log, the reader gets a number by which we find them.
  case unexpected

  init(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = .refused(refusal)
    case is NIOTooManyBytesError: self = .refused(Refusal(.tooLarge))
    case let error as any HTTPResponseError: self = Self.translated(error.status)
    default: self = .unexpected
    }
  }

  /// What the router and the decoders of the framework say, in our words.
  private static func translated(_ status: HTTPResponse.Status) -> Problem {
    switch status {
    case .notFound, .methodNotAllowed: .refused(Refusal(.notFound))
    case .contentTooLarge: .refused(Refusal(.tooLarge))
    case _ where status.kind == .clientError: .refused(Refusal(.notUnderstood))
    default: .unexpected
    }
  }

  var status: HTTPResponse.Status {
    switch self {
    case .refused(let refusal): refusal.reason.status
    case .unexpected: .internalServerError
    }
  }
}

/// A refusal as a program reads it.
private struct ProblemBody: Encodable {
  let reason: String
  let text: String
  var fields: [String: String]?
  var retryAfterSeconds: Int?
  var request: String?
}

struct ProblemPage: Page {
  static let template = "problem"
  let title: String
  let code: String
  let heading: String
  let text: String
  /// The number of a request that failed through our fault.
  let request: String?
  let canSignIn: Bool
}

extension WebFront {
  /// The answer to an error: a page for a browser, JSON for a program.
  ///
  /// Handlers let errors through; this is for the few that must add something to the answer, such as the headers of a foreign origin.
  public func answer(to error: any Error, _ request: Request, _ context: WebContext) -> Response {
    let problem = Problem(error)
    if case .unexpected = problem {
      context.logger.error(
        "A request failed", metadata: ["path": .string(context.endpointPath ?? ""), "error": .string(String(reflecting: error))])
    }
    var response = request.wantsJSON ? json(problem, context) : page(problem, request, context)
    if case .refused(let refusal) = problem, let challenge = refusal.challenge { response.headers[.wwwAuthenticate] = challenge }
    if case .refused(let refusal) = problem, let seconds = refusal.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
    return response
  }

  private func json(_ problem: Problem, _ context: WebContext) -> Response {
    let texts = texts(context.language)
    let body =
      switch problem {
      case .refused(let refusal):
        ProblemBody(
          reason: refusal.reason.rawValue, text: texts[refusal],
          fields: refusal.fields.isEmpty ? nil : refusal.fields.mapValues { texts[$0] }, retryAfterSeconds: refusal.retryAfterSeconds)
      case .unexpected: ProblemBody(reason: "unexpected", text: texts["pages.problem.unexpected.text"], request: context.requestID)
      }
    return .json(body, status: problem.status)
  }

  private func page(_ problem: Problem, _ request: Request, _ context: WebContext) -> Response {
    if case .refused(let refusal) = problem, refusal.reason == .signInNeeded, request.method == .get {
      return .redirect("/sign-in?next=" + FormCoding.encode(request.uri.string))
    }
    let texts = texts(context.language)
    let page =
      switch problem {
      case .refused(let refusal):
        ProblemPage(
          title: texts["pages.problem.title"], code: String(problem.status.code), heading: heading(refusal.reason, texts),
          text: texts[refusal],
          request: nil, canSignIn: context.signedIn == nil)
      case .unexpected:
        ProblemPage(
          title: texts["pages.problem.title"], code: String(problem.status.code), heading: texts["pages.problem.unexpected.heading"],
          text: texts["pages.problem.unexpected.text"], request: texts["pages.problem.request", ["request": context.requestID]],
          canSignIn: false)
      }
    return self.page(page, request, context, status: problem.status)
  }

  private func heading(_ reason: Refusal.Reason, _ texts: Texts) -> String {
    switch reason.status {
    case .notFound: texts["pages.problem.heading.notFound"]
    case .unauthorized, .forbidden: texts["pages.problem.heading.notAllowed"]
    case .tooManyRequests, .serviceUnavailable: texts["pages.problem.heading.later"]
    default: texts["pages.problem.heading.other"]
    }
  }
}

extension Refusal {
  /// What a program is told about its token (RFC 6750, section 3).
  fileprivate var challenge: String? {
    switch reason {
    case .signInNeeded: "Bearer realm=\"parley\""
    case .tokenInvalid: "Bearer realm=\"parley\", error=\"invalid_token\""
    case .scopeMissing, .notForPrograms:
      "Bearer realm=\"parley\", error=\"insufficient_scope\"" + (arguments["scope"].map { ", scope=\"\($0)\"" } ?? "")
    default: nil
    }
  }
}

extension Request {
  /// Whether the answer is read by a program: everything below `/api/`, and whoever asks for JSON alone.
  var wantsJSON: Bool {
    if uri.path.hasPrefix("/api/") { return true }
    let accept = headers[.accept] ?? ""
    return accept.contains("application/json") && !accept.contains("text/html")
  }
}
