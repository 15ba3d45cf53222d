// The console's page: the elements it is made of, under their names.

import { ParleyChat } from "./parley-chat.ts";
import { ParleyComposer } from "./parley-composer.ts";
import { ParleyConsole } from "./parley-console.ts";
import { ParleyList } from "./parley-list.ts";
import { ParleyNote } from "./parley-note.ts";
import { ParleyRail } from "./parley-rail.ts";
import { ParleySidebar } from "./parley-sidebar.ts";
import { ParleyTabs } from "./parley-tabs.ts";
import { ParleyThread } from "./parley-thread.ts";

// The console comes last: it makes the others as soon as it is known.
customElements.define("parley-rail", ParleyRail);
customElements.define("parley-list", ParleyList);
customElements.define("parley-tabs", ParleyTabs);
customElements.define("parley-chat", ParleyChat);
customElements.define("parley-thread", ParleyThread);
customElements.define("parley-composer", ParleyComposer);
customElements.define("parley-note", ParleyNote);
customElements.define("parley-sidebar", ParleySidebar);
customElements.define("parley-console", ParleyConsole);
