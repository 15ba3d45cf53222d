// What calls somebody, and how: by sound and by light, each as they chose for the event (C18).

/** An answer came; it takes longer than it should; the credit is not enough for another question; somebody opened a chat. */
export type AlertEvent = "message" | "late" | "creditLow" | "visitor";

export interface AlertWish {
  readonly sound: boolean;
  readonly light: boolean;
}

export type AlertWishes = Readonly<Record<AlertEvent, AlertWish>>;

/** `message.sound creditLow.light`: what is not named is not wanted. */
export function readWishes(text: string): AlertWishes {
  const named = new Set(text.split(" "));
  const wish = (event: AlertEvent): AlertWish => ({
    sound: named.has(`${event}.sound`),
    light: named.has(`${event}.light`),
  });
  return { message: wish("message"), late: wish("late"), creditLow: wish("creditLow"), visitor: wish("visitor") };
}
