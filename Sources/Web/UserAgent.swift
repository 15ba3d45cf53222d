/// What a `User-Agent` tells: the kind of device, the browser and the system. Empty where it tells nothing we know.
///
/// Without versions: agents need to know what they look at, and a version would only make visitors easier to recognise.
public struct UserAgent: Hashable, Sendable {
  public let device: Device
  public let browser: String
  public let system: String

  public enum Device: String, CaseIterable, Sendable {
    case desktop, tablet, mobile
  }

  public init(device: Device, browser: String, system: String) {
    self.device = device
    self.browser = browser
    self.system = system
  }

  /// `Firefox, Linux`: the same in every language; the dash where nothing is known.
  public var text: String {
    let parts = [browser, system].filter { !$0.isEmpty }
    return parts.isEmpty ? "–" : parts.joined(separator: ", ")
  }

  /// The longest header that is looked at; browsers of people stay far below.
  private static let lengthLimit = 512

  public init(_ header: String) {
    let text = header.utf8.count > Self.lengthLimit ? String(header.prefix(Self.lengthLimit)) : header
    browser = Self.browsers.first { text.contains($0.mark) }?.name ?? ""
    system = Self.systems.first { text.contains($0.mark) }?.name ?? ""
    device = Self.device(text)
  }

  // Nearly every browser names its ancestors too, so the descendants stand first.
  private static let browsers: [(mark: String, name: String)] = [
    ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("OPT/", "Opera"), ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"), ("DuckDuckGo/", "DuckDuckGo"), ("YaBrowser/", "Yandex"),
    ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
  ]

  // Android says Linux, and an iPhone says "like Mac OS X".
  private static let systems: [(mark: String, name: String)] = [
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPod", "iOS"), ("iPad", "iPadOS"), ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
  ]

  private static func device(_ text: String) -> Device {
    if text.contains("iPad") || text.contains("Tablet") || text.contains("Android") && !text.contains("Mobile") { return .tablet }
    return text.contains("Mobi") ? .mobile : .desktop
  }
}
