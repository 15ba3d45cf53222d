import Base
import Crypto
import Foundation
import Testing

@testable import Hosts

/// What the server of a website signs, and what is no such thing.
@Suite("Tokens of websites")
struct HostTokenTests {
  private static let secret = "3f1c0de5a9b74e0f8d2a6b7c9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b"
  private static let base = "http://localhost:8080"
  private static let now = Moment(milliseconds: 1_795_219_200_000)
  private static let second: Int64 = 1_795_219_200

  private static func token() -> HostToken {
    HostToken(
      iss: "site", aud: base, sub: "c-17", iat: second, exp: second + 120, jti: "once", role: .customer, name: "Nadia Karim", expert: "p-4")
  }

  private static func why(_ change: (inout HostToken) -> Void, signedWith secret: String = secret) throws -> String? {
    var token = token()
    change(&token)
    do {
      try HostToken(token.signed(with: secret), signedWith: [Self.secret]).check(site: "site", baseAddress: base, at: now)
      return nil
    } catch {
      return (error as? Refusal)?.arguments["why"]
    }
  }

  @Test("C1: a token says whose word it is, for whom, about whom, and until when; each of it is looked at")
  func claims() throws {
    #expect(try Self.why { _ in } == nil)
    #expect(try Self.why { $0.exp = Self.second - 60 } == "exp")
    #expect(try Self.why { ($0.iat, $0.exp) = (Self.second - 100, Self.second - 59) } == nil)
    #expect(try Self.why { $0.aud = "https://other.example" } == "aud")
    #expect(try Self.why { $0.iss = "another site" } == "iss")
    #expect(try Self.why { $0.exp = Self.second + 301 } == "iat")
    #expect(try Self.why { ($0.iat, $0.exp) = (Self.second + 61, Self.second + 90) } == "iat")
    #expect(try Self.why { $0.sub = "" } == "sub")
    #expect(try Self.why { $0.jti = "" } == "jti")
    #expect(try Self.why { $0.name = "Nadia\0" } == "name")
    #expect(try Self.why({ _ in }, signedWith: "another secret") == "signature")
  }

  @Test("C1: only HMAC with SHA-256 counts, whatever a token says about itself")
  func algorithms() throws {
    let parts = try Self.token().signed(with: Self.secret).split(separator: ".").map(String.init)
    func why(_ head: String, _ code: String) -> String? {
      let compact = "\(Base64URL.text(Array(head.utf8))).\(parts[1]).\(code)"
      do {
        _ = try HostToken(compact, signedWith: [Self.secret])
        return nil
      } catch {
        return error.arguments["why"]
      }
    }
    #expect(why(#"{"alg":"none"}"#, "") == "alg")
    #expect(why(#"{"alg":"none"}"#, parts[2]) == "alg")
    #expect(why(#"{"alg":"HS512"}"#, parts[2]) == "alg")
    #expect(why(#"{"alg":"RS256"}"#, parts[2]) == "alg")
    #expect(why(#"{"alg":"HS256","crit":["b64"]}"#, parts[2]) == "alg")
    #expect(why(#"{"alg":"HS256","typ":"JWT"}"#, "") == "signature")
    #expect(why(#"{"alg":"HS256","typ":"JWT"}"#, parts[2]) == nil)
    for broken in ["", "a", "a.b", "a.b.c.d", "\(parts[0]).\(parts[1])", String(repeating: "a", count: 5000)] {
      #expect(throws: Refusal.self) { try HostToken(broken, signedWith: [Self.secret]) }
    }
    #expect(throws: Refusal.self) { try HostToken(parts.joined(separator: "."), signedWith: []) }
  }

  @Test("C1: the signature is the one that every JWT library makes")
  func vector() throws {
    // Made by joserfc for Python.
    let compact = [
      "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
      "eyJpc3MiOiJzaXRlIiwiYXVkIjoiaHR0cDovL2xvY2FsaG9zdDo4MDgwIiwic3ViIjoiYy0xNyIsImlhdCI6MTc5NTIxOTIwMCwiZXhwIjoxNz"
        + "k1MjE5MzIwLCJqdGkiOiJvbmNlIiwicm9sZSI6ImN1c3RvbWVyIiwibmFtZSI6Ik5hZGlhIEthcmltIiwibG9jYWxlIjoiZnIiLCJleHBlcnQiOiJwLTQifQ",
      "YwI1eDxUdy_GQ5LaFHF5OIAqa70LbA-sasyC6yBTNcE",
    ].joined(separator: ".")
    let token = try HostToken(compact, signedWith: ["an older secret", Self.secret])
    try token.check(site: "site", baseAddress: Self.base, at: Self.now)
    #expect((token.sub, token.expert, token.locale) == ("c-17", "p-4", "fr"))
  }
}
