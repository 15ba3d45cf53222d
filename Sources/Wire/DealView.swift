import Base

/// How a paid one-to-one thread stands (DEAL in `docs/protocol.md`).
public struct DealView: Hashable, Sendable, JSONWritable {
  public let unit: CreditUnit
  /// What the next question costs: nothing where a subscription includes it.
  public let price: Int64
  /// Where nothing is sold, a message is refused as long as no clock runs.
  public let isSold: Bool
  public let isIncluded: Bool
  /// How the next message reaches the expert, and within which time an answer is promised.
  public let way: MessageWay
  public let answerSeconds: Int64
  /// What it costs when it goes to the expert's telephone as well; nil where it cannot.
  public let smsPrice: Int64?
  public let waiting: Waiting?
  /// How many messages the customer wrote.
  public let asked: Int64
  public let expert: Expert
  /// The latest answers that were paid for, oldest first.
  public let paid: [Paid]
  /// What the website lets its customers give for an answer: `ratings`, `tips`.
  public let thanks: [String]
  /// How a chat by the minute stands; nil where there is none and none is offered.
  public let minutes: MinutesView?

  public init(
    unit: CreditUnit, price: Int64, isSold: Bool = true, isIncluded: Bool = false, way: MessageWay = .question, answerSeconds: Int64 = 3600,
    smsPrice: Int64? = nil, waiting: Waiting?, asked: Int64, expert: Expert, paid: [Paid] = [],
    thanks: [String] = ["ratings", "tips"], minutes: MinutesView? = nil
  ) {
    self.way = way
    self.answerSeconds = answerSeconds
    self.smsPrice = smsPrice
    self.thanks = thanks
    self.minutes = minutes
    self.unit = unit
    self.price = price
    self.isSold = isSold
    self.isIncluded = isIncluded
    self.waiting = waiting
    self.asked = asked
    self.expert = expert
    self.paid = paid
  }

  /// Questions that wait for a paid answer.
  public struct Waiting: Hashable, Sendable, JSONWritable {
    public let open: Int64
    /// What is set aside for them, in units.
    public let held: Int64
    /// The earliest deadline, and when the customer is told that it takes longer.
    public let dueAt: Moment
    public let noticeAt: Moment
    /// How many of them were left for an expert who was not there, and wait to be accepted or declined.
    public let left: Int64

    public init(open: Int64, held: Int64, dueAt: Moment, noticeAt: Moment, left: Int64 = 0) {
      self.left = left
      self.open = open
      self.held = held
      self.dueAt = dueAt
      self.noticeAt = noticeAt
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("open", open)
        object.field("held", held)
        object.field("dueAt", dueAt)
        object.field("noticeAt", noticeAt)
        object.field("left", left)
      }
    }
  }

  /// An answer that was paid for.
  public struct Paid: Hashable, Sendable, JSONWritable {
    /// Its number in the log.
    public let n: Int64
    /// What it was paid in, which a tip for it is given in.
    public let unit: CreditUnit
    /// Until when it can be rated.
    public let rateUntil: Moment

    public init(n: Int64, unit: CreditUnit, rateUntil: Moment) {
      self.n = n
      self.unit = unit
      self.rateUntil = rateUntil
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("n", n)
        object.field("unit", unit.rawValue)
        object.field("rateUntil", rateUntil)
      }
    }
  }

  public struct Expert: Hashable, Sendable, JSONWritable {
    public let id: AccountID
    public let name: String
    public let avatar: String
    public let status: AgentStatus
    /// What is possible with them now.
    public let reach: Reach

    public init(id: AccountID, name: String, avatar: String, status: AgentStatus, reach: Reach) {
      self.id = id
      self.name = name
      self.avatar = avatar
      self.status = status
      self.reach = reach
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id)
        object.field("name", name)
        object.field("avatar", avatar)
        object.field("status", status)
        object.field("reach", reach)
      }
    }
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("unit", unit.rawValue)
      object.field("price", price)
      object.field("sold", isSold)
      object.field("included", isIncluded)
      object.field("way", way.rawValue)
      object.field("answerSeconds", answerSeconds)
      object.field("smsPrice", smsPrice)
      object.field("open", waiting?.open ?? 0)
      object.field("held", waiting?.held ?? 0)
      object.field("dueAt", waiting?.dueAt)
      object.field("noticeAt", waiting?.noticeAt)
      object.field("left", waiting?.left ?? 0)
      object.field("asked", asked)
      object.field("expert", expert)
      object.field("paid", paid)
      object.field("thanks", thanks)
      object.field("minutes", minutes)
    }
  }
}

/// How a paid thread stands now; it replaces what was said before.
public struct DealChanged: Frame {
  public let topic: Topic
  public let deal: DealView

  public init(topic: Topic, deal: DealView) {
    self.topic = topic
    self.deal = deal
  }

  public var event: String { "DealChanged" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("deal", deal)
  }
}
