import Base
import Testing

@testable import Accounts

@Suite struct OneTimePasswordTests {
  /// RFC 6238, appendix B: the vectors of SHA-1, whose secret is "12345678901234567890".
  @Test(
    "P8: codes are those of RFC 6238",
    arguments: [
      (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
      (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ] as [(Int64, String)])
  func vectors(seconds: Int64, code: String) {
    let password = OneTimePassword(secret: Array("12345678901234567890".utf8))
    let step = OneTimePassword.step(at: Moment(milliseconds: seconds * 1000))
    #expect(password.code(step: step, digits: 8) == code)
    #expect(password.code(step: step) == String(code.suffix(6)))
  }

  @Test("P8: a code opens in its own half minute, the one before and the one after, and never twice")
  func window() {
    let password = OneTimePassword()
    let now = Moment(milliseconds: 1_700_000_000_000)
    let step = OneTimePassword.step(at: now)
    for near in step - 1...step + 1 { #expect(password.step(of: password.code(step: near), at: now, after: 0) == near) }
    for far in [step - 2, step + 2] { #expect(password.step(of: password.code(step: far), at: now, after: 0) == nil) }
    #expect(password.step(of: password.code(step: step), at: now, after: step) == nil)
    #expect(password.step(of: password.code(step: step - 1), at: now, after: step) == nil)
    #expect(password.step(of: "", at: now, after: 0) == nil)
  }

  /// RFC 4648, section 10, without its padding.
  @Test(
    "P8: the key for the app is base 32",
    arguments: [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")])
  func letters(text: String, encoded: String) { #expect(base32(Array(text.utf8)) == encoded) }

  @Test("P8: the app learns house, account and key, whatever their letters")
  func address() {
    let address = OneTimePassword(secret: Array("foobar".utf8)).address(house: "Möwe: Rat", account: "ada+1@example.com")
    #expect(address == "otpauth://totp/M%C3%B6we%20%20Rat:ada%2B1%40example.com?secret=MZXW6YTBOI&issuer=M%C3%B6we%20%20Rat")
    #expect(QRCode(address) != nil)
    #expect(QRCode(String(repeating: "a", count: 5000)) == nil)
  }

  @Test("P8: recovery codes are read as people type them, and no two are alike")
  func recoveryCodes() throws {
    let code = RecoveryCode()
    #expect(code.grouped.wholeMatch(of: /[a-z2-7]{4}(-[a-z2-7]{4}){3}/) != nil)
    for typed in [code.grouped, code.text, code.grouped.uppercased(), " " + code.grouped.replacing("-", with: " ")] {
      #expect(try #require(RecoveryCode(typed)).digest == code.digest)
    }
    for wrong in ["", "123456", code.text + "a", String(code.text.dropLast())] { #expect(RecoveryCode(wrong) == nil) }
    #expect(Set((0..<100).map { _ in RecoveryCode().text }).count == 100)
  }
}
