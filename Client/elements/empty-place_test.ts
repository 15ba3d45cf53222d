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
  files: true,
  logo: null,
};

function me(status: AgentStatus): { id: string; name: string; roles: never[]; status: AgentStatus } {
  return { id: "3", name: "Clara Lindqvist", roles: [], status };
}

Deno.test("E4: an empty console tells who has no website, who is offline, who only reads, and who is ready", () => {
  const isExpert = false;
  assertEquals(situationOf({ sites: [], me: me("offline"), isExpert }), "noSite");
  assertEquals(situationOf({ sites: [{ ...site, mayWrite: false }], me: me("offline"), isExpert }), "reads");
  assertEquals(situationOf({ sites: [{ ...site, mayWrite: false }, site], me: me("offline"), isExpert }), "offline");
  assertEquals(situationOf({ sites: [site], me: me("away"), isExpert }), "ready");
  assertEquals(situationOf({ sites: [site], me: me("online"), isExpert }), "ready");
});

Deno.test("A35: an expert without a team of a site waits for questions, and an expert who is an agent too for visitors", () => {
  const asked = { ...site, team: false };
  assertEquals(situationOf({ sites: [asked], me: me("online"), isExpert: true }), "asked");
  assertEquals(situationOf({ sites: [], me: me("offline"), isExpert: true }), "offline");
  assertEquals(situationOf({ sites: [asked, { ...site, id: "4" }], me: me("online"), isExpert: true }), "ready");
});
