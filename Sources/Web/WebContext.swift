import Access
import Base
import Hummingbird
import NIOCore

/// What is known about a request: who asks, in which language, from where. `Reception` fills it before a handler sees it.
public struct WebContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// Where the connection itself comes from; behind a proxy, the proxy.
  let peer: String
  public internal(set) var address: ClientAddress
  public internal(set) var signedIn: SignedIn?
  public internal(set) var language: Language
  public internal(set) var formKey: FormKey
  /// By which this browser is known again; a new one where it had none.
  public internal(set) var browser = Secret()

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress?.ipAddress ?? ""
    address = ClientAddress(peer)
    signedIn = nil
    language = .english
    formKey = FormKey(cookie: nil)
  }

  /// A program with a token: no browser sends one along by itself, so nobody else's page can have made it ask.
  public var isProgram: Bool { signedIn?.member.scopes != nil }

  /// Who is signed in.
  ///
  /// - Throws: `signInNeeded` where nobody is.
  public func person() throws(Refusal) -> SignedIn {
    guard let signedIn else { throw Refusal(.signInNeeded) }
    return signedIn
  }

  public var actor: Access.Actor { signedIn.map { .account($0.member) } ?? .signedOut }

  /// By which a failed request is found in the log.
  public var requestID: String { logger[metadataKey: "hb.request.id"]?.description ?? "-" }

  /// A part of the path as an identity; what cannot be one is not found.
  public func identity<Kind>(_ name: String, of kind: Kind.Type = Kind.self) throws(Refusal) -> ID<Kind> {
    guard let text = parameters.get(name), let id = ID<Kind>(text) else { throw Refusal(.notFound) }
    return id
  }
}
