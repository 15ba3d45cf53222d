import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Store
import Web

/// What a browser needs to be pushed to: the key of the house, its subscription, and the service worker with its page for no connection.
extension Notifications {
  private static let bodyLimit = 8192

  private struct KeyBody: Encodable { let key: String }

  private struct SubscriptionBody: Decodable {
    struct Keys: Decodable {
      let p256dh: String
      let auth: String
    }
    let endpoint: String
    let keys: Keys
  }

  private struct EndpointBody: Decodable { let endpoint: String }

  func registerPush(on routes: Routes) {
    routes.get("/sw.js", .to(.read, .publicPage), limit: .assets) { [web] _, _ in
      guard let file = web.bundle["sw.js"] else { throw Refusal(.notFound) }
      // At the root, because a worker looks after no page above its own address; asked for anew, so that an old one never stays.
      let headers: HTTPFields = [.contentType: file.contentType, .cacheControl: "no-cache", .serviceWorkerAllowed: "/"]
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
    }
    routes.get("/offline", .to(.read, .publicPage)) { [web] request, context in
      web.page(OfflinePage(title: web.texts(context.language)["notices.offline.title"]), request, context)
    }
    routes.get("/api/v1/push/key", .ownDesk) { [push] _, _ in
      guard let push else { throw Refusal(.notFound) }
      return .json(KeyBody(key: push.key.publicText))
    }
    routes.on(.post, "/api/v1/push/subscriptions", .ownDesk, limit: .forms) { [self] request, context in
      guard let push, let person = context.signedIn else { throw Refusal(.notFound) }
      let body = try await request.json(SubscriptionBody.self, upTo: Self.bodyLimit)
      let subscription = try PushSubscription(
        endpoint: body.endpoint, publicKey: body.keys.p256dh, secret: body.keys.auth, privateHosts: push.privateHosts)
      let (id, now) = (ids.next(Kinds.PushSubscription.self), clock.now)
      try await store.write { session in
        try session.save(
          subscription, id: id, of: person.member.id, session: person.sessionDigest, at: now, limit: Self.subscriptionLimit)
      }
      return Response(status: .noContent)
    }
    routes.on(.post, "/api/v1/push/forget", .ownDesk, limit: .forms) { [self] request, context in
      let account = try own(context)
      let body = try await request.json(EndpointBody.self, upTo: Self.bodyLimit)
      try await store.write { try $0.dropSubscription(endpoint: body.endpoint, of: account) }
      return Response(status: .noContent)
    }
  }
}

extension HTTPField.Name {
  fileprivate static var serviceWorkerAllowed: HTTPField.Name {
    guard let name = HTTPField.Name("Service-Worker-Allowed") else { preconditionFailure("It is the name of a header") }
    return name
  }
}

/// What the service worker shows while nothing can be reached.
struct OfflinePage: Page {
  static let template = "offline"
  let title: String
}
