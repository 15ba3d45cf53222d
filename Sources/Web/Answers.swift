import Base
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension WebFront {
  /// A page as an answer. Pages are made for one reader, so nobody keeps them.
  public func page(_ page: some Page, _ request: Request, _ context: WebContext, status: HTTPResponse.Status = .ok) -> Response {
    let shell = Shell(web: self, context: context, path: request.uri.path)
    do {
      let html = try pages.render(page, shell: shell, texts: texts(context.language))
      return Response(
        status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    } catch {
      // Only a template that somebody is editing cannot be read: what it says goes to the one who edits.
      context.logger.error("A template cannot be read", metadata: ["error": .string(String(reflecting: error))])
      return Response(status: .internalServerError)
    }
  }
}

extension Response {
  /// Sends a browser on with GET, after a form too.
  public static func redirect(_ path: String) -> Response {
    Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
  }

  public static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { preconditionFailure("Our own values can be written as JSON") }
    return Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}

extension Request {
  /// The body as a value; what cannot be read is not understood.
  public func json<Value: Decodable>(_ type: Value.Type, upTo byteLimit: Int) async throws -> Value {
    let bytes = try await body.collect(upTo: byteLimit)
    do {
      return try StrangersJSON.decode(type, from: bytes.readableBytesView)
    } catch {
      throw Refusal(.notUnderstood)
    }
  }
}
