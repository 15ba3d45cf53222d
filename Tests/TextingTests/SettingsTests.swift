import Parley
import Testing

@Suite("What an owner sets for texts")
struct TextSettingsTests {
  private static let account = [
    "PARLEY_SMS_ACCOUNT": "AC1", "PARLEY_SMS_SECRET": "s", "PARLEY_SMS_NUMBERS": "+12025550100, +1 202 555 0101",
  ]

  @Test("C14: account, secret and numbers are set together, the secret never on a command line, the address with TLS")
  func wrong() throws {
    _ = try Settings(environment: Self.account)
    _ = try Settings(environment: [:])
    for (name, value) in [
      ("SECRET", ""), ("NUMBERS", ""), ("NUMBERS", "12025550100"), ("NUMBERS", "+12025550100,+12025550100"), ("FOLDER", "texts"),
      ("ADDRESS", "http://gateway.example"), ("ADDRESS", "https://gateway.example/"),
    ] {
      #expect(throws: SettingsError.self, "\(name)=\(value)") {
        try Settings(environment: Self.account.merging(["PARLEY_SMS_\(name)": value]) { $1 })
      }
    }
    let file = "# From another editor\r\nport = 9000\r\nbus =\r\nsms-folder = texts\r\n"
    let settings = try Settings(file: file)
    #expect([Settings.Name.port, .bus, .smsFolder].map(settings.text) == ["9000", "", "texts"])
    #expect(throws: SettingsError.self) { try Settings(file: "port 9000") }
    #expect(throws: SettingsError.self) { try Settings(flags: ["sms-secret": "s"], environment: ["PARLEY_SMS_ACCOUNT": "AC1"]) }
  }
}
