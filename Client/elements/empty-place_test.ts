import { assertEquals } from "../live/asserting.ts";
import type { AgentStatus, AssignedSite } from "../live/wire.ts";
import { situationOf } from "./empty-place.ts";

const site: AssignedSite = {
  id: "2",
  name: "Harbour Essays",
  hue: 178,
  mayWrite: true,
  pseudonym: "Clara",
  avatar: "fern",
  ours: "end",
  logo: null,
};

function me(status: AgentStatus): { id: string; name: string; roles: never[]; status: AgentStatus } {
  return { id: "3", name: "Clara Lindqvist", roles: [], status };
}

Deno.test("E4: an empty console tells who has no website, who is offline, who only reads, and who is ready", () => {
  assertEquals(situationOf({ sites: [], me: me("offline") }), "noSite");
  assertEquals(situationOf({ sites: [{ ...site, mayWrite: false }], me: me("offline") }), "reads");
  assertEquals(situationOf({ sites: [{ ...site, mayWrite: false }, site], me: me("offline") }), "offline");
  assertEquals(situationOf({ sites: [site], me: me("away") }), "ready");
  assertEquals(situationOf({ sites: [site], me: me("online") }), "ready");
});
