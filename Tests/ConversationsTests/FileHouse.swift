import Base
import Foundation
import Sites
import TestKit
import Testing

/// A website with a chat in which Clara answers Ada, and what they do with files.
struct FileHouse: Sendable {
  static let limits =
    "visitor.messages=1000/60,visitor.widget=10000/60,visitor.uploads=1000/60,agent.uploads=1000/60,signedOut.widget=10000/60,signedOut.assets=10000/60"

  let house: House
  let site: Site
  let person: House.Person
  let ada: Talker
  let clara: Talker

  init(_ house: House, zone: String = "UTC") async throws {
    self.house = house
    site = try await house.site(zone: zone)
    person = try await house.person("Clara", at: [site])
    clara = try await house.console(of: person)
    ada = try await house.visitor(of: site)
    _ = try await ada.subscribe()
    _ = try await ada.sendForm()
    _ = try await clara.subscribe(ada.topic)
    _ = try await clara.ask("join", on: ada.topic)
  }

  var conversation: String { String(ada.topic.dropFirst("chat.".count)) }
  var asAda: [String: String] { visitor(ada) }
  var asClara: [String: String] { ["Cookie": person.cookie, "Origin": House.origin] }

  func visitor(_ talker: Talker) -> [String: String] {
    ["Authorization": "Visitor \(site.key):\(talker.key?.text ?? "")", "Origin": House.siteOrigin]
  }

  func upload(
    _ bytes: Data, _ name: String, as who: [String: String], to conversation: String? = nil, promising length: Int? = nil
  ) async throws -> WebAnswer {
    let allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
    let encoded = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    return try await WebAnswer.of(
      "POST", "/api/v1/chats/\(conversation ?? self.conversation)/files?name=\(encoded)", port: house.port, who, body: bytes,
      promising: length)
  }

  func upload(_ sample: String, as who: [String: String]) async throws -> WebAnswer {
    try await upload(Samples.bytes(sample), sample, as: who)
  }

  /// Uploads and sends; answers the identity of the file.
  func send(_ sample: String, by talker: Talker, as who: [String: String], client: String = Secret().text) async throws -> String {
    let answer = try await upload(sample, as: who)
    let file = try #require(answer.json?["file"]?.string, "\(answer.text)")
    let sent = try await talker.ask("send", ["client": .string(client), "file": .string(file)], on: ada.topic)
    #expect(sent.name == "Acknowledged", "\(sent)")
    return file
  }

  func pass(_ who: [String: String]) async throws -> String {
    let answer = try await WebAnswer.of("GET", "/api/v1/chats/\(conversation)/pass", port: house.port, who)
    return try #require(answer.json?["pass"]?.string, "\(answer.text)")
  }

  func fetch(_ file: String, pass: String, _ headers: [String: String] = [:], more: String = "") async throws -> WebAnswer {
    try await WebAnswer.of("GET", "/files/\(file)?pass=\(pass)\(more)", port: house.port, headers)
  }

  /// By what the lists are ordered.
  func activeAt() async throws -> Int { try await house.count("SELECT active_at FROM conversations WHERE id = \(conversation)") }

  /// What lies in the folder of files, as paths below it.
  func kept() throws -> [String] {
    let folder = house.program.settings.text(.data) + "/files"
    let all = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return all.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder) && !isFolder.boolValue
    }
  }
}
