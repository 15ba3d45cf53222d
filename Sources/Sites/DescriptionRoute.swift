import Base
import HTTPTypes
import Hummingbird
import Web

/// What programs can ask of us over HTTP, as an OpenAPI document: docs/openapi.json, packed into the program.
struct DescriptionRoute: Sendable {
  static let path = "/api/v1/openapi.json"

  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .publicPage), programs: .welcome) { [web] _, _ in
      guard let file = web.bundle["openapi.json"] else { throw Refusal(.notFound) }
      return Response(
        status: .ok,
        headers: [
          .contentType: "application/json", .cacheControl: "public, max-age=300", .accessControlAllowOrigin: "*",
          .crossOriginResourcePolicy: "cross-origin",
        ], body: ResponseBody(byteBuffer: file.bytes))
    }
  }
}
