import Base
import Logging
import Sites
import Store
import Web

/// Insights: what happened on the websites, as figures.
///
/// - `Days/`: days and hours as the clocks of the websites have them.
/// - `Figures/`: what each figure counts, as one query that gives the number and the list behind it (X9); and the days that are kept (E10e).
/// - `Today/`: the page of today, of the last days, of each website and each agent (E60–E64).
/// - `Export/`: its tables, and the list behind each number, as files.
///
/// It reads what other slices wrote and decides nothing. docs/figures.md says what every figure means.
public struct Insights: Sendable {
  let store: any Store
  let clock: WallClock
  let web: WebFront
  let logger: Logger

  public init(store: any Store, clock: WallClock, web: WebFront, logger: Logger) {
    self.store = store
    self.clock = clock
    self.web = web
    self.logger = logger
  }

  public func register(on routes: Routes) {
    let today = TodayRoutes(insights: self)
    today.register(on: routes)
    FigureExportRoutes(today: today).register(on: routes)
  }

  /// Keeps the days that are over, until the task is cancelled. Several nodes may do it at once: a day is kept once.
  public func run() async {
    while !Task.isCancelled {
      do { try await keepDays() } catch {
        logger.warning("The figures of past days could not be kept", metadata: ["error": .string(String(reflecting: error))])
      }
      do { try await Task.sleep(for: .seconds(600)) } catch { return }
    }
  }
}
