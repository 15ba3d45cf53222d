/// What a website puts into its pages so that the widget appears.
public enum Embedding {
  /// The key and the address hold nothing that HTML would have to escape.
  public static func snippet(of site: Site, from baseAddress: String) -> String {
    #"<script src="\#(baseAddress)/widget.js" data-site="\#(site.key)" async></script>"#
  }

  /// What a website with a Content-Security-Policy adds to it. Styles need nothing: they are not inline.
  public static func policy(from baseAddress: String) -> String {
    let socket = baseAddress.hasPrefix("https://") ? "wss" + baseAddress.dropFirst(5) : "ws" + baseAddress.dropFirst(4)
    return "script-src \(baseAddress); connect-src \(baseAddress) \(socket); img-src \(baseAddress)"
  }
}
