/// What people can run into: a reason that they can be shown in their language, and what to do about it.
///
/// The words are in the catalogue under `refusal.<reason>`; `arguments` fill the places in them.
public struct Refusal: Error, Hashable, Sendable {
  public let reason: Reason
  public var arguments: [String: String]
  /// Reasons for single fields of a form, by the field's name.
  public var fields: [String: Reason]
  /// When trying again may work, in seconds; nil when trying again changes nothing.
  public var retryAfterSeconds: Int?

  public init(_ reason: Reason, arguments: [String: String] = [:], fields: [String: Reason] = [:], retryAfterSeconds: Int? = nil) {
    self.reason = reason
    self.arguments = arguments
    self.fields = fields
    self.retryAfterSeconds = retryAfterSeconds
  }

  public enum Reason: String, CaseIterable, Codable, Sendable {
    // Who and where.
    case signInNeeded, notAllowed, notFound, originNotAllowed, formExpired, wrongSignIn, linkUsedOrExpired, accountInactive
    case signUpClosed, mailIsOff, textsAreOff, linkVoid, wrongCode, wrongTextCode, codeExpired, challengeOver, secondStepIsOn, signInAgain
    case providerDenied, providerFailed, providerTaken, providerHasNoAddress, passwordUnset, otherBrowser
    case passkeyLate, passkeyUnknown, passkeyRefused, passkeyTaken, listIsFull
    case tokenInvalid, scopeMissing, notForPrograms, hostTokenInvalid
    // What was sent.
    case notUnderstood, fieldMissing, fieldTooLong, textEmpty, textTooLong, textHasNull, clientIDInvalid, formInvalid
    case emailInvalid, emailTaken, addressIsYours, addressDiffers, phoneInvalid, passwordTooShort, passwordTooCommon, wrongPassword,
      optionUnknown, roleMissing, ruleHasNoWords, ruleHasNoRating, ruleTooLate, ruleDoesNothing, originInvalid, hueInvalid, daysInvalid,
      timeInvalid,
      dateInvalid, timesTurned, hoursOverlap, domainUnfit, minutesInvalid,
      numberInvalid, nameTaken
    case settingsChanged
    case tooLarge, protocolVersion
    // Files.
    case fileTooLarge, fileEmpty, fileTypeNotAllowed, fileKindNotTaken, fileNameUnfit, fileNotFound, fileExpired, linkExpired, virusFound
    case pictureTooLarge, pictureUnreadable, pictureTypeNotAllowed
    // What stands in the way.
    case tooFast, tooManyTries, tooManySubscriptions, storageFull, unavailable
    // The conversation.
    case formNeeded, formAlreadySent, noChatOpen, chatAlreadyOpen, notJoined, alreadyJoined, readOnly, agentsAreOnline, agentsAreOffline,
      colleagueGone
    case threadKept, changeClosed, banned, visitorShutOut
    case lastAdministrator
    // Money.
    case creditMissing, answerPriceChanged, wayChanged, creditUsed, intakeFull, expertGone, answerDue, creditExtended, creditOver
    case answerUnpaid, ratingClosed, chatUnanswered, chatRatingClosed
    case minutesUnoffered, minutesOver, minutesRunning, expertBusy, rechargesUsed
    // By what somebody can be reached.
    case chatNotTaken, expertUnavailable, reportInvalid
    // Switched off for the website.
    case featureOff
    // What payers hold themselves to.
    case sessionLimitReached, dayLimitReached, monthLimitReached, stopReached, selfExcluded
    // Copies of what is kept.
    case archiveUnderWay, tooManyArchives
    // Buying.
    case packNotOnSale, subscriptionRunning, priceChanged, cardNotKept, cardDeclined, paymentUnavailable, webhookInvalid, notRefundable,
      amountInvalid
    case codeUnknown, codeOver, codeUsed
    // Disputes and payouts.
    case disputeClosed, payoutChanged, payerUnknown, holderInvalid, accountNumberInvalid, bankCodeInvalid, taxNumberInvalid
  }
}
