import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@testable import Sites

@Suite("The preview of a website's widget") struct PreviewTests {
  @Test(
    "X7, E3: the preview has the configuration that the form would make, and keeps what stands where that cannot be saved",
    arguments: Dialect.Engine.allCases)
  func configuration(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour { $0.look = Look(hue: 21, position: .end, ours: .end) }
      let path = "/admin/sites/\(site.id)/preview"
      let browser = try house.browser("administrator")
      let stored = try await browser.get(path).body
      #expect(stored.contains(#""hue":21"#) && stored.contains(#""position":"end""#) && stored.contains(#""scheme":"""#))
      let asked = try await browser.get("\(path)?hue=200&position=start&ours=start&welcome=Ahoy&language=it&active=on&scheme=dark").body
      for part in [
        #""hue":200"#, #""position":"start""#, #""ours":"start""#, #""welcome":"Ahoy""#, #""language":"it""#, #""scheme":"dark""#,
      ] {
        #expect(asked.contains(part), "\(part)")
      }
      #expect(try await browser.get("\(path)?hue=999&position=start").body.contains(#""position":"end""#))
      #expect(try await house.store.read { try $0.site(site.id) }?.look.hue == 21, "nothing is saved")
      #expect(try await house.count("SELECT COUNT(*) FROM visitors") == 0)
    }
  }

  @Test("X7, E77: what somebody wrote does not end the script that carries it, and only our own pages may frame it")
  func safety() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour { $0.welcome = "Ahoy </script><b>there</b>" }
      let browser = try house.browser("administrator")
      let answer = try await browser.get("/admin/sites/\(site.id)/preview")
      #expect(!answer.body.contains("</script><b>") && answer.body.contains("Ahoy \\u003c/script>"))
      #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'self'") == true)
      let page = try await browser.get("/admin/sites/\(site.id)")
      #expect(page.headers[.contentSecurityPolicy]?.contains("frame-src 'self'") == true)
      #expect(page.body.contains("<parley-preview") && page.body.contains("id=\"settings\""))
      #expect(try await house.browser("agent").get("/admin/sites/\(site.id)/preview").status == .forbidden)
    }
  }
}
