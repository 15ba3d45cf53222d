import Hummingbird
import Web

/// Stands before the router: a request for the name of a website gets that website's pages and nothing of ours, so that its origin is
/// really a foreign one. Everybody else goes on to the program.
public struct WebsiteHosts<Program: HTTPResponder>: HTTPResponder where Program.Context == WebContext {
  public typealias Context = WebContext

  let program: Program
  let bundle: Web.Bundle
  let addresses: Addresses
  var marketplace: Marketplace?

  public func respond(to request: Request, context: WebContext) async throws -> Response {
    if let marketplace, Marketplace.stands(at: request.head.authority) {
      return try await marketplace.answer(request, context, pages(of: Marketplace.folder, isStrict: false))
    }
    guard let website = Website.at(host: request.head.authority) else { return try await program.respond(to: request, context: context) }
    return pages(of: website.key.rawValue, isStrict: website.isStrict).answer(request)
  }

  private func pages(of folder: String, isStrict: Bool) -> WebsitePages {
    WebsitePages(folder: folder, isStrict: isStrict, bundle: bundle, addresses: addresses)
  }
}
