import Foundation
import Texting

/// What text messages make of the settings.
extension Settings {
  /// For who tries the program out: numbers that belong to nobody.
  private static let demoNumbers = ["+12025550100", "+12025550101"]

  func texting() throws -> TextingSettings {
    let way = try textingWay()
    return TextingSettings(way: way, numbers: way == .off ? [] : try textingNumbers(way))
  }

  private func textingWay() throws -> TextingSettings.Way {
    guard source(.smsSecret) != .flag else {
      throw SettingsError("sms-secret comes from PARLEY_SMS_SECRET or the file: a command line can be read by others.")
    }
    let (account, folder) = (text(.smsAccount), text(.smsFolder))
    guard account.isEmpty == text(.smsSecret).isEmpty else { throw SettingsError("sms-account and sms-secret are set together.") }
    guard account.isEmpty || folder.isEmpty else {
      throw SettingsError("sms-account sends text messages and sms-folder keeps them: set one of both.")
    }
    try checkAddress(.smsAddress)
    if !account.isEmpty { return .gateway(.init(address: text(.smsAddress), name: account, secret: text(.smsSecret))) }
    if !folder.isEmpty { return .folder(folder) }
    // Who tries the program out reads them at /dev/texts.
    return flag(.demo) || flag(.dev) ? .folder("\(text(.data))/texts") : .off
  }

  private func textingNumbers(_ way: TextingSettings.Way) throws -> [PhoneNumber] {
    let given = list(.smsNumbers)
    if given.isEmpty, case .folder = way { return Self.demoNumbers.compactMap(PhoneNumber.init) }
    let numbers = given.compactMap(PhoneNumber.init)
    guard !numbers.isEmpty, numbers.count == given.count, Set(numbers).count == numbers.count else {
      throw SettingsError("sms-numbers has numbers like +12025550100, each once, not “\(text(.smsNumbers))”.")
    }
    return numbers
  }
}
