import Base
import Foundation
import HTTPTypes
import TestKit
import Testing

@testable import Mail
@testable import Village

/// `/dev/mail`: what was written instead of being sent.
@Suite struct DevMailTests {
  private let letter = """
    From: Parley <parley@localhost>\r
    To: Ann <ann@reader.example>\r
    Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= <b>\r
    Date: Sat, 21 Nov 2026 14:32:11 +0000\r
    MIME-Version: 1.0\r
    Content-Type: multipart/alternative; boundary=x\r
    \r
    --x\r
    Content-Type: text/plain; charset=utf-8\r
    \r
    Plain <words>\r
    --x\r
    Content-Type: text/html; charset=utf-8\r
    \r
    <!doctype html><html><head><title>t</title></head><body><a href="https://a.example/">go</a></body></html>\r
    --x--\r

    """

  private func withFolder(_ body: (Stage, MailFolder) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("letters-\(UInt64.random(in: 0 ... .max))").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await Stage.open(.sqlite) { try await body($0, MailFolder(path: path)) }
  }

  @Test("Demo: letters are listed newest first, and each shows its words and, in a frame that runs nothing, its sheet")
  func readable() async throws {
    try await withFolder { stage, folder in
      let browser = Browser(try stage.routes(dev: true, letters: folder), address: "127.0.0.1")
      #expect(try await browser.get("/dev/mail").body.contains("No letters yet"))
      for id in [5, 9] as [Int64] { try folder.write(Array(letter.utf8), as: LetterID(rawValue: id)) }
      let list = try await browser.get("/dev/mail").body
      let (newer, older) = (try #require(list.firstRange(of: "/dev/mail/9")), try #require(list.firstRange(of: "/dev/mail/5")))
      #expect(newer.lowerBound < older.lowerBound && list.contains("Grüße &lt;b&gt;") && list.contains("ann@reader.example"))
      let page = try await browser.get("/dev/mail/9")
      #expect(page.body.contains("Plain &lt;words&gt;") && page.body.contains("2026-11-21 14:32:11 UTC"))
      #expect(page.body.contains(#"src="/dev/mail/9/html""#) && page.body.contains("sandbox=\"allow-popups"))
      #expect(page.headers[.contentSecurityPolicy]?.contains("frame-src 'self'") == true)
      let sheet = try await browser.get("/dev/mail/9/html")
      #expect(sheet.body.contains(#"<head><base target="_blank">"#) && sheet.body.contains("https://a.example/"))
      let policy = try #require(sheet.headers[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script"))
      #expect(try await browser.get("/dev/mail/7").status == .notFound)
      #expect(try await browser.get("/dev/mail/..%2F9").status == .notFound)
    }
  }

  @Test("Demo: where letters are sent, the page says so")
  func sent() async throws {
    try await Stage.open(.sqlite) { stage in
      let browser = Browser(try stage.routes(dev: true), address: "127.0.0.1")
      #expect(try await browser.get("/dev/mail").body.contains("Letters are sent"))
    }
  }
}
