import Base
import Conversations
import Foundation
import Store
import TestKit
import Testing

@Suite("Files in chats")
struct FileTests {
  @Test("E41e, E42a, E42b, E42c: a file goes either way and both sides fetch it", arguments: [Dialect.Engine.sqlite, .postgres])
  func bothWays(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      for (sender, who, reader) in [(stage.ada, stage.asAda, stage.clara), (stage.clara, stage.asClara, stage.ada)] {
        let file = try await stage.send("letter.pdf", by: sender, as: who)
        let heard = try await reader.line.next("MessageSent") { $0["body"]?["file"]?.string == file }
        #expect(heard["body"]?["kind"]?.string == "file" && heard["body"]?["name"]?.string == "letter.pdf")
        #expect(heard["body"]?["type"]?.string == "application/pdf" && heard["body"]?["bytes"]?.int == 199)
        for person in [stage.asAda, stage.asClara] {
          let answer = try await stage.fetch(file, pass: stage.pass(person), person)
          #expect(try answer.status == 200 && answer.body == Samples.bytes("letter.pdf"))
        }
      }
      // E42a, E42b: a folder of the chat, a name that says nothing, and what there is to know in the table.
      let kept = try stage.kept()
      #expect(kept.count == 2 && kept.allSatisfy { $0.hasPrefix("chats/\(stage.conversation)/") && !$0.contains("letter") })
      #expect(try await house.count("SELECT COUNT(*) FROM files WHERE name = 'letter.pdf' AND bytes = 199 AND n > 0") == 2)
      let findings = try await Conversations.examine(house.program.store).findings
      #expect(findings == [])
    }
  }

  @Test(
    "X4: a file sent twice with one id is one message, and another id cannot send it again", arguments: [Dialect.Engine.sqlite, .postgres])
  func once(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let client = Secret().text
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda, client: client)
      let fields: [String: JSON] = ["client": .string(client), "file": .string(file)]
      let again = try await stage.ada.ask("send", fields)
      #expect(again.name == "Acknowledged")
      let other = try await stage.ada.ask("send", ["client": .string(Secret().text), "file": .string(file)])
      #expect(other["reason"]?.string == "fileNotFound")
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'MessageSent'") == 1)
    }
  }

  @Test("E20: lists and history tell of a file by its name")
  func lists() async throws {
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let file = try await stage.send("logo.png", by: stage.ada, as: stage.asAda)
      let rows = try await stage.clara.subscribe("visitors.\(stage.site.id)")["rows"]?.array
      let last = try #require(rows?.first?["last"])
      #expect(last["kind"]?.string == "file" && last["text"]?.string == "logo.png")
      let history = try await WebAnswer.of("GET", "/api/v1/chats/\(stage.conversation)/entries", port: house.port, stage.asAda)
      let body = try #require(history.json?["entries"]?.array?.last?["body"])
      #expect(body["file"]?.string == file && body["width"]?.int == 300 && body["height"]?.int == 300)
    }
  }

  @Test(
    "E41a, E46: what a file is decides, and what it is called has to fit",
    arguments: [
      ("letter.pdf", "letter.pdf", 201, ""), ("letter.doc", "a.DOC", 201, ""), ("reordered.docx", "a.docx", 201, ""),
      ("turned.jpg", "a.jpeg", 201, ""), ("logo.png", "pasted", 201, ""),
      ("logo.png", "invoice.pdf", 422, "fileNameUnfit"), ("letter.pdf", "photo.jpg", 422, "fileNameUnfit"),
      ("letter.pdf", "run.exe", 415, "fileTypeNotAllowed"), ("picture.svg", "picture.png", 415, "fileTypeNotAllowed"),
      ("page.html", "page.pdf", 415, "fileTypeNotAllowed"), ("macro.docx", "a.docx", 415, "fileTypeNotAllowed"),
      ("two.gif", "two.gif", 415, "fileTypeNotAllowed"), ("bomb.png", "bomb.png", 422, "pictureTooLarge"),
      ("damaged.png", "a.png", 422, "pictureUnreadable"),
    ])
  func types(_ sample: String, _ name: String, _ status: Int, _ reason: String) async throws {
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let answer = try await stage.upload(Samples.bytes(sample), name, as: stage.asAda)
      #expect(answer.status == status && answer.reason ?? "" == reason, "\(answer.text)")
      // The website's page may read why.
      #expect(answer.headers["access-control-allow-origin"] == House.siteOrigin)
      #expect(try stage.kept().count == (status == 201 ? 1 : 0))
    }
  }

  @Test("E41b: ten megabytes and one byte are refused, an empty file too, and a cut upload leaves nothing")
  func sizes() async throws {
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let most = try Samples.bytes("letter.pdf") + Data(count: (10 << 20) - 199)
      #expect(try await stage.upload(most, "a.pdf", as: stage.asAda).status == 201)
      let tooMuch = try await stage.upload(most + Data([0]), "a.pdf", as: stage.asAda)
      #expect(tooMuch.status == 413 && tooMuch.reason == "fileTooLarge")
      #expect(try await stage.upload(Data(), "a.pdf", as: stage.asAda).reason == "fileEmpty")
      _ = try? await stage.upload(Samples.bytes("letter.pdf"), "a.pdf", as: stage.asAda, promising: 5000)
      try await Task.sleep(for: .milliseconds(500))
      #expect(try stage.kept().count == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM files") == 1)
    }
  }

  @Test("E47, E78c: the sixth file within a minute is told when to come")
  func rate() async throws {
    try await House.open(.sqlite, limits: "visitor.messages=1000/60") { house in
      let stage = try await FileHouse(house)
      for number in 1...6 {
        let answer = try await stage.upload("letter.pdf", as: stage.asAda)
        #expect(answer.status == (number <= 5 ? 201 : 429), "\(answer.text)")
        if number == 6 { #expect((answer.json?["retryAfterSeconds"]?.int ?? 0) > 0) }
      }
    }
  }

  @Test("E46: a name with a path or a turn of direction is made harmless, and two files of one name stand side by side")
  func names() async throws {
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      for (name, shown) in [
        ("../../etc/passwd.pdf", "passwd.pdf"), (#"C:\Temp\letter.pdf"#, "letter.pdf"), ("\u{202E}fdp.tset.pdf", "fdp.tset.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"), ("Lettre d’été.pdf", "Lettre d’été.pdf"), ("", "file.pdf"),
      ] {
        let answer = try await stage.upload(Samples.bytes("letter.pdf"), name, as: stage.asAda)
        #expect(answer.json?["name"]?.string == shown, "\(answer.text)")
      }
      let turned = try await stage.upload(Samples.bytes("letter.pdf"), "report\u{202E}fdp.exe", as: stage.asAda)
      #expect(turned.reason == "fileTypeNotAllowed")
      let first = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let second = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      #expect(first != second)
      #expect(try stage.kept().count == 8)
    }
  }

  @Test("E48: a picture loses what the camera wrote and is shown in place; everything else is downloaded under its time and name")
  func shown() async throws {
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let picture = try await stage.send("turned.jpg", by: stage.ada, as: stage.asAda)
      let letter = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let pass = try await stage.pass(stage.asAda)
      let shown = try await stage.fetch(picture, pass: pass)
      #expect(shown.body.range(of: Data("SecretCamera".utf8)) == nil && shown.headers["content-type"] == "image/jpeg")
      #expect(shown.headers["content-disposition"]?.hasPrefix("inline; filename=") == true)
      #expect(try await stage.fetch(picture, pass: pass, more: "&save=1").headers["content-disposition"]?.hasPrefix("attachment") == true)
      let saved = try await stage.fetch(letter, pass: pass)
      let name = try #require(saved.headers["content-disposition"])
      #expect(
        name.wholeMatch(of: /attachment; filename="\d{8}-\d{6}_letter.pdf"; filename\*=UTF-8''\d{8}-\d{6}_letter.pdf/) != nil, "\(name)")
      for answer in [shown, saved] {
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["content-security-policy"] == "default-src 'none'; sandbox")
        #expect(answer.headers["cross-origin-resource-policy"] == "cross-origin")
        #expect(answer.headers["cache-control"]?.hasPrefix("private") == true)
      }
    }
  }

  @Test("E42c: parts of a file are fetched one by one, and only of the file that somebody has begun")
  func ranges() async throws {
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let pass = try await stage.pass(stage.asAda)
      let whole = try Samples.bytes("letter.pdf")
      let etag = "\"\(file)\""
      for (range, ifRange, status, from, to) in [
        ("bytes=0-9", nil, 206, 0, 10), ("bytes=190-", nil, 206, 190, 199), ("bytes=-5", nil, 206, 194, 199),
        ("bytes=100-9999", etag, 206, 100, 199), ("bytes=0-9", "\"other\"", 200, 0, 199), ("bytes=0-1,5-6", nil, 200, 0, 199),
        ("lines=1-2", nil, 200, 0, 199), ("bytes=9-3", nil, 200, 0, 199),
      ] as [(String, String?, Int, Int, Int)] {
        var headers = ["Range": range]
        headers["If-Range"] = ifRange
        let answer = try await stage.fetch(file, pass: pass, headers)
        #expect(answer.status == status && answer.body == whole[from..<to], "\(range)")
        if status == 206 { #expect(answer.headers["content-range"] == "bytes \(from)-\(to - 1)/199") }
      }
      for range in ["bytes=199-", "bytes=-0", "bytes=99999999999999999999-"] {
        let answer = try await stage.fetch(file, pass: pass, ["Range": range])
        #expect(answer.status == 416 && answer.headers["content-range"] == "bytes */199", "\(range)")
      }
      #expect(try await stage.fetch(file, pass: pass, ["If-None-Match": etag]).status == 304)
    }
  }
}
