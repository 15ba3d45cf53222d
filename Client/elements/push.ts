// Pushes to this browser while no page of ours is open (E30, E35). Nobody is asked for them but by a press; a browser that has no pushes,
// or whose reader refused, still has the bell, the ring and the toasts.

const keyAddress = "/api/v1/push/key";
const subscriptionsAddress = "/api/v1/push/subscriptions";
const forgetAddress = "/api/v1/push/forget";
const worker = "/sw.js";

export type PushState = "on" | "off" | "refused" | "impossible";

/** Plain http, an old browser and a private window may lack any of these. */
function canBePushed(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

export async function pushState(): Promise<PushState> {
  if (!canBePushed()) return "impossible";
  if (Notification.permission === "denied") return "refused";
  return await ownSubscription() === null ? "off" : "on";
}

/** Subscribes this browser for whoever is signed in, after a press: the browser asks its reader, when it has not yet. */
export async function subscribeToPushes(): Promise<PushState> {
  if (!canBePushed()) return "impossible";
  if (await Notification.requestPermission() === "denied") return "refused";
  if (Notification.permission !== "granted") return "off";
  await navigator.serviceWorker.register(worker);
  const registration = await navigator.serviceWorker.ready;
  await keep(registration, await registration.pushManager.getSubscription());
  return "on";
}

/** A browser that was subscribed before is bound to the session of today. One that was not is left alone. */
export async function renewPushes(): Promise<void> {
  if (!canBePushed() || Notification.permission !== "granted") return;
  const registration = await navigator.serviceWorker.getRegistration(worker);
  const known = await registration?.pushManager.getSubscription() ?? null;
  if (registration !== undefined && known !== null) await keep(registration, known);
}

export async function unsubscribeFromPushes(): Promise<PushState> {
  const known = await ownSubscription();
  if (known === null) return "off";
  // The server first: what the browser has forgotten could not be named any more.
  await asked(forgetAddress, { endpoint: known.endpoint });
  await known.unsubscribe();
  return "off";
}

/** A push that was clicked leads the console to its chat. */
export function followPushes(signal: AbortSignal): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== "object" || data === null || !("open" in data) || typeof data.open !== "string") return;
    const { pathname, hash } = new URL(data.open, location.origin);
    if (pathname === location.pathname && hash !== "") location.hash = hash;
  }, { signal });
}

async function ownSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(worker);
  return await registration?.pushManager.getSubscription() ?? null;
}

/** A subscription belongs to one key; the house may have been given another. */
async function keep(registration: ServiceWorkerRegistration, known: PushSubscription | null): Promise<void> {
  const { key } = await (await asked(keyAddress)).json() as { readonly key: string };
  const isOurs = known !== null && hasKey(known, key);
  if (!isOurs) await known?.unsubscribe();
  const subscription = isOurs
    ? known
    : await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await asked(subscriptionsAddress, subscription.toJSON());
}

function hasKey({ options }: PushSubscription, key: string): boolean {
  if (options.applicationServerKey === null) return false;
  const bytes = String.fromCharCode(...new Uint8Array(options.applicationServerKey));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
}

async function asked(address: string, body?: PushSubscriptionJSON): Promise<Response> {
  const posted = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(address, body === undefined ? {} : posted);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response;
}
