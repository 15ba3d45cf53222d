/// What is done with the rows of a table that tell something about a person: which are theirs, how long they are kept, what erasing does.
public struct PersonalTable: Sendable {
  public enum Erasing: Sendable {
    case deletesRows
    /// The rows stay because others point at them: by column, the SQL that takes its place. `$2` is 32 random bytes.
    case blanks([String: String])
    /// It belongs to somebody else as well, and goes with them.
    case stays
  }

  public enum Kept: Hashable, Sendable {
    case untilErased
    /// Counted from the time in that column.
    case days(Int, after: String)
    /// The website says how many days, and the owner where it does not; its nights take them.
    case visitDays
    /// The website says how many days; it has a sweep of its own.
    case siteDays
    case asItsParent(String)
  }

  public let name: String
  public let subject: PersonalColumn.Subject
  /// A condition on the columns of the table; `$1` is the identity of the account or visitor.
  public let rows: String
  /// The primary key.
  public let key: [String]
  public let kept: Kept
  /// What a sweep puts in place of columns when the days are over; it deletes the rows where there is none.
  public let swept: [String: String]
  public let erasing: Erasing
  /// A second condition for a copy: what of the rows the person may read.
  public let readable: String?
  /// Digests, sealed secrets and what opens something: a copy names them and does not give them.
  public let withheld: Set<String>

  init(
    _ name: String, of subject: PersonalColumn.Subject, rows: String, key: [String] = ["id"], kept: Kept, swept: [String: String] = [:],
    erasing: Erasing = .deletesRows, readable: String? = nil, withheld: Set<String> = []
  ) {
    self.name = name
    self.subject = subject
    self.rows = rows
    self.key = key
    self.kept = kept
    self.swept = swept
    self.erasing = erasing
    self.readable = readable
    self.withheld = withheld
  }

  /// The same without what a customer and an expert said to each other: a copy that somebody else asked for holds none of it.
  public var withoutPaidThreads: PersonalTable {
    let closed =
      switch name {
      case "entries", "participants", "files":
        "conversation_id NOT IN (SELECT p.id FROM conversations AS p WHERE p.expert_id IS NOT NULL)"
      case "conversations": "expert_id IS NULL"
      default: "TRUE"
      }
    return PersonalTable(
      name, of: subject, rows: "(\(rows)) AND \(closed)", key: key, kept: kept, swept: swept, erasing: erasing, readable: readable,
      withheld: withheld)
  }

  /// Whether erasing leaves nothing of a column.
  public func erases(_ column: String) -> Bool {
    switch erasing {
    case .deletesRows: true
    case .blanks(let columns): columns[column] != nil
    case .stays: false
    }
  }
}
