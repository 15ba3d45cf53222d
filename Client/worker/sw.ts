// The service worker: shows pushes, leads to what they are about, and has pages for no connection: the empty console, where the page
// of the console put it, and one that says so for all others. It keeps nothing that the server says to a signed-in reader.

import { consoleAddress, shelfName as consoleShelf } from "../elements/shelf.ts";

interface Pushed {
  readonly title: string;
  readonly body: string;
  /** One notice for each conversation. */
  readonly tag: string;
  readonly path: string;
  readonly language: string;
  readonly direction: "ltr" | "rtl";
}

// The library of workers and that of pages cannot be had together, so what is used of the former stands here.

interface Waits extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Waits {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface Pushing extends Waits {
  readonly data: { json(): unknown } | null;
}

interface Changing extends Waits {
  readonly oldSubscription?: PushSubscription | null;
}

interface Clicking extends Waits {
  readonly notification: Notification;
}

interface Window {
  readonly url: string;
  postMessage(message: { readonly open: string }): void;
  focus(): Promise<unknown>;
}

interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { readonly type: "window"; readonly includeUncontrolled: true }): Promise<readonly Window[]>;
    openWindow(path: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: Waits) => void): void;
  addEventListener(name: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(name: "pushsubscriptionchange", listener: (event: Changing) => void): void;
  addEventListener(name: "push", listener: (event: Pushing) => void): void;
  addEventListener(name: "notificationclick", listener: (event: Clicking) => void): void;
}

const worker = globalThis as unknown as Worker;
const shelf = "parley-offline-1";
const offlinePage = "/offline";
const signOutAddress = "/sign-out";
/** A server that takes longer than this to answer is none, where the kept console is there. */
const consoleLimitMilliseconds = 4_000;
/** What stands in front of a server that is not there answers for it. */
const gatewayStates = [502, 503, 504];

worker.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShelves().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method === "POST" && pathname === signOutAddress) event.waitUntil(caches.delete(consoleShelf));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(pathname === consoleAddress ? openConsole(request) : openPage(request));
  } else if (pathname.startsWith("/assets/")) event.respondWith(fetch(request).catch(() => offline(request.url)));
});

worker.addEventListener("push", (event) => {
  const pushed = event.data?.json() as Pushed | undefined;
  if (pushed !== undefined) event.waitUntil(show(pushed));
});

worker.addEventListener("pushsubscriptionchange", (event) => {
  const options = event.oldSubscription?.options;
  if (options !== undefined) event.waitUntil(renew(options));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data as { readonly path: string };
  event.waitUntil(lead(path));
});

/** Asked for without cookies: what is kept was made for nobody. */
async function keepOfflinePage(): Promise<void> {
  const cache = await caches.open(shelf);
  const page = await fetch(offlinePage, { credentials: "omit", cache: "reload" });
  const markup = await page.clone().text();
  await cache.put(offlinePage, page);
  const sheet = /href="(\/assets\/app-[^"]+\.css)"/.exec(markup)?.[1];
  if (sheet !== undefined) await cache.add(sheet);
}

async function dropOldShelves(): Promise<void> {
  for (const name of await caches.keys()) if (name !== shelf && name !== consoleShelf) await caches.delete(name);
}

/** The server first, always: what is kept may be of an earlier build, and is nobody's. */
async function openConsole(request: Request): Promise<Response> {
  const kept = await caches.match(consoleAddress, { cacheName: consoleShelf });
  if (kept === undefined) return openPage(request);
  const answer = await Promise.race([fetch(request).catch(() => null), nothingAfter(consoleLimitMilliseconds)]);
  if (answer === null || gatewayStates.includes(answer.status)) return kept;
  // It leads to the page for signing in: whoever comes next is not shown whom somebody talked to.
  if (answer.type === "opaqueredirect") await caches.delete(consoleShelf);
  return answer;
}

function openPage(request: Request): Promise<Response> {
  return fetch(request).catch(() => offline(offlinePage));
}

function nothingAfter(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));
}

async function offline(address: string): Promise<Response> {
  return await caches.match(address) ?? Response.error();
}

async function show({ title, body, tag, path, language, direction }: Pushed): Promise<void> {
  await worker.registration.showNotification(title, { body, tag, data: { path }, lang: language, dir: direction });
}

/** The browser gave its subscription up; without a new one it would be silent for good. */
async function renew({ applicationServerKey }: PushSubscriptionOptions): Promise<void> {
  const made = await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  await fetch("/api/v1/push/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(made),
  });
}

/** A console that is open is brought to the front and shows the chat; otherwise one is opened. */
async function lead(path: string): Promise<void> {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = path.split("#")[0] ?? path;
  const open = windows.find((client) => new URL(client.url).pathname === page);
  if (open === undefined) {
    await worker.clients.openWindow(path);
    return;
  }
  open.postMessage({ open: path });
  await open.focus();
}
