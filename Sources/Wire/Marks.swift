/// How far each side received and showed the log: absolute, never back.
public struct Marks: Hashable, Sendable, JSONWritable {
  public let visitor: Mark
  public let team: Mark

  public init(visitor: Mark, team: Mark) {
    self.visitor = visitor
    self.team = team
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("visitor", visitor)
      object.field("team", team)
    }
  }
}

public struct Mark: Hashable, Sendable, JSONWritable {
  public let delivered: Int64
  public let seen: Int64

  public init(delivered: Int64, seen: Int64) {
    self.delivered = delivered
    self.seen = seen
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("delivered", delivered)
      object.field("seen", seen)
    }
  }
}
