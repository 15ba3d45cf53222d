import Base
import Web

/// The order that a bank carries out, as `pain.001.001.03` (ISO 20022): one debtor, one currency, as many creditors as there are payouts.
struct CreditTransfer: Sendable {
  struct Party: Hashable, Sendable {
    let name: String
    let iban: String
    /// Empty where the IBAN says it.
    let bic: String
  }

  struct Item: Hashable, Sendable {
    let reference: String
    let to: Party
    let amount: Money
    /// What the receiver reads.
    let text: String
  }

  /// What makes a file of the same batch the same file: banks refuse a second one.
  let id: String
  let createdAt: Moment
  let from: Party
  let currency: Currency
  let items: [Item]

  private var sum: Money { items.reduce(Money(0, currency)) { $0 + $1.amount } }

  var xml: String {
    let isSEPA = currency == .euro
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">"#,
      "<CstmrCdtTrfInitn>",
      "<GrpHdr><MsgId>\(id)</MsgId><CreDtTm>\(createdAt.isoText)</CreDtTm><NbOfTxs>\(items.count)</NbOfTxs>"
        + "<CtrlSum>\(sum.decimal)</CtrlSum><InitgPty><Nm>\(Self.escaped(from.name))</Nm></InitgPty></GrpHdr>",
      "<PmtInf><PmtInfId>\(id)</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg><NbOfTxs>\(items.count)</NbOfTxs>"
        + "<CtrlSum>\(sum.decimal)</CtrlSum>",
    ]
    if isSEPA { lines.append("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>") }
    lines += [
      "<ReqdExctnDt>\(createdAt.isoText.prefix(10))</ReqdExctnDt>",
      "<Dbtr><Nm>\(Self.escaped(from.name))</Nm></Dbtr>",
      "<DbtrAcct><Id><IBAN>\(from.iban)</IBAN></Id><Ccy>\(currency.code)</Ccy></DbtrAcct>",
      "<DbtrAgt><FinInstnId>\(from.bic.isEmpty ? "<Othr><Id>NOTPROVIDED</Id></Othr>" : "<BIC>\(from.bic)</BIC>")</FinInstnId></DbtrAgt>",
      // Within SEPA each side pays its own bank.
      "<ChrgBr>\(isSEPA ? "SLEV" : "SHAR")</ChrgBr>",
    ]
    lines += items.map(Self.xml)
    lines += ["</PmtInf>", "</CstmrCdtTrfInitn>", "</Document>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func xml(of item: Item) -> String {
    let agent = item.to.bic.isEmpty ? "" : "<CdtrAgt><FinInstnId><BIC>\(item.to.bic)</BIC></FinInstnId></CdtrAgt>"
    return "<CdtTrfTxInf><PmtId><InstrId>\(item.reference)</InstrId><EndToEndId>\(item.reference)</EndToEndId></PmtId>"
      + "<Amt><InstdAmt Ccy=\"\(item.amount.currency.code)\">\(item.amount.decimal)</InstdAmt></Amt>\(agent)"
      + "<Cdtr><Nm>\(escaped(item.to.name))</Nm></Cdtr><CdtrAcct><Id><IBAN>\(item.to.iban)</IBAN></Id></CdtrAcct>"
      + "<RmtInf><Ustrd>\(escaped(item.text))</Ustrd></RmtInf></CdtTrfTxInf>"
  }

  /// For banks that take lists: a line for each, and no cell that a spreadsheet would take for a formula.
  var csv: CSVText {
    CSVText(
      [["reference", "name", "iban", "bic", "amount", "currency", "text"]]
        + items.map { [$0.reference, $0.to.name, $0.to.iban, $0.to.bic, $0.amount.decimal, $0.amount.currency.code, $0.text] })
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
