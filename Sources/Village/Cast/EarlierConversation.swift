import Base
import Conversations

/// What was said before the village was opened, so that nobody begins with empty lists.
struct EarlierConversation: Sendable {
  struct Step: Sendable {
    let when: When
    let deed: Deed
  }

  struct Place: Sendable {
    let path: String
    let title: String
  }

  let website: Website.Key
  /// 32 hexadecimal digits, as a browser's cookie holds them.
  let visitorKey: String
  /// What the form was filled in with.
  let lead: [String: String]
  let language: String
  let userAgent: String
  let page: Place
  let referrer: String
  let steps: [Step]

  /// When something happened, told from today.
  enum When: Sendable {
    case minutesAgo(Int64)
    /// In UTC; what would lie ahead of us happened a day earlier.
    case daysAgo(Int64, at: (hour: Int64, minute: Int64))

    func before(_ now: Moment) -> Moment {
      switch self {
      case .minutesAgo(let minutes): return now.adding(seconds: -60 * minutes)
      case .daysAgo(let days, let time):
        let day: Int64 = 86_400_000
        let midnight = Moment(milliseconds: now.milliseconds - now.milliseconds % day)
        let then = midnight.adding(seconds: time.hour * 3600 + time.minute * 60).adding(milliseconds: -days * day)
        return then > now ? then.adding(milliseconds: -day) : then
      }
    }
  }

  enum Deed: Sendable {
    case sendsForm
    case asks(String)
    /// With nobody there.
    case leavesMessage(String)
    case joins(Villager.Key)
    case answers(Villager.Key, String)
    case closes(Villager.Key)
    /// The visitor closes the chat.
    case ends
    case reads
    case readsAs(Villager.Key)

    func told(number: Int, newChat: ChatID, people: [Villager.Key: AccountID]) -> Retold.Deed {
      let client = "village-\(number)"
      func account(_ key: Villager.Key) -> AccountID {
        guard let account = people[key] else { preconditionFailure("\(key) lives in the village") }
        return account
      }
      switch self {
      case .sendsForm: return .sendForm(newChat)
      case .asks(let text): return .ask(newChat, client: client, text)
      case .leavesMessage(let text): return .leaveMessage(newChat, client: client, text)
      case .joins(let key): return .join(account(key))
      case .answers(let key, let text): return .answer(account(key), client: client, text)
      case .closes(let key): return .close(account(key))
      case .ends: return .end
      case .reads: return .read(nil)
      case .readsAs(let key): return .read(account(key))
      }
    }
  }
}
