import Accounts
import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// How a logo comes in and goes out.
struct LogoRoutes: Sendable {
  let sites: Sites

  private struct Answer: Encodable {
    let logo: String
  }

  func register(on routes: Routes) {
    // The body is the picture itself. Only our own pages may send it: a form of another website would name its origin.
    routes.on(.post, "/admin/sites/{site}/logo", .to(.write, .administration), limit: .forms) { [sites] request, context in
      let address = try await sites.setLogo(
        of: context.identity("site"), to: request.body, by: context.signedIn?.member.id, from: Whereabouts(request, context))
      return .json(Answer(logo: address))
    }
    routes.form("/admin/sites/{site}/logo/remove", .to(.write, .administration)) { [sites] _, request, context in
      let site: SiteID = try context.identity("site")
      try await sites.removeLogo(of: site, by: context.signedIn?.member.id, from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(site)?done=logoRemoved#logo")
    }
    routes.get("/logos/{name}", .to(.read, .publicPage), limit: .assets) { [sites] _, context in
      guard let name = context.parameters.get("name"), let (site, hash) = Logo.parts(of: name),
        let bytes = try await sites.store.read({ session in try session.logo(of: site, hash: hash) })
      else { throw Refusal(.notFound) }
      return Response(
        status: .ok,
        headers: [
          .contentType: Logo.contentType, .cacheControl: "public, max-age=31536000, immutable", .accessControlAllowOrigin: "*",
          .crossOriginResourcePolicy: "cross-origin", .contentSecurityPolicy: "default-src 'none'; sandbox",
        ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
  }
}
