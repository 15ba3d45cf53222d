import Base

/// The whole state of `site.{site}`: what visitors are told about the agents.
public struct SiteSnapshot: Frame {
  /// The request that it answers; nil when it is sent because something changed.
  public let id: String?
  public let site: SiteID
  public let online: Bool
  public let agents: [Agent]
  /// Outside of the hours of the website: when the next ones begin.
  public let opens: Moment?

  public init(id: String? = nil, site: SiteID, online: Bool, agents: [Agent], opens: Moment? = nil) {
    self.id = id
    self.site = site
    self.online = online
    self.agents = agents
    self.opens = opens
  }

  public struct Agent: Hashable, Sendable, JSONWritable {
    public let name: String
    public let avatar: String

    public init(name: String, avatar: String) {
      self.name = name
      self.avatar = avatar
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("name", name)
        object.field("avatar", avatar)
      }
    }
  }

  public var event: String { "Snapshot" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", Topic.site(site))
    json.field("online", online)
    json.field("agents", agents)
    json.field("opens", ifAny: opens)
  }
}

/// The whole state of `agent.{account}`: the account's desk.
public struct AgentSnapshot: Frame {
  public let id: String?
  public let me: Me
  public let sites: [Site]
  /// What was begun and not sent, the newest first; with empty ones for what a device that was away may still hold.
  public let drafts: [Draft]

  public init(id: String? = nil, me: Me, sites: [Site], drafts: [Draft] = []) {
    self.id = id
    self.me = me
    self.sites = sites
    self.drafts = drafts
  }

  public struct Me: Hashable, Sendable, JSONWritable {
    public let id: AccountID
    public let name: String
    public let roles: [String]
    public let status: AgentStatus

    public init(id: AccountID, name: String, roles: [String], status: AgentStatus) {
      self.id = id
      self.name = name
      self.roles = roles
      self.status = status
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id)
        object.field("name", name)
        object.field("roles", roles)
        object.field("status", status)
      }
    }
  }

  public struct Tag: Hashable, Sendable, JSONWritable {
    public let id: TagID
    public let name: String
    /// One of the colours that labels have.
    public let tone: String

    public init(id: TagID, name: String, tone: String) {
      self.id = id
      self.name = name
      self.tone = tone
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id)
        object.field("name", name)
        object.field("tone", tone)
      }
    }
  }

  /// A number of another messenger, in digits with the country's code, and the words to begin with there.
  public struct HandOver: Hashable, Sendable, JSONWritable {
    public let number: String
    public let text: String

    public init(number: String, text: String) {
      self.number = number
      self.text = text
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("number", number)
        object.field("text", text)
      }
    }
  }

  /// How the names of files end that are taken, and how large they are at most.
  public struct Taking: Hashable, Sendable, JSONWritable {
    public let endings: [String]
    public let megabytes: Int64

    public init(endings: [String], megabytes: Int64) {
      self.endings = endings
      self.megabytes = megabytes
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("endings", endings)
        object.field("megabytes", megabytes)
      }
    }
  }

  public struct Site: Hashable, Sendable, JSONWritable {
    public let id: SiteID
    public let name: String
    public let hue: Int64
    /// The path of the logo's address; null for the drawn initial.
    public let logo: String?
    public let mayWrite: Bool
    /// Whether its list may be followed: an expert answers in own threads alone.
    public let team: Bool
    public let pseudonym: String
    public let avatar: String
    /// The side on which the agents' bubbles stand: `start` or `end`.
    public let ours: String
    /// Whether files may be sent there.
    public let files: Bool
    /// What its chats can be called by.
    public let tags: [Tag]
    /// What the website does about contact details in messages: `allow`, `warn` or `mask`.
    public let offPlatform: String
    /// Where its chats go on in another messenger; nil where they stay.
    public let handOver: HandOver?
    /// Which files it takes; nil for all.
    public let taking: Taking?

    public init(
      id: SiteID, name: String, hue: Int64, logo: String?, mayWrite: Bool, team: Bool, pseudonym: String, avatar: String, ours: String,
      files: Bool, tags: [Tag] = [], offPlatform: String = "allow", handOver: HandOver? = nil, taking: Taking? = nil
    ) {
      self.id = id
      self.name = name
      self.hue = hue
      self.logo = logo
      self.mayWrite = mayWrite
      self.team = team
      self.pseudonym = pseudonym
      self.avatar = avatar
      self.ours = ours
      self.files = files
      self.tags = tags
      self.offPlatform = offPlatform
      self.handOver = handOver
      self.taking = taking
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id)
        object.field("name", name)
        object.field("hue", hue)
        object.field("logo", logo)
        object.field("mayWrite", mayWrite)
        object.field("team", team)
        object.field("pseudonym", pseudonym)
        object.field("avatar", avatar)
        object.field("ours", ours)
        object.field("files", files)
        object.field("tags", tags)
        object.field("offPlatform", offPlatform)
        object.field("handOver", handOver)
        object.field("taking", taking)
      }
    }
  }

  public var event: String { "Snapshot" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", Topic.agent(me.id))
    json.field("me", me)
    json.field("sites", sites)
    json.field("drafts", drafts)
  }
}

/// A patch of `agent.{account}`: what was written on another device, or sent from there.
public struct DraftChanged: Frame {
  public let account: AccountID
  public let draft: Draft

  public init(_ account: AccountID, _ draft: Draft) {
    self.account = account
    self.draft = draft
  }

  public var event: String { "DraftChanged" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", Topic.agent(account))
    draft.writeFields(to: &json)
  }
}

/// The whole state of `visitors.{site}` or `threads.{account}`: every waiting and active chat and the newest closed ones.
public struct VisitorsSnapshot: Frame {
  public let id: String?
  public let list: Topic
  public let rows: [ConversationRow]

  public init(id: String? = nil, list: Topic, rows: [ConversationRow]) {
    self.id = id
    self.list = list
    self.rows = rows
  }

  public var event: String { "Snapshot" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", list)
    json.field("rows", rows)
  }
}
