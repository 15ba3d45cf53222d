import Base
import Files
import Foundation

/// What an owner can set. A flag beats the environment, the environment beats the file, the file beats the default.
///
/// `parley settings` prints the list with where each value comes from; `docs/settings.md` is kept true by a test.
public struct Settings: Sendable {
  public enum Name: String, CaseIterable, Sendable {
    case host, port, data, database, bus
    case baseAddress = "base-address"
    case trustedProxies = "trusted-proxies"
    case demo, dev
    case logLevel = "log-level"
    case logFormat = "log-format"
    case limits, keys, certificates
    case connectionsLimit = "connections-limit"
    case memoryLimit = "memory-limit"
    case mailServer = "mail-server"
    case mailPassword = "mail-password"
    case mailFrom = "mail-from"
    case mailFolder = "mail-folder"
    case smsAddress = "sms-address"
    case smsAccount = "sms-account"
    case smsSecret = "sms-secret"
    case smsNumbers = "sms-numbers"
    case smsFolder = "sms-folder"
    case filesLimit = "files-limit"
    case virusScanner = "virus-scanner"
    case placesFile = "places-file"
    case pushHosts = "push-hosts"
    case filesStore = "files-store"
    case filesStoreRegion = "files-store-region"
    case filesStoreKey = "files-store-key"
    case filesStoreSecret = "files-store-secret"
    case erasureWaitDays = "erasure-wait-days"
    case visitsDays = "visits-days"
    case google
    case googleSecret = "google-secret"
    case linkedIn = "linkedin"
    case linkedInSecret = "linkedin-secret"
    case facebook
    case facebookSecret = "facebook-secret"
    case openID = "openid"
    case openIDSecret = "openid-secret"
    case openIDIssuer = "openid-issuer"
    case openIDTitle = "openid-title"
    case stripeKey = "stripe-key"
    case stripeWebhookSecret = "stripe-webhook-secret"
    case stripeAddress = "stripe-address"
    case paypal
    case paypalSecret = "paypal-secret"
    case paypalWebhook = "paypal-webhook"
    case paypalCheck = "paypal-check"
    case paypalAddress = "paypal-address"
    case bankAccount = "bank-account"
    case referralReward = "referral-reward"
    case referralWelcome = "referral-welcome"
    case referralMonthly = "referral-monthly"
    case referralMonths = "referral-months"
    case refundDays = "refund-days"
    case oneStarRefund = "one-star-refund"
    case fraudDeclines = "fraud-declines"
    case backupHours = "backup-hours"
  }

  public struct Setting: Sendable {
    public let name: Name
    public let standard: String
    public let help: String

    /// The name in the environment: `PARLEY_BASE_ADDRESS`.
    public var variable: String { "PARLEY_" + name.rawValue.uppercased().replacing("-", with: "_") }
  }

