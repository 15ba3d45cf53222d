import Base

/// Web: everything between a browser's request and a slice's answer, once for the whole program.
///
/// A slice declares its routes on `Routes`, each with what it needs; renders a `Page` with a template beside it; and throws a `Refusal`
/// when somebody runs into something. From here on look at `Routes` (who may come in), `Reception` (who is it), `Pages` (what they see)
/// and `Catalogue` (in which words).
public struct WebFront: Sendable {
  public let settings: WebSettings
  public let bundle: Bundle
  public let catalogue: Catalogue
  public let pages: Pages
  public let limiter: Limiter
  public let clock: WallClock

  public init(settings: WebSettings, bundle: Bundle, clock: WallClock) throws {
    self.settings = settings
    self.bundle = bundle
    self.clock = clock
    catalogue = try Catalogue(bundle: bundle, strict: settings.isStrict)
    pages = try Pages(bundle: bundle, strict: settings.isStrict)
    limiter = Limiter(limits: settings.limits)
  }

  public func texts(_ language: Language) -> Texts { Texts(language: language, catalogue: catalogue) }
}
