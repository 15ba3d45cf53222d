import ArgumentParser
import Foundation

/// The command line.
public struct ParleyCommand: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "parley", abstract: "The self-hosted system for businesses that are made of conversations.",
    subcommands: [
      ServeCommand.self, MigrateCommand.self, DemoCommand.self, DoctorCommand.self, HealthCommand.self, AdminCommand.self, MailCommand.self,
      FilesCommand.self, BackupCommand.self, LoadCommand.self,
      SettingsCommand.self, VersionCommand.self, ExamineCommand.self,
    ], defaultSubcommand: ServeCommand.self)

  public init() {}
}

/// The settings as flags, the same for every command.
struct SettingsOptions: ParsableArguments {
  @Option(help: "A file of “name = value” lines.") var config: String?
  @Option(help: "The address to listen on; 0.0.0.0 for all.") var host: String?
  @Option(help: "The port to listen on; 0 takes a free one.") var port: String?
  @Option(help: "The folder that holds everything.") var data: String?
  @Option(help: "postgres://… for PostgreSQL instead of the embedded SQLite.") var database: String?
  @Option(help: "How nodes tell each other: postgres, nats://host:port, tls://…, or local for one node.") var bus: String?
  @Option(help: "What browsers type, e.g. https://chat.example.com.") var baseAddress: String?
  @Option(help: "Addresses whose X-Forwarded-For counts, separated by commas.") var trustedProxies: String?
  @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel: String?
  @Option(help: "text or json.") var logFormat: String?
  @Option(help: "The folder of the keys that Parley makes for itself.") var keys: String?
  @Option(help: "How many GB the files of all chats may take together.") var filesLimit: String?
  @Option(help: "Push services in the private network that may be asked, e.g. push.internal:8443.") var pushHosts: String?
  @Option(help: "A file in MaxMind's format that says where addresses are, e.g. GeoLite2-City.mmdb.") var placesFile: String?
  @Option(help: "Where clamd listens, e.g. /run/clamav/clamd.ctl or scanner:3310.") var virusScanner: String?
  @Option(help: "A bucket that speaks S3, e.g. https://s3.example.com/bucket.") var filesStore: String?
  @Option(help: "The region for which requests to it are signed.") var filesStoreRegion: String?
  @Option(help: "e.g. visitor.messages=10/60,agent.messages=60/60") var limits: String?
  @Option(help: "How many may be connected at once, before others are answered with 503.") var connectionsLimit: String?
  @Option(help: "How many MB the program may hold before it takes no more connections.") var memoryLimit: String?
  @Option(help: "e.g. smtp://user@mail.example.com:587; the password is PARLEY_MAIL_PASSWORD.") var mailServer: String?
  @Option(help: "e.g. Harbour Essays <hello@harbour.example>") var mailFrom: String?
  @Option(help: "Write letters there instead of sending them.") var mailFolder: String?
  @Option(help: "A file of certificates (PEM) that outgoing connections trust.") var certificates: String?
  @Option(help: "How many days lie between asking for an erasure and doing it.") var erasureWaitDays: String?
  @Option(help: "How many days visits and the pages that visitors saw are kept.") var visitsDays: String?
  @Option(help: "Where the gateway for text messages is asked.") var smsAddress: String?
  @Option(help: "The account SID at the gateway; its auth token is PARLEY_SMS_SECRET.") var smsAccount: String?
  @Option(help: "Your own numbers at the gateway, e.g. +12025550100.") var smsNumbers: String?
  @Option(help: "A folder for text messages instead of a gateway.") var smsFolder: String?
  @Option(help: "The client ID at Google; its secret is PARLEY_GOOGLE_SECRET.") var google: String?
  @Option(help: "The client ID at LinkedIn; its secret is PARLEY_LINKEDIN_SECRET.") var linkedin: String?
  @Option(help: "The app ID at Facebook; its secret is PARLEY_FACEBOOK_SECRET.") var facebook: String?
  @Option(help: "The client ID at your own provider of OpenID Connect; its secret is PARLEY_OPENID_SECRET.") var openid: String?
  @Option(help: "Its issuer, e.g. https://login.example.com/realms/staff.") var openidIssuer: String?
  @Option(help: "What people call it, e.g. Example Staff.") var openidTitle: String?
  @Option(help: "Where Stripe is asked; its keys are PARLEY_STRIPE_KEY and PARLEY_STRIPE_WEBHOOK_SECRET.") var stripeAddress: String?
  @Option(help: "The client ID at PayPal; its secret is PARLEY_PAYPAL_SECRET.") var paypal: String?
  @Option(help: "PayPal's ID of the webhook.") var paypalWebhook: String?
  @Option(help: "offline or online: how a webhook is proved to be PayPal's.") var paypalCheck: String?
  @Option(help: "Where PayPal is asked.") var paypalAddress: String?
  @Option(help: "Where bank transfers go, as buyers read it.") var bankAccount: String?
  @Option(help: "Message credits for who brings a friend; 0 for none.") var referralReward: String?
  @Option(help: "Message credits for the friend who was brought; 0 for none.") var referralWelcome: String?
  @Option(help: "For how many friends in 30 days somebody is rewarded.") var referralMonthly: String?
  @Option(help: "How many months such credits last.") var referralMonths: String?
  @Option(help: "For how many days after paying buyers may give back what they have not used.") var refundDays: String?
  @Flag(help: "Give an answer rated one star back by itself, once per customer and month.") var oneStarRefund = false
  @Option(help: "From how many declined payments within an hour on administrators are alerted.") var fraudDeclines: String?
  @Option(help: "After how many hours without a good backup administrators are alerted.") var backupHours: String?
  @Flag(help: "The demo village, in which everybody may be everybody. On loopback only.") var demo = false
  @Flag(help: "Pages and texts from the source tree, and /dev. On loopback only.") var dev = false