  public static let all: [Setting] = [
    Setting(name: .host, standard: "127.0.0.1", help: "The address to listen on; 0.0.0.0 for all."),
    Setting(name: .port, standard: "8080", help: "The port to listen on; 0 takes a free one."),
    Setting(name: .data, standard: "data", help: "The folder that holds everything; one process owns it."),
    Setting(name: .database, standard: "", help: "postgres://… for PostgreSQL; empty for the embedded SQLite in the data folder."),
    Setting(
      name: .bus, standard: "",
      help:
        "How nodes tell each other: postgres, nats://host:port or tls://… (several with commas), or local for one node; empty for what the database allows."
    ),
    Setting(
      name: .baseAddress, standard: "", help: "What browsers type, e.g. https://chat.example.com; empty for http://localhost:<port>."),
    Setting(name: .trustedProxies, standard: "", help: "Addresses, separated by commas, whose X-Forwarded-For counts."),
    Setting(name: .demo, standard: "false", help: "Fill an empty database with the demo village and let everybody sign in as its people."),
    Setting(name: .dev, standard: "false", help: "Read pages and texts from the source tree and offer /dev, on loopback only."),
    Setting(name: .logLevel, standard: "info", help: "trace, debug, info, notice, warning, error or critical."),
    Setting(name: .logFormat, standard: "text", help: "text, or json for one object a line."),
    Setting(name: .limits, standard: "", help: "Limits by role and purpose, e.g. visitor.messages=10/60,agent.messages=60/60."),
    Setting(
      name: .connectionsLimit, standard: "0",
      help: "How many may be connected at once, before others are answered with 503; 0 for as many as open files allow."),
    Setting(
      name: .memoryLimit, standard: "0",
      help: "How many MB the program may hold before it takes no more connections; 0 for no such limit."),
    Setting(
      name: .mailServer, standard: "",
      help: "Where mail is handed over, e.g. smtp://user@mail.example.com:587 or smtps://mail.example.com:465; empty for no mail."),
    Setting(name: .mailPassword, standard: "", help: "The password at the mail server, from the environment or the file only."),
    Setting(name: .mailFrom, standard: "", help: "The sender of letters, e.g. Harbour Essays <hello@harbour.example>."),
    Setting(name: .mailFolder, standard: "", help: "A folder that letters are written to instead of being sent."),
    Setting(
      name: .smsAddress, standard: "https://api.twilio.com",
      help: "Where the gateway for text messages is asked, which speaks as Twilio does."),
    Setting(name: .smsAccount, standard: "", help: "The account SID at the gateway; empty for no text messages."),
    Setting(name: .smsSecret, standard: "", help: "Its auth token, which also signs what the gateway tells; by environment or file only."),
    Setting(
      name: .smsNumbers, standard: "",
      help: "Your own numbers at the gateway, separated by commas, e.g. +12025550100; more than one lets more conversations go on at once."),
    Setting(name: .smsFolder, standard: "", help: "A folder that text messages are written to instead of being sent."),
    Setting(
      name: .certificates, standard: "", help: "A file of certificates (PEM) that outgoing connections trust instead of the system's."),
    Setting(name: .keys, standard: "", help: "The folder of the keys that Parley makes for itself; empty for keys/ in the data folder."),
    Setting(name: .filesLimit, standard: "50", help: "How many GB the files of all chats may take together."),
    Setting(
      name: .pushHosts, standard: "",
      help: "Push services in the private network that may be asked, e.g. push.internal:8443; empty for none."),
    Setting(
      name: .placesFile, standard: "",
      help: "A file in MaxMind's format that says in which country and city an address is; empty for none. Read anew when it changes."),
    Setting(name: .virusScanner, standard: "", help: "Where clamd listens, e.g. /run/clamav/clamd.ctl or scanner:3310; empty for none."),
    Setting(
      name: .filesStore, standard: "",
      help: "A bucket that speaks S3, e.g. https://s3.example.com/bucket; empty for the data folder. It must be there."),
    Setting(name: .filesStoreRegion, standard: "us-east-1", help: "The region for which requests to files-store are signed."),
    Setting(name: .filesStoreKey, standard: "", help: "The access key of files-store."),
    Setting(name: .filesStoreSecret, standard: "", help: "The secret key of files-store; by environment or file only."),
    Setting(
      name: .erasureWaitDays, standard: "14",
      help: "How many days lie between asking for an erasure and doing it; 0 for at once."),
    Setting(name: .visitsDays, standard: "400", help: "How many days visits and the pages that visitors saw are kept."),
    Setting(name: .google, standard: "", help: "The client ID at Google with which people sign in; empty for no such way in."),
    Setting(name: .googleSecret, standard: "", help: "Its client secret; by environment or file only."),
    Setting(name: .linkedIn, standard: "", help: "The client ID at LinkedIn with which people sign in; empty for no such way in."),
    Setting(name: .linkedInSecret, standard: "", help: "Its client secret; by environment or file only."),
    Setting(name: .facebook, standard: "", help: "The app ID at Facebook with which people sign in; empty for no such way in."),
    Setting(name: .facebookSecret, standard: "", help: "Its app secret; by environment or file only."),
    Setting(name: .openID, standard: "", help: "The client ID at your own provider of OpenID Connect; empty for none."),
    Setting(name: .openIDSecret, standard: "", help: "Its client secret; by environment or file only."),
    Setting(name: .openIDIssuer, standard: "", help: "Its issuer, e.g. https://login.example.com/realms/staff."),
    Setting(name: .openIDTitle, standard: "", help: "What people call it, e.g. Example Staff; empty for the issuer's name."),
    Setting(name: .stripeKey, standard: "", help: "The secret key at Stripe, with which cards are taken; by environment or file only."),
    Setting(
      name: .stripeWebhookSecret, standard: "",
      help: "What Stripe signs its webhook with, whsec_…; two with a comma between while it is changed. By environment or file only."),
    Setting(name: .stripeAddress, standard: "https://api.stripe.com", help: "Where Stripe is asked."),
    Setting(name: .paypal, standard: "", help: "The client ID of an app at PayPal, with which PayPal is taken; empty for none."),
    Setting(name: .paypalSecret, standard: "", help: "Its secret; by environment or file only."),
    Setting(name: .paypalWebhook, standard: "", help: "PayPal's ID of the webhook at which Parley is told, e.g. 8PT597110X687430LKGECATA."),
    Setting(
      name: .paypalCheck, standard: "offline",
      help: "How a webhook is proved to be PayPal's: offline, here with PayPal's certificate, or online, by asking PayPal."),
    Setting(
      name: .paypalAddress, standard: "https://api-m.paypal.com",
      help: "Where PayPal is asked; https://api-m.sandbox.paypal.com for its sandbox."),
    Setting(
      name: .bankAccount, standard: "", help: "Where bank transfers go, as buyers read it, e.g. Example Ltd, IBAN …; empty for none."),
    Setting(
      name: .referralReward, standard: "1", help: "Message credits for who brings a friend, at the friend's first purchase; 0 for none."),
    Setting(name: .referralWelcome, standard: "1", help: "Message credits for the friend who was brought; 0 for none."),
    Setting(name: .referralMonthly, standard: "10", help: "For how many friends in 30 days somebody is rewarded."),
    Setting(name: .referralMonths, standard: "12", help: "How many months such credits last."),
    Setting(
      name: .refundDays, standard: "14",
      help: "For how many days after paying buyers may give back what they have not used; 0 for not by themselves."),
    Setting(
      name: .oneStarRefund, standard: "false", help: "Give an answer rated one star back by itself, once per customer and month."),
    Setting(
      name: .fraudDeclines, standard: "5",
      help: "From how many declined payments of one buyer within an hour on administrators are alerted; 0 for never."),
    Setting(
      name: .backupHours, standard: "36",
      help: "After how many hours without a good backup administrators are alerted; 0 for never. Unless it is set, once one was reported."),
  ]

