import Base
import Live
import Store

extension Session {
  /// Writes that this node lives, and removes what nodes left behind that do not.
  func beat(_ me: Presence.Peer) throws {
    let now = machineTime()
    try run("UPDATE nodes SET beat_at = $1, run = $2 WHERE number = $3", now, me.run, Int64(me.number))
    try run(
      "DELETE FROM node_presences WHERE node IN (SELECT number FROM nodes WHERE beat_at < $1)", now.adding(seconds: -Nodes.rowsSeconds))
  }

  /// This node ends in good order.
  func end(_ me: Presence.Peer) throws {
    try run("UPDATE nodes SET beat_at = 0 WHERE number = $1 AND run = $2", Int64(me.number), me.run)
    try run("DELETE FROM node_presences WHERE node = $1 AND run = $2", Int64(me.number), me.run)
  }

  func livePeers() throws -> Set<Presence.Peer> {
    Set(
      try rows("SELECT number, run FROM nodes WHERE beat_at > $1", machineTime().adding(seconds: -Nodes.lifeSeconds))
        .map { Presence.Peer(number: $0[0], run: $0[1]) })
  }

  /// Who is on the other nodes that live.
  func presences(without me: Presence.Peer) throws -> [String: Set<Presence.Peer>] {
    var found: [String: Set<Presence.Peer>] = [:]
    let rows = try rows(
      """
      SELECT p.key, p.node, p.run
      FROM node_presences p
      JOIN nodes n ON n.number = p.node AND n.run = p.run
      WHERE n.beat_at > $1 AND n.number <> $2
      """, machineTime().adding(seconds: -Nodes.lifeSeconds), Int64(me.number))
    for row in rows { found[row[0], default: []].insert(Presence.Peer(number: row[1], run: row[2])) }
    return found
  }

  func writePresences(_ batch: [String: Bool], of me: Presence.Peer) throws {
    for (key, isHere) in batch.sorted(by: { $0.key < $1.key }) {
      let sql =
        isHere
        ? "INSERT INTO node_presences (node, run, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        : "DELETE FROM node_presences WHERE node = $1 AND run = $2 AND key = $3"
      try run(sql, Int64(me.number), me.run, key)
    }
  }
}
