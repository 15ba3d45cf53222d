// What a page tells while it is looked at (E8, E50, E51): for how long, how far down, and what is done on it. Fetched once the button is
// there. It runs in a page that is not ours: it throws nothing and stops nothing.

import { cartWords, type Command, cut, downloadName, isCommand, labelOf } from "./deeds.ts";
import type { Invitation, Invite, ViewAnswer, Watch } from "./widget.ts";

interface Action {
  readonly n: number;
  readonly kind: string;
  readonly label: string;
  readonly value: string;
}

const beatMilliseconds = 15_000;
/** What is done in a burst is told at once. */
const gatherMilliseconds = 1_000;
/** As the website writes the new title a moment after the new address. */
const titleMilliseconds = 50;
const tooManyRequests = 429;
const actionsInView = 50;
const actionsInBeat = 20;

export const watch: Watch = ({ widget, first, url, here, view: tell, post, open, gpc }) => {
  const root = document.documentElement;
  let view = "";
  let place = url;
  let shown = 0;
  let shownSince = 0;
  let lowest = 0;
  let counted = 0;
  let waiting: Action[] = [];
  let gathering = 0;
  /** Seconds in sight after which an invitation may come; nothing where none would. */
  let moments: number[] | undefined;
  let alarm = 0;
  let isInvited = false;

  const measure = (): void => {
    if (shownSince) shown += performance.now() - shownSince;
    shownSince = document.hidden ? 0 : performance.now();
    plan();
  };

  const began = ({ view: mine, invite }: ViewAnswer): void => {
    view = mine;
    moments = isInvited ? undefined : invite?.slice();
    plan();
  };

  /** A page that is not in sight is not asked about. */
  const plan = (): void => {
    clearTimeout(alarm);
    const next = moments?.[0];
    if (next === undefined || !shownSince) return;
    alarm = setTimeout(
      () => (moments?.shift(), beat()),
      Math.max(0, next * 1000 - shown - performance.now() + shownSince),
    );
  };

  const show = async (invitation: Invitation): Promise<void> => {
    isInvited = true;
    moments = undefined;
    const { invite }: { invite: Invite } = await import(widget.origin + invitation.card);
    invite(widget, invitation, post);
  };

  const look = (): void => {
    lowest = Math.max(lowest, scrollY + innerHeight);
  };

  const depth = (): number => Math.min(100, Math.round(100 * lowest / Math.max(root.scrollHeight, innerHeight)));

  const beat = (last?: boolean): void => {
    clearTimeout(gathering);
    gathering = 0;
    measure();
    if (!view) return;
    const of = view;
    const actions = waiting.slice(0, actionsInBeat);
    const end = actions.at(-1)?.n ?? 0;
    const seconds = Math.round(shown / 1000);
    const invite = moments && !last && !document.hidden && widget.launcher.ariaExpanded !== "true" || undefined;
    post("beats", { view, seconds, ...gpc ? {} : { depth: depth(), actions }, invite, last }).then(
      (answer) => {
        const { status } = answer;
        // A chat that the team began meanwhile.
        if (status === 200) open();
        if (status === 201) answer.json().then(show).catch(() => {});
        // What did not arrive is told again; what was refused would be refused again, and the time on the page with it.
        if (status < tooManyRequests && of === view) waiting = waiting.filter(({ n }) => n > end);
      },
    ).catch(() => {});
  };

  const visit = async (): Promise<void> => {
    const before = place;
    [view, shown, shownSince, lowest, counted, waiting, moments] = ["", 0, 0, 0, 0, [], undefined];
    measure();
    look();
    const mine = place = here();
    findForms();
    const told = await tell(mine, before).catch(() => undefined);
    if (place === mine && told) began(told);
  };

  const note = (kind: string, words: string, value = ""): void => {
    const label = cut(words, 120);
    if (!label || counted >= actionsInView) return;
    waiting.push({ n: ++counted, kind, label, value: cut(value, 200) });
    gathering ||= setTimeout(beat, gatherMilliseconds);
  };

  const forms = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      forms.unobserve(target);
      note("form", labelOf(target));
    }
  });
  const known = new WeakSet<Element>();
  const findForms = (): void => {
    for (const form of gpc ? [] : document.forms) {
      if (known.has(form)) continue;
      known.add(form);
      forms.observe(form);
    }
  };

  const pressed = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    const marked = target?.closest<HTMLElement>("[data-parley-action]");
    if (marked) note("action", marked.dataset["parleyAction"] || (marked.textContent ?? "").trim());
    // A link in a drawing has no path.
    const link = target?.closest("a[href]");
    if (link instanceof HTMLAnchorElement) note("download", downloadName(link));
  };

  const perform = ([what, name, value]: Command): void => {
    if (what === "event") note("event", String(name ?? ""), String(value ?? ""));
    if (what === "cart") note("cart", ...cartWords(name));
  };

  /** `parley("cart", …)`, also what the page said before this module was there. */
  const listen = (): void => {
    const hear = (...all: unknown[]): void => {
      if (!gpc && isCommand(all)) perform(all);
    };
    const page = window as { parley?: { (...all: unknown[]): void; queue?: unknown } };
    const queue = page.parley?.queue;
    page.parley = hear;
    for (const all of Array.isArray(queue) ? queue : []) hear(...all);
  };

  began(first);
  measure();
  look();
  findForms();
  listen();
  addEventListener("visibilitychange", measure);
  addEventListener("pagehide", () => beat(true));
  addEventListener("pageshow", (event) => event.persisted && visit());
  const [source, change] = "navigation" in window ? [navigation, "currententrychange"] : [window, "popstate"];
  source.addEventListener(change, () => setTimeout(() => here() === place || (beat(), visit()), titleMilliseconds));
  setInterval(() => document.hidden || (findForms(), beat()), beatMilliseconds);
  // The page may have changed while this was fetched.
  if (here() !== place) void visit();
  if (gpc) return;
  addEventListener("scroll", look, { passive: true });
  addEventListener("click", pressed, true);
};
