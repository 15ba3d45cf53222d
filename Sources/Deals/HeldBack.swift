import Conversations

extension Deals {
  /// While money of a thread is in the balance, nothing that may be needed to decide about it is erased by its age (X8).
  func holdBack() {
    conversations.holds.add(
      ThreadHold(
        .disputed,
        where: """
          EXISTS (
            SELECT 1 FROM holds AS dh
            JOIN dispute_holds AS dx ON dx.hold_id = dh.id
            JOIN disputes AS dd ON dd.id = dx.dispute_id
            WHERE dh.conversation_id = c.id AND dd.decided_at IS NULL)
          OR EXISTS (
            SELECT 1 FROM purchase_disputes AS dq
            JOIN purchases AS dp ON dp.id = dq.purchase_id
            JOIN visitors AS dv ON dv.account_id = dp.account_id
            WHERE dv.id = c.visitor_id AND dq.state = 'open')
          """))
    conversations.holds.add(
      ThreadHold(
        .unpaid,
        where: """
          EXISTS (SELECT 1 FROM holds AS uh WHERE uh.conversation_id = c.id AND uh.settled_at IS NULL)
          OR EXISTS (SELECT 1 FROM minute_sessions AS um WHERE um.conversation_id = c.id AND um.state <> 'over')
          """))
  }
}
