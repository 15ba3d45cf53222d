import Base
import Store

extension Conversations {
  /// Folds every log and compares it with its state row: `parley doctor`.
  public static func examine(_ store: any Store) async throws -> (conversations: Int, findings: [Finding]) {
    var last: Int64 = 0
    var count = 0
    var findings: [Finding] = []
    while true {
      let above = last
      let page = try await store.read { try $0.examineConversations(above: above) }
      findings += page.findings
      count += page.count
      guard let next = page.last else { return (count, findings) }
      last = next
    }
  }
}
