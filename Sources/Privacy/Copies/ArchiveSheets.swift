import Base
import Store
import Web

/// What the pages inside of an archive show. They are read without a server, without scripts, and in the reader's language.
enum ArchiveSheets {
  /// Columns that people understand by name, in the order in which they are read.
  static let told = [
    "name", "first_name", "surname", "email", "phone", "service", "pseudonym", "bio", "language", "time_zone", "country", "city", "address",
    "browser", "system", "device",
  ]

  struct Fact: Sendable {
    let label: String
    let value: String
  }

  struct Part: Sendable {
    let label: String
    let kept: String
    let count: String
    let dataURL: SafeURL
  }

  struct Place: Sendable {
    let label: String
    let fileURL: SafeURL
  }

  struct Index: Sendable {
    let language: String
    let direction: String
    let heading: String
    let intro: String
    let facts: [Fact]
    let parts: [Part]
    let hasMessages: Bool
    let messages: [Place]
    let hasFiles: Bool
    let files: [Place]
  }

  struct Line: Sendable {
    let time: String
    let author: String
    let text: String
    let startsThread: Bool
  }

  struct Messages: Sendable {
    let language: String
    let direction: String
    let heading: String
    let lines: [Line]
    let earlier: Place?
    let later: Place?
  }

  /// Plain enough for every browser, with room around the words.
  static let style = """
    body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.55 system-ui, sans-serif; color-scheme: light dark; }
    dt { font-weight: 600; } dd { margin: 0 0 .75rem; overflow-wrap: anywhere; }
    table { border-collapse: collapse; width: 100%; } th, td { text-align: start; padding: .4rem .5rem; border-bottom: 1px solid #8886; }
    li p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; } ol { list-style: none; padding: 0; } li { margin: 0 0 .75rem; }
    small { opacity: .8; }
    """
}

extension Texts {
  /// How long a table is kept, in words.
  func kept(_ kept: PersonalTable.Kept, visitDays: Int) -> String {
    switch kept {
    case .untilErased: self["privacy.kept.untilErased"]
    case .days(let days, _): counted("privacy.kept.days", days)
    case .visitDays: counted("privacy.kept.visitDays", visitDays)
    case .siteDays: self["privacy.kept.siteDays"]
    case .asItsParent(let parent): self["privacy.kept.asItsParent", ["table": table(parent)]]
    }
  }

  /// What a table holds, in words.
  func table(_ name: String) -> String { self["privacy.table.\(name)"] }
}
