/// What a website puts into its pages so that the widget appears.
public enum Embedding {
  /// The key and the address hold nothing that HTML would have to escape.
  ///
  /// - Parameter label: what stands on the button that asks the server nothing before it is pressed.
  public static func snippet(of site: Site, under policy: SitePolicy, label: String, from baseAddress: String) -> String {
    let cookies = policy.cookieDomain.isEmpty ? "" : #" data-cookies="domain=\#(policy.cookieDomain)""#
    let start = #"data-site="\#(site.key)""#
    guard policy.visitorKey != .always else { return #"<script src="\#(baseAddress)/widget.js" \#(start)\#(cookies) async></script>"# }
    let look = #"data-hue="\#(site.look.hue)" data-side="\#(site.look.position.rawValue)" data-label="\#(label)""#
    let keeping = policy.visitorKey == .none ? #" data-cookies="none""# : cookies
    return #"<script src="\#(baseAddress)/quiet.js" \#(start) \#(look)\#(keeping) async></script>"#
  }

  /// What a website with a Content-Security-Policy adds to it. Styles need nothing: they are not inline.
  public static func policy(from baseAddress: String) -> String {
    let socket = baseAddress.hasPrefix("https://") ? "wss" + baseAddress.dropFirst(5) : "ws" + baseAddress.dropFirst(4)
    return "script-src \(baseAddress); connect-src \(baseAddress) \(socket); img-src \(baseAddress)"
  }
}
