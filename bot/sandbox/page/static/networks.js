// The networks that the customers are on.

import { store } from "./store.js";

export const NETWORKS = [
  { kind: "x", name: "X" },
  { kind: "bluesky", name: "Bluesky" },
];

/** What is known of a network: its `own` account, `customers` and `posts`. */
export const stateOf = (kind) => store[kind];

/** Those that have answered. */
export const loaded = () => NETWORKS.filter(({ kind }) => store[kind]);

/** The posts of all networks, each with its `network`; those of one network newest first. */
export const allPosts = () => loaded().flatMap((network) => store[network.kind].posts.map((post) => ({ ...post, network })));
