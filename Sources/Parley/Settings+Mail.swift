import Foundation
import Mail
import Outside

/// What mail makes of the settings.
extension Settings {
  func mail() throws -> MailSettings { MailSettings(way: try mailWay(), from: try mailSender()) }

  func checkMail() throws { _ = try mail() }

  private func mailWay() throws -> MailSettings.Way {
    guard text(.mailServer).isEmpty || text(.mailFolder).isEmpty else {
      throw SettingsError("mail-server sends letters and mail-folder keeps them: set one of both.")
    }
    guard source(.mailPassword) != .flag else {
      throw SettingsError("mail-password comes from PARLEY_MAIL_PASSWORD or the file: a command line can be read by others.")
    }
    if !text(.mailServer).isEmpty { return .server(try mailServer()) }
    if !text(.mailFolder).isEmpty { return .folder(text(.mailFolder)) }
    // Who tries the program out reads the letters at /dev/mail.
    return flag(.demo) || flag(.dev) ? .folder("\(text(.data))/mail") : .off
  }

  private func mailServer() throws -> SMTPServer {
    let text = text(.mailServer)
    guard var parts = URLComponents(string: text), let scheme = parts.scheme, ["smtp", "smtps"].contains(scheme),
      let host = parts.host, !host.isEmpty, parts.path.isEmpty
    else {
      throw SettingsError("mail-server is like smtp://user@mail.example.com:587 or smtps://mail.example.com:465, not “\(text)”.")
    }
    guard parts.password == nil else { throw SettingsError("The password of mail-server is set as PARLEY_MAIL_PASSWORD or in the file.") }
    let isHere = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
    let tls = parts.queryItems?.first { $0.name == "tls" }?.value
    guard [nil, "always", "never"].contains(tls) else { throw SettingsError("mail-server takes ?tls=always or ?tls=never.") }
    let user = parts.user
    (parts.user, parts.query) = (nil, nil)
    return SMTPServer(
      url: parts.string ?? text, user: user, password: user == nil ? nil : self.text(.mailPassword),
      needsTLS: tls.map { $0 == "always" } ?? !isHere, hello: URL(string: baseAddress)?.host)
  }

  private func mailSender() throws -> MailSettings.Sender {
    let text = text(.mailFrom)
    if let sender = MailSettings.Sender(text) { return sender }
    guard text.isEmpty else { throw SettingsError("mail-from is like Harbour Essays <hello@harbour.example>, not “\(text)”.") }
    guard self.text(.mailServer).isEmpty else { throw SettingsError("With mail-server, mail-from says who writes.") }
    guard let host = URL(string: baseAddress)?.host, let address = MailAddress("parley@\(host)") ?? MailAddress("parley@localhost") else {
      preconditionFailure("parley@localhost is an address")
    }
    return MailSettings.Sender(name: "Parley", address: address)
  }
}
