import Base
import Crypto
import HTTPTypes
import NIOHTTP1
import TestKit
import Testing

@testable import Conversations
@testable import Files
@testable import Live
@testable import Web

/// What comes in the head and the body of a request.
@Suite struct RequestFuzzTests {
  @Test("E20: whatever a form or a query holds is fields or a refusal, and what we write there is read as it was")
  func forms() throws {
    let samples = [
      "name=Ada&email=ada%40example.com&text=a+b%0D%0Ac", "a=1&a=2&=&b", "language=it&before=7&limit=50", "x=%C3%A9%F0%9F%99%82",
    ]
    try Fuzz("FormCoding", samples: samples).run { bytes in
      if let fields = try? FormCoding.decode(bytes) {
        guard fields.count <= FormCoding.fieldLimit, !fields.contains(where: { $0.value.utf8.contains(0) || $0.name.utf8.contains(0) })
        else {
          throw Fuzz.Finding("took \(fields.count) fields")
        }
        for field in fields { _ = Form.trimmed(field.value) }
      }
      guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\r"), !text.utf8.contains(0) else { return }
      guard try FormCoding.decode(Array("t=\(FormCoding.encode(text))".utf8)).first?.value == text else {
        throw Fuzz.Finding("what is written is not what is read")
      }
    }
  }

  @Test("E41a: whatever Range and If-Range say, a part lies inside the file")
  func ranges() throws {
    try Fuzz("ByteRange", samples: ["bytes=0-99", "bytes=-5", "bytes=7-", "bytes=0-1,5-9", "bytes = 1 - 2"]).run { bytes in
      let header = String(decoding: bytes, as: UTF8.self)
      for size: Int64 in [0, 1, 100, .max] {
        guard case .part(let part) = ByteRange(header, ifRange: nil, etag: "e", of: size) else { continue }
        guard part.lowerBound >= 0, part.upperBound <= size, !part.isEmpty else { throw Fuzz.Finding("\(part) of \(size)") }
      }
    }
  }

  @Test("E78b: whatever X-Forwarded-For says, a request has one address, and a stranger's word never counts")
  func addresses() throws {
    let trusted = try #require(AddressRange("10.0.0.0/8"))
    try Fuzz("ClientAddress", samples: ["192.0.2.1, 10.0.0.7", "::1", "2001:db8::1, ::ffff:10.0.0.1", "unknown", "1.2.3.4:80"]).run {
      bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard ClientAddress(peer: "203.0.113.9", forwarded: [text], trusted: [trusted]).text == "203.0.113.9" else {
        throw Fuzz.Finding("a stranger was believed")
      }
      let address = ClientAddress(peer: "10.0.0.1", forwarded: [text], trusted: [trusted])
      guard ClientAddress(address.text).text == address.text else { throw Fuzz.Finding("\(address.text) is not its own address") }
      _ = AddressRange(text)
    }
  }

  @Test("E20: whatever cookies, languages and browsers say, they are read")
  func headers() throws {
    let samples = [
      "parley=abc; other=\"x y\"; parley_form=1", "it-IT,it;q=0.9,*;q=0.1", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko Firefox/128.0",
    ]
    let cookies = BrowserCookies(isSecure: true)
    try Fuzz("Headers", samples: samples).run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      _ = cookies.sessionToken(in: [text])
      _ = cookies.broughtBy(in: [text, text])
      _ = cookies.chosenLanguage(in: [text])
      _ = Language(preferredIn: text)
      _ = UserAgent(text)
    }
  }

  @Test("E20: whatever asks to become a WebSocket is one with a whole key, or none")
  func upgrades() throws {
    let samples = ["websocket|keep-alive, Upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|/live?x", "h2c|Upgrade|13|x|/live"]
    try Fuzz("UpgradeRequest", samples: samples).run { bytes in
      let parts = String(decoding: bytes, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 5 else { return }
      let headers: HTTPHeaders = [
        "Host": "a", "Upgrade": parts[0], "Connection": parts[1], "Sec-WebSocket-Version": parts[2], "Sec-WebSocket-Key": parts[3],
      ]
      let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: parts[4], headers: headers)
      guard let upgrade = UpgradeRequest(head, path: "/live") else { return }
      guard parts[2] == "13", parts[3].utf8.count == 24, upgrade.acceptance.status == .switchingProtocols else {
        throw Fuzz.Finding("upgraded")
      }
    }
  }

  @Test("X6: a signed link or pass that was changed anywhere opens nothing, and one that was not opens what it did")
  func signatures() throws {
    let key = SymmetricKey(size: .bits256)
    let now = Moment(milliseconds: 1_795_219_200_000)
    let links = [
      ThreadLink(to: ID(rawValue: 5), for: .letter(upTo: 7), at: now),
      ThreadLink(to: ID(rawValue: 5), for: .session(ID(rawValue: 3), digest: [1, 2, 3]), at: now),
    ]
    let signed = Dictionary(uniqueKeysWithValues: links.map { ($0.signed(with: key), $0) })
    let pass = FilePass(for: .visitor(ID(rawValue: 71)), in: ID(rawValue: 5), at: now)
    try Fuzz("Signatures", samples: Array(signed.keys) + [pass.signed(with: key), "letter.5.9223372036854775807.7.x"]).run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      if let read = ThreadLink(text, signedWith: key), signed[text] != read { throw Fuzz.Finding("opened \(read)") }
      if let read = FilePass(text, signedWith: key), text != pass.signed(with: key) || read != pass { throw Fuzz.Finding("passed \(read)") }
      if let link = signed[text], ThreadLink(text, signedWith: key) != link { throw Fuzz.Finding("a good link is not read") }
    }
  }

  @Test("E41a: whatever a file is called, its name is short, visible and has an ending of its kind")
  func fileNames() throws {
    try Fuzz(
      "FileName",
      samples: ["report.pdf", "../../etc/passwd", "a\\b.pdf", ".pdf", "e\u{301}\u{202E}fdp.exe", String(repeating: "é", count: 300)]
    )
    .run { bytes in
      guard let name = try? FileName(String(decoding: bytes, as: UTF8.self), of: .pdf).text else { return }
      let isShort = name.utf8.count <= FileName.byteLimit + 6
      guard isShort, name.lowercased().hasSuffix(".pdf"), !name.contains("/"), !name.contains("\\"), !name.hasPrefix("."),
        !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x202E })
      else { throw Fuzz.Finding("became \(name)") }
    }
  }
}
