import Base
import Foundation
import Store
import TestKit
import Testing

/// The console as an app of a telephone: what a browser reads to install it, and the page that it keeps.
@Suite("Console as an app") struct ConsoleAppTests {
  @Test("E81: the manifest names the console, its colours and icons that are there, one of them for any shape, in the reader's language")
  func manifest() async throws {
    try await House.open(.sqlite) { house in
      let answer = try await WebAnswer.of("GET", "/manifest.webmanifest", port: house.port, ["Accept-Language": "ar"])
      #expect(answer.status == 200 && answer.headers["content-type"] == "application/manifest+json")
      let manifest = try #require(answer.json)
      #expect(manifest["start_url"]?.string == "/console" && manifest["display"]?.string == "standalone")
      #expect(manifest["lang"]?.string == "ar" && manifest["dir"]?.string == "rtl")
      #expect(manifest["name"]?.string?.isEmpty == false)
      let icons = try #require(manifest["icons"]?.array)
      #expect(Set(icons.compactMap { $0["purpose"]?.string }) == ["any", "maskable"])
      #expect(Set(icons.compactMap { $0["sizes"]?.string }) == ["any", "192x192", "512x512"])
      for icon in icons {
        let picture = try await WebAnswer.of("GET", icon["src"]?.string ?? "", port: house.port)
        #expect(picture.status == 200 && picture.headers["content-type"] == icon["type"]?.string)
      }
    }
  }

  @Test("E81: the page that a browser keeps is the same for everybody: who is signed in, their wishes and their way out are not in it")
  func shell() async throws {
    try await House.open(.sqlite) { house in
      let ines = try await house.person("Ines", [.administrator, .agent])
      let page = try await WebAnswer.of("GET", "/console/shell", port: house.port, ["Cookie": ines.cookie])
      #expect(page.status == 200 && page.text.contains("parley-console"))
      #expect(page.text.contains(#""shell":true"#))
      for own in ["Ines", "/admin/sites", "sign-out", "message.sound"] { #expect(!page.text.contains(own), "\(own)") }
      #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
      let console = try await WebAnswer.of("GET", "/console", port: house.port, ["Cookie": ines.cookie])
      #expect(console.text.contains("/manifest.webmanifest") && console.text.contains("/admin/sites"))
      #expect(!console.text.contains(#""shell":true"#))
    }
  }
}
