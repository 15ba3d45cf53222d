import FoundationEssentials
import Store

extension Session {
  /// What an administrator set for the house under a name; nil when it was never set.
  public func houseSetting<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
    guard let row = try row("SELECT value FROM house_settings WHERE name = $1", name) else { return nil }
    return try JSONDecoder().decode(type, from: Data((row[0] as String).utf8))
  }

  public func setHouseSetting(_ name: String, to value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    try run("INSERT INTO house_settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, text)
  }

  func signUpRules() throws -> SignUpRules { try houseSetting(SignUpRules.settingName) ?? .standard }
}

extension SignUpRules {
  static let settingName = "signUp"
}
