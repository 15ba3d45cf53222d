import Base
import Store

extension Lock {
  public static func site(_ id: SiteID) -> Lock { Lock(table: "sites", id: id.rawValue) }
  public static func visitor(_ id: VisitorID) -> Lock { Lock(table: "visitors", id: id.rawValue) }
}
