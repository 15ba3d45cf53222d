import Foundation
import Testing

/// What a template may hold: markup and names, no words, no doors for scripts.
@Suite struct TemplateTests {
  let templates = Checkout.files(under: "Sources", ending: [".mustache"])

  @Test("P11: a template holds no text of its own")
  func noLiteralText() {
    #expect(!templates.isEmpty)
    for template in templates {
      for text in literalTexts(in: template.text) { Issue.record("\(template.path) holds the text \(text)") }
    }
    #expect(literalTexts(in: "<p>Hello {{name}}</p>") == ["Hello"])
    #expect(literalTexts(in: #"<a title="Back" href="/x">{{t.a.b}} · 4</a>"#) == ["Back"])
  }

  @Test("E77: no template has inline code, inline style or markup from anything but SafeHTML")
  func noInlineCode() {
    for (path, text) in templates {
      // Mail programs load no style sheet, so letters carry their style.
      let style = path.hasPrefix("Sources/Mail/") ? [] : [#"\sstyle="#]
      for pattern in style + [#"\son[a-z]+="#, #"<style"#, #"javascript:"#, #"<script(?![^>]*(\ssrc=|type="application/json"))"#] {
        #expect(text.range(of: pattern, options: [.regularExpression, .caseInsensitive]) == nil, "\(path) has \(pattern)")
      }
      for name in captures(#"\{\{\{\s*([A-Za-z0-9.]+)"#, text) + captures(#"\{\{&\s*([A-Za-z0-9.]+)"#, text) {
        #expect(name.hasSuffix("HTML"), "\(path) prints \(name) without escaping")
      }
    }
  }

  @Test("E77: attributes are quoted, and an address that is a value is a SafeURL or a path of ours")
  func attributes() {
    for (path, text) in templates {
      #expect(captures(#"\s[a-z-]+=(\{\{)"#, text).isEmpty, "\(path) has an attribute without quotes")
      for address in captures(#"\s(?:href|src|action|formaction|cite|poster)="([^"]*)""#, text) where address.contains("{{") {
        let isValue = address.range(of: #"^\{\{[A-Za-z0-9.]*URL\}\}$"#, options: .regularExpression) != nil
        let isOurs = ["/", "?", "#"].contains { address.hasPrefix($0) } && !address.hasPrefix("//") && !address.hasPrefix("/{{")
        #expect(isValue || isOurs, "\(path) has the address \(address)")
      }
    }
  }

  @Test("E76: every form that posts carries the token")
  func tokens() {
    for (path, text) in templates {
      for form in captures(#"(<form[^>]*method="post"[\s\S]*?</form>)"#, text) {
        #expect(form.contains("{{> form-token}}"), "\(path) has a form without a token")
      }
    }
  }

  /// Words between tags and in the attributes that are read to people.
  private func literalTexts(in template: String) -> [String] {
    let spoken = captures(#"\s(?:title|alt|placeholder|aria-label|label|data-label|data-copied)="([^"]*)""#, template)
    let markup = template.replacing(/<!--[\s\S]*?-->/, with: "").replacing(/<[^>]*>/, with: "\n")
    return (markup.split(separator: "\n").map(String.init) + spoken).compactMap { piece in
      let words = piece.replacing(/\{\{\{?[^}]*\}\}\}?/, with: " ").replacing(/&[a-z]+;/, with: " ").trimmingCharacters(in: .whitespaces)
      return words.contains(where: \.isLetter) ? words : nil
    }
  }

  private func captures(_ pattern: String, _ text: String) -> [String] {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { preconditionFailure("The pattern cannot be read: \(pattern)") }
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
      Range(match.range(at: 1), in: text).map { String(text[$0]) }
    }
  }
}
