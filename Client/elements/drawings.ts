// Line drawings on a grid of 24, each on its own, so that a page loads only those that it shows.

export interface Drawing {
  readonly d: string;
  /** It points somewhere, so it follows the direction of reading. */
  readonly flips?: true;
}

export const chats: Drawing = { d: "M4 5h16v11H9l-5 4z", flips: true };
export const administration: Drawing = {
  d: "M12 9.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6zM12 3v2.5M12 18.5v2.5M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8",
};
export const funnel: Drawing = { d: "M4 5.5h16l-6 7.5v6l-4-2v-4z" };
export const download: Drawing = { d: "M12 4.5v10M7.5 10.5 12 15l4.5-4.5M5 19.5h14" };
export const bell: Drawing = { d: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5a2 2 0 0 0 4 0" };
export const sound: Drawing = {
  d: "M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11",
};
export const soundOff: Drawing = { d: "M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM16 10l4 4M20 10l-4 4" };
export const keyboard: Drawing = {
  d: "M4 7h16a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8.5 14h7",
};
export const back: Drawing = { d: "M15 5l-7 7 7 7", flips: true };
export const close: Drawing = { d: "M6 6l12 12M18 6 6 18" };
export const leave: Drawing = { d: "M10 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4M14 8l4 4-4 4M18 12H9.5", flips: true };
export const transfer: Drawing = {
  d: "M4 9h13M13.5 5.5 17 9l-3.5 3.5M20 15.5H7M10.5 12l-3.5 3.5 3.5 3.5",
  flips: true,
};
export const check: Drawing = { d: "M5 12.5l4.5 4.5L19 7.5" };
export const panel: Drawing = {
  d: "M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM15 5v14",
  flips: true,
};
export const send: Drawing = { d: "M5 12h13M12.5 6.5 18 12l-5.5 5.5", flips: true };
export const smile: Drawing = {
  d: "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17zM9 10h.01M15 10h.01M8.5 14c1 1.5 2.2 2.2 3.5 2.2s2.5-.7 3.5-2.2",
};
export const more: Drawing = { d: "M6 12h.01M12 12h.01M18 12h.01" };
export const bin: Drawing = { d: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5" };
export const down: Drawing = { d: "M12 5v13M6.5 12.5 12 18l5.5-5.5" };
export const person: Drawing = {
  d: "M12 4.5a3.8 3.8 0 1 0 0 7.6a3.8 3.8 0 1 0 0-7.6zM5 20c.5-3.7 3.3-5.5 7-5.5s6.5 1.8 7 5.5",
};
export const minimise: Drawing = { d: "M5 9l7 7 7-7" };
export const archive: Drawing = { d: "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4" };
export const attach: Drawing = {
  d: "M19 11.5 12 18.5a4.5 4.5 0 0 1-6.4-6.4l7.4-7.4a3 3 0 0 1 4.3 4.3l-7.4 7.3a1.5 1.5 0 0 1-2.1-2.1l6.7-6.7",
};
export const camera: Drawing = { d: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8z" };
export const paper: Drawing = { d: "M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9.5 12.5h5M9.5 16h5" };
export const eye: Drawing = {
  d: "M2.5 12C4.5 8 8 5.8 12 5.8s7.5 2.2 9.5 6.2c-2 4-5.5 6.2-9.5 6.2S4.5 16 2.5 12zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z",
};
export const figures: Drawing = { d: "M4 20V4M4 20h16M8 16v-4M12.5 16V7M17 16v-6" };
export const star: Drawing = { d: "M12 4.5l2.3 4.9 5.2.7-3.8 3.7.9 5.2-4.6-2.5L7.4 19l.9-5.2-3.8-3.7 5.2-.7z" };
export const expired: Drawing = { d: "M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9.5 12l5 5M14.5 12l-5 5" };
export const flash: Drawing = { d: "M13 3.5 6 13.5h5l-1 7 7-10h-5z" };
export const lines: Drawing = { d: "M4 6.5h16M4 12h16M4 17.5h16" };
export const cards: Drawing = { d: "M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z" };
export const plus: Drawing = { d: "M12 5v14M5 12h14" };