  func settings() throws -> Settings {
    var flags: [String: String] = [:]
    flags["host"] = host
    flags["port"] = port
    flags["data"] = data
    flags["database"] = database
    flags["bus"] = bus
    flags["base-address"] = baseAddress
    flags["trusted-proxies"] = trustedProxies
    flags["log-level"] = logLevel
    flags["log-format"] = logFormat
    flags["limits"] = limits
    flags["connections-limit"] = connectionsLimit
    flags["memory-limit"] = memoryLimit
    flags["mail-server"] = mailServer
    flags["mail-from"] = mailFrom
    flags["mail-folder"] = mailFolder
    flags["sms-address"] = smsAddress
    flags["sms-account"] = smsAccount
    flags["sms-numbers"] = smsNumbers
    flags["sms-folder"] = smsFolder
    flags["certificates"] = certificates
    flags["keys"] = keys
    flags["files-store"] = filesStore
    flags["files-store-region"] = filesStoreRegion
    flags["push-hosts"] = pushHosts
    flags["virus-scanner"] = virusScanner
    flags["places-file"] = placesFile
    flags["files-limit"] = filesLimit
    flags["erasure-wait-days"] = erasureWaitDays
    flags["visits-days"] = visitsDays
    flags["google"] = google
    flags["linkedin"] = linkedin
    flags["facebook"] = facebook
    flags["openid"] = openid
    flags["openid-issuer"] = openidIssuer
    flags["openid-title"] = openidTitle
    flags["stripe-address"] = stripeAddress
    flags["paypal"] = paypal
    flags["paypal-webhook"] = paypalWebhook
    flags["paypal-check"] = paypalCheck
    flags["paypal-address"] = paypalAddress
    flags["bank-account"] = bankAccount
    flags["referral-reward"] = referralReward
    flags["referral-welcome"] = referralWelcome
    flags["referral-monthly"] = referralMonthly
    flags["referral-months"] = referralMonths
    flags["refund-days"] = refundDays
    flags["fraud-declines"] = fraudDeclines
    flags["backup-hours"] = backupHours
    if oneStarRefund { flags["one-star-refund"] = "true" }
    if demo { flags["demo"] = "true" }
    if dev { flags["dev"] = "true" }
    do {
      let file = try config.map { try String(contentsOfFile: $0, encoding: .utf8) }
      return try Settings(flags: flags, environment: ProcessInfo.processInfo.environment, file: file)
    } catch let error as SettingsError {
      throw ValidationError(error.description)
    }
  }
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  func run() { print("parley \(Program.version)") }
}

struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "Print every setting, its value, where it comes from and what it does.")

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let settings = try options.settings()
    for setting in Settings.all {
      print("\(setting.name.rawValue) = \(settings.shown(setting.name))")
      print("    \(setting.help) [\(settings.source(setting.name).rawValue); --\(setting.name.rawValue), \(setting.variable)]")
    }
  }
}

extension Settings {
  /// The value, or a sign that there is one where it is a secret.
  fileprivate func shown(_ name: Name) -> String {
    switch name {
    case .database where text(.database).contains("@"): "postgres://…"
    case .bus where text(.bus).contains("@"): String(text(.bus).prefix { $0 != ":" }) + "://…"
    case .mailPassword, .filesStoreSecret, .googleSecret, .linkedInSecret, .facebookSecret, .openIDSecret, .stripeKey, .stripeWebhookSecret,
      .paypalSecret, .smsSecret:
      text(name).isEmpty ? "" : "…"
    default: text(name)
    }
  }
}
