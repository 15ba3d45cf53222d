import Hummingbird
import Web

/// Stands before the router: a request for the name of a website gets that website's pages and nothing of ours, so that its origin is
/// really a foreign one. Everybody else goes on to the program.
public struct WebsiteHosts<Program: HTTPResponder>: HTTPResponder where Program.Context == WebContext {
  public typealias Context = WebContext

  let program: Program
  let bundle: Web.Bundle
  let addresses: Addresses

  public func respond(to request: Request, context: WebContext) async throws -> Response {
    guard let website = Website.at(host: request.head.authority) else { return try await program.respond(to: request, context: context) }
    return WebsitePages(website: website, bundle: bundle, addresses: addresses).answer(request)
  }
}