  public enum Source: String, Sendable {
    case flag, environment, file
    case standard = "default"
  }

  private var values: [Name: (text: String, source: Source)] = [:]

  /// - Parameters:
  ///   - flags: by name, without dashes.
  ///   - file: lines of `name = value`; `#` begins a comment.
  /// - Throws: `SettingsError` naming the place and what to do.
  public init(flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil) throws {
    let lines = try file.map(Self.lines(of:)) ?? [:]
    for setting in Self.all {
      let name = setting.name.rawValue
      if let text = flags[name] {
        values[setting.name] = (text, .flag)
      } else if let text = environment[setting.variable] {
        values[setting.name] = (text, .environment)
      } else if let text = lines[name] {
        values[setting.name] = (text, .file)
      } else {
        values[setting.name] = (setting.standard, .standard)
      }
    }
    try check()
  }

  public func text(_ name: Name) -> String { values[name]?.text ?? "" }
  public func source(_ name: Name) -> Source { values[name]?.source ?? .standard }
  public func number(_ name: Name) -> Int { Int(text(name)) ?? 0 }
  public func flag(_ name: Name) -> Bool { text(name) == "true" }

  private func check() throws {
    guard let port = Int(text(.port)), (0...65_535).contains(port) else {
      throw SettingsError("port is a number from 0 to 65535, not “\(text(.port))”.")
    }
    guard let gigabytes = Int(text(.filesLimit)), (0...1_000_000).contains(gigabytes) else {
      throw SettingsError("files-limit is a number of GB, not “\(text(.filesLimit))”.")
    }
    for (name, most) in [(Name.connectionsLimit, 1_000_000), (.memoryLimit, 1_000_000)] {
      guard let number = Int(text(name)), (0...most).contains(number) else {
        throw SettingsError("\(name.rawValue) is a number from 0 to \(most), not “\(text(name))”.")
      }
    }
    for (name, least) in [(Name.erasureWaitDays, 0), (.visitsDays, 1), (.refundDays, 0)] {
      guard let days = Int(text(name)), (least...3650).contains(days) else {
        throw SettingsError("\(name.rawValue) is a number of days from \(least) to 3650, not “\(text(name))”.")
      }
    }
    for (name, most) in [(Name.fraudDeclines, 1000), (.backupHours, 8760)] {
      guard let number = Int(text(name)), (0...most).contains(number) else {
        throw SettingsError("\(name.rawValue) is a number from 0 to \(most), not “\(text(name))”.")
      }
    }
    if let wrong = pushHosts.first(where: { !$0.contains(/^[a-z0-9.-]+(:[0-9]+)?$/) }) {
      throw SettingsError("push-hosts has entries like push.internal:8443, not “\(wrong)”.")
    }
    guard text(.virusScanner).isEmpty || VirusScanner(text(.virusScanner)) != nil else {
      throw SettingsError("virus-scanner is a path or host:port, not “\(text(.virusScanner))”.")
    }
    if !text(.filesStore).isEmpty {
      guard S3Storage.isAddress(text(.filesStore)) else {
        throw SettingsError("files-store is like https://s3.example.com/bucket, not “\(text(.filesStore))”.")
      }
      guard !text(.filesStoreKey).isEmpty, !text(.filesStoreSecret).isEmpty else {
        throw SettingsError("files-store needs files-store-key and files-store-secret.")
      }
    }
    try checkBus()
    try checkProviders()
    try checkPayments()
    try checkLists()
    for name in [Name.demo, .dev, .oneStarRefund] where !["true", "false"].contains(text(name)) {
      throw SettingsError("\(name.rawValue) is true or false, not “\(text(name))”.")
    }
    guard ["text", "json"].contains(text(.logFormat)) else { throw SettingsError("log-format is text or json.") }
    let address = text(.baseAddress)
    guard address.isEmpty || URL(string: address).map({ ["http", "https"].contains($0.scheme) && $0.host != nil }) == true else {
      throw SettingsError("base-address is like https://chat.example.com, not “\(address)”.")
    }
    try checkMail()
    _ = try texting()
    guard !flag(.dev) && !flag(.demo) || ["127.0.0.1", "::1", "localhost"].contains(text(.host)) else {
      throw SettingsError("demo and dev let everybody in: they listen on loopback only. Leave host at 127.0.0.1.")
    }
  }

  private static func lines(of file: String) throws -> [String: String] {
    var found: [String: String] = [:]
    // A file may come from an editor that ends its lines in two signs.
    for (index, line) in file.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.isEmpty || text.hasPrefix("#") { continue }
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, Name(rawValue: parts[0]) != nil else {
        throw SettingsError(
          "Line \(index + 1) of the settings file is not “name = value” with a name that `parley settings` lists: \(text)")
      }
      found[parts[0]] = parts[1]
    }
    return found
  }
}

/// A setting that cannot be used, in words for the owner.
public struct SettingsError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
