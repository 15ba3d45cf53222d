import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// How a photo comes in and goes out.
struct PhotoRoutes: Sendable {
  static let path = "/profile/photo"

  let accounts: Accounts

  private struct Answer: Encodable {
    let photo: String
  }

  func register(on routes: Routes) {
    // The body is the picture itself. Only our own pages may send it: a form of another website would name its origin.
    routes.on(.post, Self.path, .ownDesk, limit: .forms) { [accounts] request, context in
      let address = try await accounts.setPhoto(of: context.person().member.id, to: request.body, from: Whereabouts(request, context))
      return .json(Answer(photo: address))
    }
    routes.form("\(Self.path)/remove", .ownDesk) { [accounts] _, request, context in
      try await accounts.removePhoto(of: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("/profile?saved=yes")
    }
    // The language links of a page that answered the form lead here.
    for part in ["", "/remove"] { routes.get("\(Self.path)\(part)", .ownDesk) { _, _ in .redirect("/profile") } }
    routes.get("/photos/{name}", .to(.read, .publicPage), limit: .assets) { [accounts] _, context in
      guard let name = context.parameters.get("name"), let (account, hash) = Photo.parts(of: name),
        let bytes = try await accounts.store.read({ session in try session.photo(of: account, hash: hash) })
      else { throw Refusal(.notFound) }
      return Response(
        status: .ok,
        headers: [
          .contentType: Photo.contentType, .cacheControl: "private, max-age=31536000, immutable",
          .contentSecurityPolicy: "default-src 'none'; sandbox",
        ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
  }
}
