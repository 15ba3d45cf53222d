import Base
import Store

/// Lists and packs as the database keeps them.
extension Session {
  func priceLists() throws -> [PriceList] {
    try rows("SELECT id, name, unit, valid_days, on_sale FROM price_lists ORDER BY unit, id LIMIT $1", PriceList.limit).map(PriceList.init)
  }

  func priceList(_ id: PriceListID) throws -> PriceList? {
    try row("SELECT id, name, unit, valid_days, on_sale FROM price_lists WHERE id = $1", id).map(PriceList.init)
  }

  func save(_ list: PriceList, at now: Moment) throws {
    try run(
      """
      INSERT INTO price_lists (id, name, unit, valid_days, on_sale, created_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, valid_days = excluded.valid_days
      """, list.id, list.name, list.unit.rawValue, list.validDays, false, now)
    if list.isOnSale { try putOnSale(list) }
  }

  /// Puts a list in the place of the one that was on sale.
  func putOnSale(_ list: PriceList) throws {
    try run("UPDATE price_lists SET on_sale = $2 WHERE unit = $1 AND on_sale", list.unit.rawValue, false)
    try run("UPDATE price_lists SET on_sale = $2 WHERE id = $1", list.id, true)
  }

  func takeOffSale(_ list: PriceListID) throws { try run("UPDATE price_lists SET on_sale = $2 WHERE id = $1", list, false) }

  func packs(of list: PriceListID) throws -> [Pack] { try packs("WHERE p.list_id = $1", list) }

  func pack(_ id: PackID) throws -> Pack? { try packs("WHERE p.id = $1", id).first }

  /// What everybody may buy now, in its order.
  public func packsOnSale() throws -> [Pack] { try packs("WHERE l.on_sale AND p.active") }

  /// How long what is bought with it lasts; outer nil when it is not on sale.
  func validDays(ofPackOnSale id: PackID) throws -> Int64?? {
    try row(
      "SELECT l.valid_days FROM packs AS p JOIN price_lists AS l ON l.id = p.list_id WHERE p.id = $1 AND p.active AND l.on_sale", id
    ).map { $0[0] }
  }

  func save(_ pack: Pack, at now: Moment) throws {
    try run(
      """
      INSERT INTO packs (id, list_id, position, units, bonus, price_minor, currency, active, created_at, renews, answer_minor, at_once)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      ON CONFLICT (id) DO UPDATE SET
        position = excluded.position, units = excluded.units, bonus = excluded.bonus, price_minor = excluded.price_minor,
        currency = excluded.currency, active = excluded.active, answer_minor = excluded.answer_minor, at_once = excluded.at_once
      """, pack.id, pack.list, pack.position, pack.offer.units, pack.offer.bonus, pack.offer.price.minor, pack.offer.price.currency.code,
      pack.active, now, pack.plan != nil, pack.plan?.unlimited?.answer.minor, pack.plan?.unlimited?.atOnce)
  }

  private func packs(_ condition: String, _ values: (any SQLEncodable)?...) throws -> [Pack] {
    try rows(
      """
      SELECT p.id, p.list_id, p.position, l.unit, p.units, p.bonus, p.price_minor, p.currency, p.active, p.renews, p.answer_minor,
        p.at_once
      FROM packs AS p
      JOIN price_lists AS l ON l.id = p.list_id
      \(condition)
      ORDER BY l.unit DESC, p.position, p.id
      LIMIT \(PriceList.packLimit * PriceList.limit)
      """, values.map { $0?.sqlValue ?? .null }
    ).map { row in
      let (price, answer, atOnce): (Money, Int64?, Int64?) = (row.money(6, currency: 7), row[10], row[11])
      let unlimited = answer.map { Plan.Unlimited(answer: Money($0, price.currency), atOnce: atOnce ?? 1) }
      let offer = Offer(unlimited == nil ? row.unit(3) : .months, units: row[4], bonus: row[5], price: price)
      return Pack(
        id: row[0], list: row[1], position: row[2], offer: offer, active: row[8],
        plan: row[9] ? Plan(serves: row.unit(3), unlimited: unlimited) : nil)
    }
  }
}

extension PriceList {
  fileprivate init(_ row: Row) { self.init(id: row[0], name: row[1], unit: row.unit(2), validDays: row[3], isOnSale: row[4]) }
}

extension Row {
  func unit(_ index: Int) -> CreditUnit {
    guard let unit = CreditUnit(rawValue: self[index]) else { preconditionFailure("A wallet counts in a unit that we know") }
    return unit
  }

  func currency(_ index: Int) -> Currency {
    guard let currency = Currency(code: self[index]) else { preconditionFailure("Prices are in a currency that we know") }
    return currency
  }

  func money(_ minor: Int, currency index: Int) -> Money { Money(self[minor], currency(index)) }
}
