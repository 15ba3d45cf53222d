import Base
import Foundation
import Store
import TestKit
import Testing

/// Somebody signed in, who reads pages and presses the buttons of their forms.
struct Reader: Sendable {
  let house: House
  let person: House.Person

  func get(_ path: String, _ headers: [String: String] = [:]) async throws -> WebAnswer {
    let own = ["Cookie": person.cookie, "Accept": "text/html"].merging(headers) { $1 }
    return try await WebAnswer.of("GET", path, port: house.port, own)
  }

  func post(_ path: String, _ fields: [String: String] = [:], from page: String = "/profile/privacy") async throws -> WebAnswer {
    let text = try await get(page).text
    let field = try #require(text.firstRange(of: "name=\"form_token\" value=\""), "\(page) has no form")
    var fields = fields
    fields["form_token"] = String(text[field.upperBound...].prefix { $0 != "\"" })
    let body = fields.map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(
      separator: "&")
    return try await WebAnswer.of(
      "POST", path, port: house.port,
      [
        "Cookie": person.cookie, "Accept": "text/html", "Origin": House.origin, "Content-Type": "application/x-www-form-urlencoded",
      ], body: Data(body.utf8))
  }
}

/// Looks again until it is so; jobs run beside the test.
func soon(_ what: String, within seconds: Int = 20, _ isSo: () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(seconds)
  while try await !isSo() {
    try #require(ContinuousClock.now < end, "\(what) did not come true")
    try await Task.sleep(for: .milliseconds(50))
  }
}

extension House {
  func text(_ sql: String) async throws -> String? { try await program.store.read { try $0.row(sql)?[0] as String? } }

  /// The address behind the button of the newest letter of a kind.
  func letters(_ kind: String) async throws -> Int { try await count("SELECT COUNT(*) FROM letters WHERE kind = '\(kind)'") }
}
