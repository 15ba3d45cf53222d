/// What a template shows: a struct beside its template, made by a slice, with values only.
///
/// Properties are texts, flags, numbers, identities, `SafeURL`, `SafeHTML`, other such structs, optionals and arrays of these.
/// Markup and addresses carry `HTML` and `URL` at the end of their names. An empty text counts as present: use nil.
public protocol Page: Sendable {
  /// The name of the template, without folder and ending.
  static var template: String { get }
  /// What the tab of the browser says, in the reader's language.
  var title: String { get }
}
