import Base
import HTTPTypes

extension Refusal.Reason {
  /// The status of the answer that carries this reason.
  public var status: HTTPResponse.Status {
    switch self {
    case .signInNeeded, .tokenInvalid, .hostTokenInvalid: .unauthorized
    case .notAllowed, .originNotAllowed, .formExpired, .accountInactive, .providerDenied, .otherBrowser, .readOnly, .signUpClosed,
      .linkExpired, .signInAgain, .selfExcluded, .scopeMissing, .notForPrograms, .banned:
      .forbidden
    case .creditMissing: .init(code: 402, reasonPhrase: "Payment Required")
    case .notFound, .fileNotFound, .codeUnknown: .notFound
    case .linkUsedOrExpired, .linkVoid, .challengeOver, .passkeyLate, .fileExpired, .packNotOnSale, .codeOver, .codeExpired: .gone
    case .notUnderstood, .webhookInvalid: .badRequest
    case .wrongSignIn, .fieldMissing, .fieldTooLong, .textEmpty, .textTooLong, .textHasNull, .clientIDInvalid, .formInvalid,
      .emailInvalid, .emailTaken, .addressIsYours, .addressDiffers, .phoneInvalid, .passwordTooShort, .passwordTooCommon, .wrongPassword,
      .wrongCode, .wrongTextCode, .passkeyUnknown, .passkeyRefused, .passwordUnset, .providerHasNoAddress,
      .optionUnknown, .roleMissing, .ruleHasNoWords, .ruleHasNoRating, .ruleTooLate, .ruleDoesNothing, .originInvalid, .hueInvalid,
      .daysInvalid,
      .timeInvalid, .dateInvalid, .timesTurned, .hoursOverlap, .domainUnfit, .minutesInvalid,
      .numberInvalid, .nameTaken, .fileEmpty, .fileNameUnfit,
      .virusFound,
      .pictureTooLarge, .pictureUnreadable, .priceChanged, .answerPriceChanged, .wayChanged, .cardNotKept, .cardDeclined, .amountInvalid,
      .holderInvalid, .accountNumberInvalid, .bankCodeInvalid, .taxNumberInvalid, .reportInvalid:
      .unprocessableContent
    case .fileTypeNotAllowed, .fileKindNotTaken, .pictureTypeNotAllowed: .unsupportedMediaType
    case .tooLarge, .fileTooLarge: .contentTooLarge
    case .protocolVersion: .upgradeRequired
    case .tooFast, .tooManyTries, .tooManySubscriptions, .tooManyArchives: .tooManyRequests
    case .storageFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
    case .unavailable, .providerFailed, .mailIsOff, .textsAreOff, .paymentUnavailable: .serviceUnavailable
    case .formNeeded, .formAlreadySent, .noChatOpen, .chatAlreadyOpen, .notJoined, .alreadyJoined, .agentsAreOnline, .agentsAreOffline,
      .lastAdministrator, .secondStepIsOn, .providerTaken, .threadKept, .archiveUnderWay, .passkeyTaken, .listIsFull,
      .creditUsed, .intakeFull, .expertGone, .answerDue, .notRefundable, .subscriptionRunning, .creditExtended, .creditOver, .codeUsed,
      .sessionLimitReached, .dayLimitReached, .monthLimitReached, .stopReached, .answerUnpaid, .ratingClosed, .chatUnanswered,
      .chatRatingClosed, .disputeClosed, .payoutChanged, .payerUnknown, .minutesUnoffered, .minutesOver, .minutesRunning, .expertBusy,
      .rechargesUsed,
      .chatNotTaken, .expertUnavailable, .featureOff, .colleagueGone, .changeClosed, .settingsChanged,
      .visitorShutOut:
      .conflict
    }
  }
}
