import Base
import Foundation
import HTTPTypes
import TestKit
import Testing
import Web

@testable import Sites

/// docs/openapi.json against what the router has and what it answers.
@Suite struct DescriptionTests {
  let key = Secret().text
  static let origin: HTTPFields = [.origin: "https://harbour.example"]

  @Test("E76: every route of the API that sites answer is described, and no other is described in their name")
  func routes() async throws {
    let description = try APIDescription(Checkout.data("docs/openapi.json"))
    try await House.open(.sqlite) { house in
      let rows = try house.routes().rows.map { row in
        "\(row.method) "
          + row.path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.map { "/\($0)" }.joined()
      }
      // What other slices answer is held against the document where all slices are together.
      let theirs: Set = [
        "GET /api/v1/chats/{conversation}/entries", "POST /api/v1/chats/{conversation}/files",
        "GET /api/v1/chats/{conversation}/pass", "POST /api/v1/chats/{conversation}/transcript",
        "GET /api/v1/chats/{conversation}/colleagues", "GET /files/{file}", "GET /api/v1/me",
        "POST /api/v1/live",
        "GET /api/v1/availability/{account}", "PUT /api/v1/availability/{account}/reports/{source}",
        "POST /api/v1/embed/session", "POST /api/v1/embed/session/end", "POST /api/v1/embed/codes",
      ]
      #expect(Set(rows.filter { $0.contains(" /api/") }) == description.operations.subtracting(theirs))
      #expect(description.operations.isSuperset(of: theirs))
    }
  }

  @Test("E76: what is answered, refusals too, is as the description says")
  func answers() async throws {
    let description = try APIDescription(Checkout.data("docs/openapi.json"))
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour { $0.form.services = ["Thesis"] }
      let browser = try house.browser()
      let page = ["key": key, "url": "https://harbour.example/"]
      func ask(
        _ method: HTTPRequest.Method, _ what: String, _ body: [String: Any] = [:], site: String = site.key,
        headers: HTTPFields = Self.origin
      ) async throws -> (HTTPResponse.Status, String) {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        let answer = try await browser.ask(method, "/api/v1/widget/\(site)/\(what)", headers, body: text)
        let problems = description.problems(
          of: answer.body, status: Int(answer.status.code), to: "\(method) /api/v1/widget/{key}/\(what.prefix { $0 != "?" })")
        #expect(problems == [])
        return (answer.status, answer.body)
      }
      let (seen, body) = try await ask(.post, "views", page)
      #expect(seen == .ok)
      let view = (try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])?["view"]
      #expect(try await ask(.post, "beats", ["key": key, "view": try #require(view), "seconds": 3]).0 == .noContent)
      let deed: [String: Any] = ["n": 1, "kind": "download", "label": "prices.pdf"]
      let told: [String: Any] = ["key": key, "view": try #require(view), "seconds": 9, "depth": 80, "actions": [deed], "last": true]
      #expect(try await ask(.post, "beats", told).0 == .noContent)
      var robot = Self.origin
      robot[.userAgent] = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
      #expect(try await ask(.post, "views", page, headers: robot).0 == .noContent)
      #expect(try await ask(.get, "config?language=ar").0 == .ok)
      #expect(try await ask(.post, "views", [:]).0 == .badRequest)
      #expect(try await ask(.post, "views", page.merging(["title": "\0"]) { $1 }).0 == .unprocessableContent)
      #expect(try await ask(.post, "beats", ["key": key, "view": "1", "seconds": 3]).0 == .notFound)
      for what in ["views", "beats"] {
        #expect(try await ask(.post, what, page, site: "none").0 == .notFound)
        #expect(try await ask(.post, what, page, headers: [:]).0 == .forbidden)
      }
      #expect(try await ask(.get, "config", site: "none").0 == .notFound)
      #expect(try await ask(.get, "config", headers: [:]).0 == .forbidden)
      while try await ask(.post, "views", page).0 == .ok {}
    }
  }

  @Test("E76: the description is served to every program, as it stands in the docs")
  func served() async throws {
    try await House.open(.sqlite) { house in
      let answer = try await house.browser().get("/api/v1/openapi.json")
      #expect(answer.status == .ok && answer.headers[.accessControlAllowOrigin] == "*")
      #expect(Data(answer.body.utf8) == (try Checkout.data("docs/openapi.json")))
      let description = try APIDescription(Data(answer.body.utf8))
      #expect(description.problems(of: answer.body, status: 200, to: "GET /api/v1/openapi.json") == [])
    }
  }

  @Test("E76: the checker of answers finds what is missing, wrong or too much")
  func checker() throws {
    let description = try APIDescription(Checkout.data("docs/openapi.json"))
    let views = "POST /api/v1/widget/{key}/views"
    let good = #"{"view":"1","panel":"/assets/p.js","watch":"/assets/w.js","open":true,"hue":5,"position":"end","label":"x"}"#
    #expect(description.problems(of: good, status: 200, to: views) == [])
    for (part, wrong) in [
      ("\"1\"", "1"), ("true", "1"), (":5", ":360"), ("\"end\"", "\"middle\""), (",\"label\":\"x\"", ""), ("{", "{\"more\":1,"),
      ("/assets", "assets"),
    ] {
      #expect(
        description.problems(of: good.replacing(part, with: wrong, maxReplacements: 1), status: 200, to: views) != [], "\(wrong)")
    }
    #expect(description.problems(of: "", status: 418, to: views).count == 1)
  }
}
