import type { Role } from "./role.ts";

/** Who did something: every write to the books names one. The name is a pseudonym, as everywhere in the books. */
export interface Actor {
  readonly name: string;
  /** `hub` for what the hub does by itself: settling a day, letting a hold lapse. */
  readonly role: Role | "hub";
}

export const hubActor: Actor = { name: "hub", role: "hub" };

/**
 * Where actors come from. Until there are logins the only adapter is a token in a file that nobody but the hub's own
 * user can read, presented over loopback. A header that merely names a member makes nobody an actor.
 */
export interface Actors {
  /** @param token what came with the request; @returns undefined when it is nobody's */
  identify(token: string): Promise<Actor | undefined>;
}
