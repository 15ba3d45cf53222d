import Base
import Web

/// The fields of a site's form with what was typed and what is wrong with it.
struct SiteFields: Sendable {
  struct Hue: Sendable {
    let value: String
    let error: String?
    let describedBy: String?
  }

  let name: Field
  let domain: Field
  let origins: LinesField
  let hue: Hue
  let position: SelectField
  let ours: SelectField
  let welcome: Field
  let widgetLanguage: SelectField
  let timeZone: Field
  let fileDays: Field
  let editMinutes: Field
  let formName: SelectField
  let formEmail: SelectField
  let formPhone: SelectField
  let formService: SelectField
  let services: LinesField
  let isActive: Bool

  init(_ typed: [String: String], _ refusal: Refusal?, _ texts: Texts) {
    let errors = FieldErrors(refusal, texts)
    func value(_ field: SiteForm.Field) -> String { typed[field.rawValue] ?? "" }
    func select(_ field: SiteForm.Field, _ label: String, hint: String? = nil, _ options: [(value: String, label: String)]) -> SelectField {
      SelectField(field.rawValue, label: texts[label], hint: hint, chosen: value(field), options: options, errors: errors)
    }
    func line(_ field: SiteForm.Field, _ label: String, required: Bool = true, hint: String) -> Field {
      Field(
        field.rawValue, label: texts[label], value: value(field), isRequired: required, hint: texts[hint], autocomplete: "off",
        errors: errors)
    }
    let demands = LeadForm.Demand.allCases.map { (value: $0.rawValue, label: texts["sites.demand.\($0.rawValue)"]) }
    let corners = Look.Side.allCases.map { (value: $0.rawValue, label: texts["sites.corner.\($0.rawValue)"]) }
    let sides = Look.Side.allCases.map { (value: $0.rawValue, label: texts["sites.side.\($0.rawValue)"]) }
    let languages =
      [(value: WidgetLanguage.visitors.code, label: texts["sites.form.visitorsLanguage"])]
      + Language.allCases.map { (value: $0.code, label: $0.ownName) }

    name = line(.name, "sites.form.name", hint: "sites.form.nameHint")
    domain = line(.domain, "sites.form.domain", hint: "sites.form.domainHint")
    origins = LinesField(
      SiteForm.Field.origins.rawValue, label: texts["sites.form.origins"], value: value(.origins), isRequired: true,
      hint: texts["sites.form.originsHint"], errors: errors)
    hue = Hue(value: value(.hue), error: errors["hue"], describedBy: described("hue", hint: "", error: errors["hue"]))
    position = select(.position, "sites.form.position", corners)
    ours = select(.ours, "sites.form.ours", sides)
    welcome = line(.welcome, "sites.form.welcome", required: false, hint: "sites.form.welcomeHint")
    widgetLanguage = select(.language, "sites.form.language", hint: texts["sites.form.languageHint"], languages)
    timeZone = line(.timeZone, "sites.form.timeZone", hint: "sites.form.timeZoneHint")
    fileDays = Field(
      SiteForm.Field.fileDays.rawValue, label: texts["sites.form.fileDays"], type: "number", value: value(.fileDays),
      hint: texts["sites.form.fileDaysHint"], autocomplete: "off", errors: errors)
    editMinutes = Field(
      SiteForm.Field.editMinutes.rawValue, label: texts["sites.form.editMinutes"], type: "number", value: value(.editMinutes),
      hint: texts["sites.form.editMinutesHint"], autocomplete: "off", errors: errors)
    formName = select(.formName, "sites.form.formName", demands)
    formEmail = select(.formEmail, "sites.form.formEmail", demands)
    formPhone = select(.formPhone, "sites.form.formPhone", demands)
    formService = select(.formService, "sites.form.formService", demands)
    services = LinesField(
      SiteForm.Field.services.rawValue, label: texts["sites.form.services"], value: value(.services), isRequired: false,
      hint: texts["sites.form.servicesHint"], errors: errors)
    isActive = typed[SiteForm.Field.active.rawValue] != nil
  }
}
