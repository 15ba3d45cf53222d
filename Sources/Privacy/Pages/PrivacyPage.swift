import Base
import Web

/// `/profile/privacy`.
struct PrivacyPage: Page {
  struct Ready: Sendable {
    let fetchURL: SafeURL
    let size: String
    let until: ShownMoment
  }

  static let template = "privacy"
  let title: String
  let notice: String?
  let problem: String?
  /// While a copy is made: how far it is.
  let underWay: String?
  let ready: Ready?
  let hasFailed: Bool
  let mayAsk: Bool
  /// When the account is erased; nil while nobody asked.
  let due: ShownMoment?
  let eraseText: String
  let hasPassword: Bool
  let isLast: Bool
  let present: Field

  init(
    archive: Archive?, now: Moment, erasure: Moment?, waitDays: Int, hasPassword: Bool, isLast: Bool, done: String,
    _ refusal: Refusal?, _ texts: Texts
  ) {
    title = texts["privacy.title"]
    notice = ["copy", "erasing", "kept"].contains(done) ? texts["privacy.done.\(done)"] : nil
    problem = refusal.map { texts[$0] }
    underWay = texts.underWay(archive)
    ready = archive.flatMap { Ready($0, path: Privacy.copiesPath, at: now, texts) }
    hasFailed = archive?.state == .failed
    mayAsk = archive?.state.isUnderWay != true
    due = erasure.map { ShownMoment($0) }
    eraseText = waitDays == 0 ? texts["privacy.erasing.atOnce"] : texts.counted("privacy.erasing.text", waitDays)
    self.hasPassword = hasPassword
    self.isLast = isLast
    present = Field(
      "present", label: texts["pages.field.presentPassword"], type: "password", autocomplete: "current-password",
      errors: FieldErrors(refusal, texts))
  }
}

extension PrivacyPage.Ready {
  /// Nil for what cannot be fetched.
  init?(_ archive: Archive, path: String, at now: Moment, _ texts: Texts) {
    guard archive.state == .ready, archive.expiresAt > now, let address = SafeURL("\(path)/\(archive.id)") else { return nil }
    self.init(fetchURL: address, size: texts.size(archive.bytes ?? 0), until: ShownMoment(archive.expiresAt))
  }
}

extension Texts {
  func underWay(_ archive: Archive?) -> String? {
    guard let archive, archive.state.isUnderWay else { return nil }
    return archive.state == .waiting ? self["privacy.copy.waiting"] : self["privacy.copy.making", ["percent": "\(archive.percent)"]]
  }

  func size(_ bytes: Int64) -> String {
    bytes < 1 << 20
      ? self["privacy.copy.kilobytes", ["count": "\(max(1, bytes >> 10))"]] : self["privacy.copy.megabytes", ["count": "\(bytes >> 20)"]]
  }
}

/// `/keep-account/{token}`: the erasure of an account is called off from a letter.
struct KeepPage: Page {
  static let template = "privacy-keep"
  let title: String
  let isDone: Bool
  let due: ShownMoment
  let keepURL: SafeURL?
}
