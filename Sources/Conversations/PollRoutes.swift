import Access
import Base
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Live
import NIOCore
import Sites
import Web
import Wire

/// The line of those who cannot have a WebSocket: the same frames, in one request that waits (docs/protocol.md, 8).
///
/// No poll remembers the one before: each says hello, so any node can answer it.
extension Conversations {
  static let pollPath = "/api/v1/live"

  func registerPolls(on routes: Routes) {
    // Who asks is said in the body, as it is said in the first frame of a line, and is looked at there.
    routes.on(
      .post, Self.pollPath, .decidedInside("Line.greet"), origin: .decidedInside("Line.greet"), limit: .polls, programs: .welcome
    ) { [self] request, context in
      let ending = PollEnding()
      // Who goes away is not waited for.
      return try await request.body.consumeWithInboundCloseHandler { body in
        try await poll(try await body.collect(upTo: WireLimits.pollLimitBytes), request, context, ending)
      } onInboundClosed: {
        ending.end()
      }
    }
  }

  private func poll(_ bytes: ByteBuffer, _ request: Request, _ context: WebContext, _ ending: PollEnding) async throws -> Response {
    var asker: VisitorHello?
    do {
      let body = try PollBody(bytes)
      asker = body.visitor
      try body.check()
      let answer = try await answer(body, request, context, ending)
      return try await response(to: answer, for: asker, request)
    } catch let error as CancellationError {
      throw error
    } catch {
      let refusal = refusal(for: error)
      let texts = web.texts(context.language)
      let refused = Refused(id: nil, refusal, text: texts[refusal], fields: refusal.fields.mapValues { texts[$0] })
      let answer = PollAnswer(frames: [ByteBuffer(bytes: refused.json)], seen: [:], code: CloseCode(refusal))
      return try await response(to: answer, for: asker, request)
    }
  }

  private func answer(_ body: PollBody, _ request: Request, _ context: WebContext, _ ending: PollEnding) async throws -> PollAnswer {
    guard let arrival = await arrival(by: request.head, from: context.address, web: web) else { throw Refusal(.originNotAllowed) }
    let line = Line(house: self, arrival: arrival)
    let question = PollQuestion(
      seen: body.seen ?? [:], asked: body.asked, wait: body.wait.map { .seconds($0) } ?? PollQuestion.longestWait)
    let frames = body.frames
    return try await polls.admit(person(behind: body, context), from: context.address.network) {
      await hub.poll(question, as: line, ending: ending) { connection in
        line.take(frames[0], on: connection)
      } rest: { connection in
        for frame in frames.dropFirst() { line.take(frame, on: connection) }
      }
    }
  }

  private func person(behind body: PollBody, _ context: WebContext) -> String {
    if let visitor = body.visitor { return "visitor.\(visitor.site).\(visitor.key.text)" }
    return context.signedIn.map { "account.\($0.member.id)" } ?? "nobody.\(context.address.network)"
  }

  private func response(to answer: PollAnswer, for asker: VisitorHello?, _ request: Request) async throws -> Response {
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store", .connection: "close"]
    if let asker, let site = try? await sites.site(key: asker.site), let origin = site.allowed(origin: request.headers[.origin]) {
      headers[.accessControlAllowOrigin] = origin.description
      headers[.vary] = "Origin"
      headers[.crossOriginResourcePolicy] = "cross-origin"
    }
    let refusal = answer.refusal
    if let seconds = refusal?.retryAfterSeconds { headers[.init("Retry-After") ?? .age] = String(seconds) }
    return Response(status: answer.status(refusal), headers: headers, body: ResponseBody(byteBuffer: answer.json))
  }
}

extension PollBody {
  init(_ bytes: ByteBuffer) throws(Refusal) {
    do {
      self = try StrangersJSON.decode(PollBody.self, from: bytes.readableBytesView)
    } catch {
      throw Refusal(.notUnderstood)
    }
  }
}

extension PollAnswer {
  /// `{"frames":[…],"seen":{…}}`, and why it ended where something ended it.
  var json: ByteBuffer {
    var json = JSONWriter(reserving: frames.reduce(256) { $0 + $1.readableBytes + 1 })
    json.object { object in
      object.list("frames", of: frames.map(\.readableBytesView))
      object.field("seen", seen)
      object.field("close", ifAny: code.map { Int64($0.rawValue) })
    }
    return ByteBuffer(bytes: json.bytes)
  }

  /// Why it was ended, where that was said.
  fileprivate var refusal: EndingRefusal? {
    guard code != nil, let last = frames.last else { return nil }
    return try? JSONDecoder().decode(EndingRefusal.self, from: Data(last.readableBytesView))
  }

  /// The status of the reason, and the nearest that HTTP has to a close code where there is none.
  fileprivate func status(_ refusal: EndingRefusal?) -> HTTPResponse.Status {
    if code == .tooSlow, let refusal { return refusal.reason.status }
    return switch code {
    case nil, .normal, .serverStops: .ok
    case .notSignedIn: .unauthorized
    case .originNotAllowed: .forbidden
    case .protocolVersion: .upgradeRequired
    case .tooSlow, .silent: .serviceUnavailable
    case .serverError: .internalServerError
    default: .badRequest
    }
  }
}

/// What the last frame of a poll says when it was turned away.
private struct EndingRefusal: Decodable {
  let reason: Refusal.Reason
  let retryAfterSeconds: Int?
}
