import Base
import Foundation
import NIOCore
import Sites
import TestKit
import Testing

/// A browser without scripts, on one page of somebody who is signed in.
struct Reader: Sendable {
  let house: House
  let person: House.Person
  let path: String

  init(_ house: House, _ person: House.Person, path: String = "/profile/notices") {
    self.house = house
    self.person = person
    self.path = path
  }

  func page(_ query: String = "") async throws -> String { try await get(query).text }

  private func get(_ query: String = "") async throws -> WebAnswer {
    try await WebAnswer.of("GET", path + query, port: house.port, ["Cookie": person.cookie])
  }

  /// - Parameter target: where the form goes, when that is not its own page.
  func post(_ fields: [(String, String)], to target: String? = nil) async throws -> Int {
    let answer = try await get()
    let token = try #require(answer.text.firstMatch(of: /name="form_token" value="([^"]+)"/)?.output.1)
    let key = answer.headers["set-cookie"]?.prefix { $0 != ";" } ?? ""
    let body = (fields + [("form_token", String(token))]).map { "\($0.0)=\($0.1.replacing(":", with: "%3A"))" }.joined(separator: "&")
    let headers = [
      "Cookie": key.isEmpty ? person.cookie : "\(person.cookie); \(key)", "Origin": House.origin,
      "Content-Type": "application/x-www-form-urlencoded",
    ]
    return try await WebAnswer.of("POST", target ?? path, port: house.port, headers, body: Data(body.utf8)).status
  }
}

extension House {
  /// A visitor comes while nobody is there, and leaves a message.
  func leaveMessage(at site: Site, from name: String = "Ada Moreau") async throws {
    let visitor = try await visitor(of: site)
    _ = try await visitor.subscribe()
    let left = try await visitor.ask(
      "offline",
      [
        "name": .string(name), "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "service": "Thesis",
        "client": .string(Secret().text), "text": "Please call me",
      ])
    #expect(left.name == "Acknowledged", "\(left)")
  }
}
