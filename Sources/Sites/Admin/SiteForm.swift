import Base
import Web

/// The form of a site in the administration: what was typed, as a site or as reasons for single fields.
enum SiteForm {
  static let nameLimit = 60
  static let welcomeLimit = 300
  static let originLimit = 20

  enum Field: String, CaseIterable {
    case name, domain, origins, hue, position, ours, welcome, language, timeZone, fileDays, editMinutes, formName, formEmail, formPhone,
      formService,
      services,
      active
  }

  /// - Parameter site: what stands now; key and identity stay.
  static func site(_ site: Site, changedBy typed: [String: String]) throws(Refusal) -> Site {
    var reader = FormReader(typed)
    var new = site
    new.name = reader.text(.name, limit: nameLimit, required: true)
    new.domain = reader.domain(.domain)
    new.origins = reader.origins(.origins, limit: originLimit)
    new.look.hue = reader.hue(.hue) ?? site.look.hue
    new.look.position = reader.choice(.position) ?? site.look.position
    new.look.ours = reader.choice(.ours) ?? site.look.ours
    new.welcome = reader.text(.welcome, limit: welcomeLimit)
    new.language = reader.option(.language, WidgetLanguage.init(code:)) ?? site.language
    new.timeZone = reader.option(.timeZone) { isTimeZone($0) ? $0 : nil } ?? site.timeZone
    new.fileDays = reader.days(.fileDays) ?? site.fileDays
    new.editMinutes = reader.minutes(.editMinutes) ?? site.editMinutes
    new.form = LeadForm(
      name: reader.choice(.formName) ?? site.form.name, email: reader.choice(.formEmail) ?? site.form.email,
      phone: reader.choice(.formPhone) ?? site.form.phone, service: reader.choice(.formService) ?? site.form.serviceSetting,
      services: reader.lines(.services, limit: LeadForm.serviceLimit, lengthLimit: LeadForm.serviceLengthLimit))
    // A box that is not ticked is not sent at all.
    new.active = typed[Field.active.rawValue] != nil
    guard reader.problems.isEmpty else { throw Refusal(.formInvalid, fields: reader.problems) }
    return new
  }

  /// What the fields hold when the form is opened.
  static func typed(of site: Site) -> [String: String] {
    var typed: [Field: String] = [
      .name: site.name, .domain: site.domain, .origins: site.origins.map(\.description).joined(separator: "\n"),
      .hue: String(site.look.hue),
      .position: site.look.position.rawValue, .ours: site.look.ours.rawValue, .welcome: site.welcome, .language: site.language.code,
      .timeZone: site.timeZone, .fileDays: String(site.fileDays), .editMinutes: String(site.editMinutes),
      .formName: site.form.name.rawValue, .formEmail: site.form.email.rawValue,
      .formPhone: site.form.phone.rawValue, .formService: site.form.serviceSetting.rawValue,
      .services: site.form.services.joined(separator: "\n"),
    ]
    if site.active { typed[.active] = "on" }
    return Dictionary(uniqueKeysWithValues: typed.map { ($0.key.rawValue, $0.value) })
  }
}

/// Reads fields one by one and gathers what is wrong with them, so that a form tells everything at once.
struct FormReader {
  private let typed: [String: String]
  private(set) var problems: [String: Refusal.Reason] = [:]

  init(_ typed: [String: String]) { self.typed = typed }

  mutating func text(_ field: SiteForm.Field, limit: Int, required: Bool = false) -> String {
    let text = value(of: field)
    if text.utf8.contains(0) {
      refuse(field, .textHasNull)
    } else if text.unicodeScalars.count > limit {
      refuse(field, .fieldTooLong)
    } else if text.isEmpty, required {
      refuse(field, .fieldMissing)
    }
    return text
  }

  /// A host name. The whole address is taken too, because that is what people copy.
  mutating func domain(_ field: SiteForm.Field) -> String {
    let text = text(field, limit: Origin.lengthLimit, required: true)
    let withoutScheme = text.lowercased().split(separator: "://", maxSplits: 1).last ?? ""
    let authority = withoutScheme.split(separator: "/", maxSplits: 1).first ?? ""
    if !text.isEmpty, Origin("https://\(authority)") == nil { refuse(field, .originInvalid) }
    return String(authority)
  }

  mutating func origins(_ field: SiteForm.Field, limit: Int) -> [Origin] {
    let lines = lines(field, limit: limit, lengthLimit: Origin.lengthLimit)
    if lines.isEmpty { refuse(field, .fieldMissing) }
    let origins = lines.map(Origin.init)
    if origins.contains(nil) { refuse(field, .originInvalid) }
    return Set(origins.compactMap(\.self)).sorted()
  }

  mutating func lines(_ field: SiteForm.Field, limit: Int, lengthLimit: Int) -> [String] {
    let text = text(field, limit: limit * (lengthLimit + 2))
    var lines: [String] = []
    for line in text.split(whereSeparator: \.isNewline).map(\.trimmed) where !line.isEmpty && !lines.contains(line) { lines.append(line) }
    if lines.count > limit || lines.contains(where: { $0.unicodeScalars.count > lengthLimit }) { refuse(field, .fieldTooLong) }
    return lines
  }

  mutating func hue(_ field: SiteForm.Field) -> Int? {
    guard let hue = Int(value(of: field)), Look.hues.contains(hue) else {
      refuse(field, .hueInvalid)
      return nil
    }
    return hue
  }

  mutating func days(_ field: SiteForm.Field) -> Int? {
    guard let days = Int(typed: value(of: field)), Site.fileDayLimits.contains(days) else {
      refuse(field, .daysInvalid)
      return nil
    }
    return days
  }

  mutating func minutes(_ field: SiteForm.Field) -> Int? {
    guard let minutes = Int(typed: value(of: field)), Site.editMinuteLimits.contains(minutes) else {
      refuse(field, .minutesInvalid)
      return nil
    }
    return minutes
  }

  mutating func choice<Word: RawRepresentable>(_ field: SiteForm.Field) -> Word? where Word.RawValue == String {
    option(field, Word.init(rawValue:))
  }

  mutating func option<Word>(_ field: SiteForm.Field, _ read: (String) -> Word?) -> Word? {
    let word = read(value(of: field))
    if word == nil { refuse(field, .optionUnknown) }
    return word
  }

  private func value(of field: SiteForm.Field) -> String { (typed[field.rawValue] ?? "").trimmed }

  /// The first reason is the one to be shown.
  private mutating func refuse(_ field: SiteForm.Field, _ reason: Refusal.Reason) {
    if problems[field.rawValue] == nil { problems[field.rawValue] = reason }
  }
}
