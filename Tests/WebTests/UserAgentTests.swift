import Testing

@testable import Web

@Suite struct UserAgentTests {
  private static let agents: [(String, UserAgent)] = [
    (
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
      UserAgent(device: .desktop, browser: "Chrome", system: "Windows")
    ),
    (
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
      UserAgent(device: .desktop, browser: "Edge", system: "Windows")
    ),
    (
      "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
      UserAgent(device: .desktop, browser: "Firefox", system: "Linux")
    ),
    (
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
      UserAgent(device: .desktop, browser: "Safari", system: "macOS")
    ),
    (
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 OPR/142.0.0.0",
      UserAgent(device: .desktop, browser: "Opera", system: "macOS")
    ),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
      UserAgent(device: .mobile, browser: "Safari", system: "iOS")
    ),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1",
      UserAgent(device: .mobile, browser: "Chrome", system: "iOS")
    ),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/153.0 Mobile/15E148 Safari/605.1.15",
      UserAgent(device: .mobile, browser: "Firefox", system: "iOS")
    ),
    (
      "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
      UserAgent(device: .tablet, browser: "Safari", system: "iPadOS")
    ),
    (
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
      UserAgent(device: .mobile, browser: "Chrome", system: "Android")
    ),
    (
      "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36",
      UserAgent(device: .tablet, browser: "Samsung Internet", system: "Android")
    ),
    (
      "Mozilla/5.0 (Android 14; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0",
      UserAgent(device: .mobile, browser: "Firefox", system: "Android")
    ),
    (
      "Mozilla/5.0 (Android 14; Tablet; rv:153.0) Gecko/153.0 Firefox/153.0",
      UserAgent(device: .tablet, browser: "Firefox", system: "Android")
    ),
    (
      "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
      UserAgent(device: .desktop, browser: "Chrome", system: "ChromeOS")
    ),
    ("curl/8.11", UserAgent(device: .desktop, browser: "", system: "")), ("", UserAgent(device: .desktop, browser: "", system: "")),
  ]

  @Test("E6: device, browser and system are read from what browsers say about themselves", arguments: agents)
  func table(header: String, expected: UserAgent) {
    #expect(UserAgent(header) == expected)
  }

  @Test("E6: only the beginning of an endless header is looked at")
  func endless() {
    #expect(UserAgent(String(repeating: "x", count: 100_000) + "Firefox/153.0").browser.isEmpty)
  }

  @Test("P8: people read browser and system; where nothing is known, a dash")
  func text() {
    #expect(Self.agents.map { $0.1.text }.contains("Firefox, Linux"))
    #expect(UserAgent("curl/8.11").text == "–")
  }
}
