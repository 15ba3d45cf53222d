// Pushes to this browser while the console is closed (E30, E35). They are asked for together with notices on the desktop; a browser that
// has no pushes, or whose reader refused, still has the bell, the ring and the toasts.

const keyAddress = "/api/v1/push/key";
const subscriptionsAddress = "/api/v1/push/subscriptions";

/** Subscribes this browser for whoever is signed in, when its reader allowed notices. Nobody is asked here. */
export async function subscribeToPushes(): Promise<void> {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis) || !("Notification" in globalThis)) return;
  // The worker also has the page for no connection.
  const registration = await navigator.serviceWorker.register("/sw.js");
  if (Notification.permission !== "granted") return;
  const { key } = await (await asked(keyAddress)).json() as { readonly key: string };
  const known = await registration.pushManager.getSubscription();
  const subscription = known !== null && hasKey(known, key) ? known : await renewed(registration, known, key);
  await asked(subscriptionsAddress, subscription.toJSON());
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

/** A subscription belongs to one key; the house may have been given another. */
async function renewed(
  registration: ServiceWorkerRegistration,
  old: PushSubscription | null,
  key: string,
): Promise<PushSubscription> {
  await old?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
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
