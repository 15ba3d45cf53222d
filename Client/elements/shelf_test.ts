import { assertEquals } from "../live/asserting.ts";
import { assetsIn } from "./shelf.ts";

Deno.test("E81: what is kept for no connection is what the page itself loads, each once, and nothing of somebody else's", () => {
  const markup = `
    <link rel="icon" href="/assets/icon-1.svg"><link rel="stylesheet" href="/assets/app-2.css">
    <script type="module" src="/assets/console-3.js"></script><link rel="manifest" href="/manifest.webmanifest">
    <parley-console alerts="" alert-icon="/assets/icon-alert-4.svg"></parley-console><a href="/files/7">f</a>
    <link rel="apple-touch-icon" href="/assets/icon-1.svg">`;
  assertEquals(assetsIn(markup), [
    "/assets/icon-1.svg",
    "/assets/app-2.css",
    "/assets/console-3.js",
    "/assets/icon-alert-4.svg",
  ]);
});
