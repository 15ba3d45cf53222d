// Notices on the desktop (E30, E31), as far as the browser and the agent allow them.

import { subscribeToPushes } from "./push.ts";

const askedKey = "parley.notices.asked";

export function mayAskForNotices(): boolean {
  if (!("Notification" in globalThis) || Notification.permission !== "default") return false;
  try {
    return localStorage.getItem(askedKey) === null;
  } catch {
    return false;
  }
}

export function noLongerAsk(): void {
  try {
    localStorage.setItem(askedKey, "later");
  } catch {
    // Then the question comes again with the next page.
  }
}

export async function askForNotices(): Promise<void> {
  noLongerAsk();
  await Notification.requestPermission();
  // Without a push service the page still rings.
  await subscribeToPushes().catch(() => {});
}

export interface DesktopNotice {
  readonly title: string;
  readonly body: string;
  /** One notice for each conversation, also over several tabs. */
  readonly tag: string;
  readonly onClick: () => void;
}

export function showNotice({ title, body, tag, onClick }: DesktopNotice): void {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
  try {
    // The page has sounds of its own, which can be switched off.
    const notice = new Notification(title, { body, tag, silent: true });
    notice.onclick = () => {
      globalThis.focus();
      notice.close();
      onClick();
    };
  } catch {
    // Android shows notices only from a service worker; the page has rung already.
  }
}
