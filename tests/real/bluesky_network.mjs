// A real Bluesky network on this machine: a PDS, an AppView and a PLC directory, with our account and two customers.
// It says on one line of JSON where it is. Environment: DB_POSTGRES_URL, REDIS_HOST. It runs until it is killed.

import { TestNetwork } from "@atproto/dev-env";
import { AtpAgent } from "@atproto/api";

const log = console.log;
console.log = console.error;
const network = await TestNetwork.create({ dbPostgresSchema: `webcare${Math.random().toString(36).replace(/[^a-z]/g, "")}`, pds: { hostname: "localhost" } });
const people = {};
for (const name of ["acmedesk", "annevries", "bobjansen"]) {
  const agent = new AtpAgent({ service: network.pds.url });
  await agent.createAccount({ handle: `${name}.test`, email: `${name}@example.com`, password: `${name}-password` });
  await agent.upsertProfile(() => ({ displayName: name }));
  people[name] = { did: agent.session.did, handle: `${name}.test`, password: `${name}-password` };
  if (name === "acmedesk") {
    const made = await agent.com.atproto.server.createAppPassword({ name: "desk" });
    people[name].appPassword = made.data.password;
  }
}
await network.processAll();
log(JSON.stringify({ pds: network.pds.url, people }));
setInterval(() => {}, 1000);
