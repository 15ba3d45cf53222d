import Foundation
import TestKit
import Testing

/// Somebody who reads pages and sends their forms, in a browser without scripts.
struct PageReader: Sendable {
  let house: House
  let person: House.Person

  func get(_ path: String) async throws -> WebAnswer {
    try await WebAnswer.of("GET", path, port: house.port, ["Cookie": person.cookie, "Accept": "text/html"])
  }

  /// - Parameter page: where the form stands; a session's forms have one token.
  func post(_ path: String, _ fields: [String: String] = [:], from page: String = "/profile") async throws -> WebAnswer {
    let text = try await get(page).text
    let field = try #require(text.firstRange(of: "name=\"form_token\" value=\""), "\(page) has no form")
    var fields = fields
    fields["form_token"] = String(text[field.upperBound...].prefix { $0 != "\"" })
    let body = fields.map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
    return try await WebAnswer.of(
      "POST", path, port: house.port,
      [
        "Cookie": person.cookie, "Accept": "text/html", "Origin": House.origin, "Content-Type": "application/x-www-form-urlencoded",
      ], body: Data(body.joined(separator: "&").utf8))
  }
}
