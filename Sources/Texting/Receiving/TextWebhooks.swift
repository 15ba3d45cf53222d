import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// Where the gateway tells what telephones say, and what became of a text. It is judged by its signature and by nothing else.
struct TextWebhooks: Sendable {
  static let path = "/webhooks/texts"
  static let byteLimit = 65_536
  /// Nothing is to be said back.
  private static let nothing = #"<?xml version="1.0" encoding="UTF-8"?><Response/>"#

  let texting: Texting

  static func address(of text: TextMessageID, at base: String) -> String { "\(base)\(path)/\(text)" }

  func register(on routes: Routes) {
    let need = Need.decidedInside("TextWebhooks.proved")
    let origin = AllowedOrigin.decidedInside("TextWebhooks.proved")
    routes.on(.post, Self.path, need, origin: origin) { request, _ in
      let fields = try await proved(request, at: Self.path)
      guard let sid = fields["MessageSid"], let from = fields["From"], let to = fields["To"] else { throw Refusal(.notUnderstood) }
      try await texting.receive(InboundText(sid: sid, from: from, to: to, text: fields["Body"] ?? "", choice: fields["OptOutType"]))
      let body = ResponseBody(byteBuffer: ByteBuffer(string: Self.nothing))
      return Response(status: .ok, headers: [.contentType: "text/xml; charset=utf-8"], body: body)
    }
    routes.on(.post, "\(Self.path)/{text}", need, origin: origin) { request, context in
      guard let id = context.parameters.get("text").flatMap({ TextMessageID($0) }) else { throw Refusal(.notFound) }
      let fields = try await proved(request, at: "\(Self.path)/\(id)")
      guard let sid = fields["MessageSid"] else { throw Refusal(.notUnderstood) }
      try await texting.note(fields["MessageStatus"] ?? "", code: fields["ErrorCode"].flatMap { Int64($0) }, of: id, sid: sid)
      return Response(status: .noContent)
    }
  }

  /// - Throws: `Refusal(.webhookInvalid)` unless it is proved to be the gateway's.
  private func proved(_ request: Request, at path: String) async throws -> [String: String] {
    guard let account = texting.gateway?.account else { throw Refusal(.notFound) }
    let body = try await request.body.collect(upTo: Self.byteLimit)
    let fields = try FormCoding.decode(body.readableBytesView, keepsLineEnds: true)
    let right = TextSignature.of(fields, at: texting.web.settings.baseAddress + path, with: account.secret)
    let given = HTTPField.Name(TextSignature.header).flatMap { request.headers[$0] }
    guard let given, TextSignature.isRight(given, right) else { throw Refusal(.webhookInvalid) }
    let values = Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
    guard values["AccountSid"] == account.name else { throw Refusal(.webhookInvalid) }
    return values
  }
}
