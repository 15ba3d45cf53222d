import Base
import HTTPTypes
import Hummingbird
import Mail
import NIOCore
import Web

/// `/dev/mail`: the letters in the folder, as their readers would see them.
struct DevMail: Sendable {
  let web: WebFront
  /// nil when mail is sent to people.
  let letters: MailFolder?

  func register(on routes: Routes) {
    routes.get("/dev/mail", .to(.read, .development)) { request, context in
      try request.mustComeFromHere(context)
      let page = DevMailPage(web.texts(context.language), letters: letters?.letters() ?? [], isSent: letters == nil)
      return web.page(page, request, context)
    }
    routes.get("/dev/mail/{letter}", .to(.read, .development)) { request, context in
      try request.mustComeFromHere(context)
      var answer = web.page(DevLetterPage(web.texts(context.language), try letter(context)), request, context)
      answer.headers[.contentSecurityPolicy] = web.framingPolicy
      return answer
    }
    routes.get("/dev/mail/{letter}/html", .to(.read, .development)) { request, context in
      try request.mustComeFromHere(context)
      return Self.sheet(try letter(context))
    }
  }

  private func letter(_ context: WebContext) throws -> FoundLetter {
    guard let id = context.parameters.get("letter").flatMap({ LetterID($0) }), let letter = letters?.letter(id) else {
      throw Refusal(.notFound)
    }
    return letter
  }

  /// A letter has inline style as mail does, and nothing else: no scripts, nothing from elsewhere.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
    + "sandbox allow-popups allow-popups-to-escape-sandbox"

  private static func sheet(_ letter: FoundLetter) -> Response {
    // Its links open beside it, because a page of ours refuses to be framed.
    let html = letter.html.replacing("<head>", with: #"<head><base target="_blank">"#, maxReplacements: 1)
    let headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy, .cacheControl: "no-store"]
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
  }
}
