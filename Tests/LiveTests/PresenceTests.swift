import Live
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@Suite struct PresenceTests {
  /// What was told, in order.
  final class Told: Sendable {
    let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
  }

  let loop = EmbeddedEventLoop()
  let told = Told()
  let presence: Presence

  init() {
    presence = Presence(on: loop) { [told] change in told.lines.withLock { $0.append("\(change.key) \(change.isHere ? "here" : "gone")") } }
  }

  @Test("E20: somebody is here from the first connection until ten seconds after the last")
  func lingers() {
    presence.arrived("ada")
    presence.arrived("ada")
    presence.left("ada")
    loop.advanceTime(by: .seconds(60))
    #expect(told.all == ["ada here"])
    presence.left("ada")
    loop.advanceTime(by: .seconds(9))
    #expect(presence.isHere("ada"))
    loop.advanceTime(by: .seconds(1))
    #expect(!presence.isHere("ada"))
    #expect(told.all == ["ada here", "ada gone"])
  }

  @Test("E20: who changes the page is not gone in between")
  func comesBack() {
    presence.arrived("ada")
    presence.left("ada")
    loop.advanceTime(by: .seconds(9))
    presence.arrived("ada")
    loop.advanceTime(by: .seconds(60))
    #expect(presence.isHere("ada"))
    presence.left("ada")
    loop.advanceTime(by: .seconds(9))
    #expect(told.all == ["ada here"])
    loop.advanceTime(by: .seconds(1))
    presence.arrived("ada")
    presence.arrived("ben")
    loop.run()
    #expect(told.all == ["ada here", "ada gone", "ada here", "ben here"])
  }

  @Test("E7: who was glimpsed is here until nothing is seen of them for that long")
  func glimpses() {
    presence.glimpsed("ada", for: .seconds(45))
    loop.advanceTime(by: .seconds(40))
    presence.glimpsed("ada", for: .seconds(45))
    loop.advanceTime(by: .seconds(44))
    #expect(presence.isHere("ada") && presence.isOurs("ada"))
    loop.advanceTime(by: .seconds(1))
    #expect(!presence.isHere("ada"))
    #expect(told.all == ["ada here", "ada gone"])
  }

  @Test("E7: a page that is left is forgotten as soon as a connection is, and one that comes instead keeps them here")
  func lostFromSight() {
    presence.lostSight(of: "ada")
    presence.glimpsed("ada", for: .seconds(45))
    presence.lostSight(of: "ada")
    loop.advanceTime(by: .seconds(9))
    presence.glimpsed("ada", for: .seconds(45))
    loop.advanceTime(by: .seconds(30))
    presence.lostSight(of: "ada")
    loop.advanceTime(by: .seconds(10))
    #expect(told.all == ["ada here", "ada gone"])
  }

  @Test("E7: the end of a connection counts for more than a glimpse before it")
  func connectionKnowsBetter() {
    presence.arrived("ada")
    presence.glimpsed("ada", for: .seconds(45))
    presence.left("ada")
    loop.advanceTime(by: .seconds(10))
    #expect(!presence.isHere("ada"))
    presence.glimpsed("ada", for: .seconds(45))
    loop.advanceTime(by: .seconds(20))
    #expect(told.all == ["ada here", "ada gone", "ada here"])
  }
}
