import Base

/// What a password must be: long, not everybody's, and not what everybody knows of its owner.
enum PasswordRules {
  static let lengthMinimum = 10
  /// Hashing takes time with the length: nobody types more.
  static let byteLimit = 512

  static func problem(_ password: String, email: String, name: String) -> Refusal.Reason? {
    if password.isEmpty { return .fieldMissing }
    if password.utf8.count > byteLimit { return .fieldTooLong }
    if password.count < lengthMinimum { return .passwordTooShort }
    let folded = password.lowercased()
    let known = [email, email.split(separator: "@").first.map(String.init) ?? "", name].map { $0.lowercased() }
    let word = folded.filter(\.isLetter)
    // A word that everybody takes, and a number behind it.
    let isDressed = commonWords.contains(word) && folded.count - word.count <= 8
    let isPlain = Set(folded).count <= 3 || common.contains(folded) || known.contains(folded) || isDressed
    return isPlain || isRow(folded) ? .passwordTooCommon : nil
  }

  /// Keys that lie side by side, in one direction: `abcdefghij`, `0987654321`.
  private static func isRow(_ text: String) -> Bool {
    let rows = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn"]
    return rows.contains { row in row.contains(text) || String(row.reversed()).contains(text) }
  }

  private static let commonWords: Set<String> = [
    "password", "passwort", "motdepasse", "contrasena", "administrator", "admin", "welcome", "bienvenue", "benvenuto", "letmein",
    "iloveyou",
    "qwerty", "azerty", "sunshine", "princess", "football", "dragon", "parley", "changeme", "secret", "soleil", "bonjour", "ciao",
  ]

  /// The most used ones of ten characters and more.
  private static let common: Set<String> = [
    "1q2w3e4r5t", "1qaz2wsx3edc", "password12", "password123", "password1234", "passw0rd123", "p@ssword123", "p@ssw0rd123", "motdepasse",
    "motdepasse1", "motdepasse123", "password1!", "administrator", "administrateur", "amministratore", "letmein123", "welcome123",
    "welcome1234", "iloveyou123", "sunshine123", "princess123", "football123", "baseball123", "superman123", "charlie123", "azerty1234",
    "azerty12345", "qwerty1234", "qwerty12345", "qwerty123456", "abc1234567", "abcd123456", "a123456789", "aa123456789", "1234567891",
    "123456789a", "12345678910", "123123123123", "0123456789", "1029384756", "changeme123", "secret1234", "juventus1897", "ciaociao123",
    "bonjour123", "jetaime123", "doudou1234", "loulou1234", "tunisie123", "tunisia123", "parley1234", "parleyparley",
  ]
}
