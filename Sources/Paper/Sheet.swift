/// What stands on a sheet of paper that says what something came to: a receipt. Plain words, already in their language.
public struct Sheet: Hashable, Sendable {
  /// A word for it, and what is said of it: "Paid", "2026-11-21 14:32 UTC".
  public struct Fact: Hashable, Sendable {
    public let label: String
    public let text: String

    public init(_ label: String, _ text: String) {
      self.label = label
      self.text = text
    }
  }

  public struct Line: Hashable, Sendable {
    public let what: String
    public let amount: String

    public init(_ what: String, _ amount: String) {
      self.what = what
      self.amount = amount
    }
  }

  /// What programs call the file.
  public var name = ""
  /// As in `en`: fonts and hyphens depend on it.
  public var language = "en"
  public var isRightToLeft = false
  /// Who sells.
  public var house = ""
  /// The large word on top.
  public var title = ""
  /// What must not be overlooked, in a box of its own.
  public var warning: String?
  public var facts: [Fact] = []
  /// The words above the lines.
  public var head = Line("", "")
  public var lines: [Line] = []
  public var total = Line("", "")
  /// At the foot of each page.
  public var foot = ""
  /// When it was made, as in `2026-11-21T14:32:07Z`: of the same sheet the same bytes.
  public var time = ""

  public init() {}
}
