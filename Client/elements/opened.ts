// Which chat is open: the address after # says it, so that reloading, the back button and a notice lead to the same place.

/** Null for none. */
export function openedChat(): string | null {
  const conversation = location.hash.slice(1);
  return /^\d+$/.test(conversation) ? conversation : null;
}

/** From the list the back button leads back to it; from chat to chat it does not walk through all of them. */
export function enterChat(conversation: string, isInFrame: boolean): void {
  if (openedChat() === null && !isInFrame) history.pushState({ fromList: true }, "", `#${conversation}`);
  else history.replaceState(history.state, "", `#${conversation}`);
}

/** As the back button does, where it leads to the list. */
export function leaveChat(): void {
  if ((history.state as { fromList?: boolean } | null)?.fromList === true) history.back();
  else forgetPlace();
}

/** The lists, where one stands in the history. */
export function forgetPlace(): void {
  history.replaceState(null, "", location.pathname + location.search);
}

/** The lists, with a way back to where one was. */
export function enterLists(): void {
  history.pushState(null, "", location.pathname + location.search);
}
