import Access
import Base
import Web
import Wire

/// What the token of a program must name for a command, beside the door: so that a program reads what its token lacks, and not that
/// there is nothing.
extension Line {
  func admitProgram(_ command: WireCommand) throws(Refusal) {
    guard case .account(let member) = actor, let scopes = member.scopes else { return }
    switch command.programs {
    case .welcome: break
    case .with(let scope): guard scopes.contains(scope) else { throw Refusal(.scopeMissing, arguments: ["scope": scope.rawValue]) }
    case .refused: throw Refusal(.notForPrograms)
    }
  }
}

extension WireCommand {
  fileprivate var programs: Programs {
    switch self {
    case .hello, .pong, .unsubscribe: .welcome
    case .subscribe(.notices, _): .with(.noticesRead)
    case .subscribe: .with(.chatsRead)
    case .open, .form, .offline, .send, .sendFile, .entrust, .begin, .join, .leave, .transfer, .close, .revise, .note, .tag, .macro,
      .record, .typing, .view, .draft, .mark, .status:
      .with(.chatsWrite)
    case .read, .archive, .page, .rate, .tip, .judge, .minutes, .beat: .refused
    }
  }
}
