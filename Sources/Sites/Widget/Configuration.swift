import FoundationEssentials
import Web

extension Sites {
  /// What the widget of a site is made from, with its texts, as JSON: the widget asks for it, and a page of Parley's own carries it.
  ///
  /// - Parameter mails: whether letters go anywhere.
  public static func configuration(
    of site: Site, offering features: Set<Feature>, under policy: SitePolicy, mails: Bool = false, in language: Language, web: WebFront
  ) throws -> String {
    let configuration = Configuration(
      site: Configuration.About(
        name: site.name, hue: site.look.hue, position: site.look.position.rawValue, ours: site.look.ours.rawValue,
        logo: site.logo.map { web.settings.baseAddress + $0 }, welcome: site.welcome, language: language.code, direction: language.direction
      ),
      form: Configuration.Form(
        fields: LeadForm.Field.allCases.filter { site.form.demand(of: $0) != .absent }.map { field in
          Configuration.Field(
            name: field, required: site.form.demand(of: field) == .required, options: field == .service ? site.form.services : nil)
        }),
      files: features.contains(.files), ratings: features.contains(.ratings),
      transcripts: features.contains(.answersByMail), preview: features.contains(.typingPreview) ? true : nil,
      taking: policy.takesAllFiles ? nil : Configuration.Taking(endings: policy.fileEndings, megabytes: policy.fileMegabytes),
      handOver: policy.handOver,
      mail: mails && features.contains(.answersByMail) && site.form.email != .absent ? true : nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let head = String(decoding: try encoder.encode(configuration), as: UTF8.self).dropLast()
    // The texts are JSON already, as the panel reads them.
    return "\(head),\"texts\":\(web.catalogue.json(of: "widget", in: language).text)}"
  }
}
