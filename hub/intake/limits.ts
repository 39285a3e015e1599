/**
 * What one client, one address and all of them together may ask of the broker. Every limit has its reason;
 * tests hand in smaller ones.
 */
export interface BrokerLimits {
  readonly connectTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly keepAliveS: number;
  readonly longestHoldMs: number;
  readonly shortestHoldMs: number;
  readonly retryMs: number;
  readonly connections: number;
  readonly halfOpenPerAddress: number;
  readonly connectsPerAddress: Rate;
  readonly connects: Rate;
  readonly takeovers: Rate;
  readonly wrongPasswordMs: number;
  readonly longestWrongPasswordMs: number;
  readonly subscriptions: number;
  readonly readBytes: number;
  readonly clientMessages: number;
  readonly clientBytes: number;
  readonly messages: number;
  readonly bytes: number;
}

/** So many at once, and then so many a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Largest MQTT packet: a day of minute readings of a few series; a device that sends more is broken or hostile. */
export const MAX_PACKET_BYTES = 256 * 1024;
/** Client ids may be longer than the 23 characters every broker must take (MQTT 3.1.1 section 3.1.3.1). */
export const CLIENT_ID_LENGTH = 128;
/** Packets a client may send before its CONNACK: as many as one read of the smallest holds; nothing more is read till then. */
export const EARLY_PACKETS = 1_000;
/** QoS 2 messages of one client between PUBREC and PUBREL: their ids only, the readings are stored by then. */
export const UNRELEASED_MESSAGES = 10_000;
/** How often connections are held against the credentials, so that a revoked one does not go on. */
export const CREDENTIAL_CHECK_MS = 15_000;
/** The kernel asks a silent peer whether it is still there after this: for clients without a keep-alive. */
export const TCP_KEEP_ALIVE_MS = 60_000;
/** How often held acknowledgements are looked at: finer than the shortest hold by far, too rare to cost anything. */
export const HOLD_CHECK_MS = 200;
/** A client that sends QoS 0 is paused at this part of every bound: it was promised nothing. */
export const UNPROMISED_PART = 0.5;
/** The same complaint is written down at most this often. */
export const COMPLAIN_EVERY_MS = 60_000;

export const brokerLimits: BrokerLimits = {
  /** How long a new connection may take to say CONNECT. */
  connectTimeoutMs: 10_000,
  /** How long a client may leave what we send it unread. */
  drainTimeoutMs: 20_000,
  /** A longer keep-alive is taken as this: a device that vanished is missed within 90 minutes. */
  keepAliveS: 3_600,
  /** Longest hold of an acknowledgement, for clients without a keep-alive or with a long one: they wait, they need not come back. */
  longestHoldMs: 60_000,
  /** One commit window of an SD card and a slow sync: with a longer window hand in a longer one. */
  shortestHoldMs: 1_250,
  /** While the store fails, one message tries it this often; the others wait for its news. */
  retryMs: 1_000,
  /** An idle connection takes about 65 kB: 130 MB at most. Large communities have a few hundred devices. */
  connections: 2_048,
  /** Connections of one address that have not said CONNECT yet: half, so that the others always find a place. */
  halfOpenPerAddress: 1_024,
  /** A gateway or a simulator comes back with all its devices at once. A connection costs about 0.5 ms. */
  connectsPerAddress: { burst: 1_200, perSecond: 100 },
  /** Everybody comes back together after a power cut. */
  connects: { burst: 2_048, perSecond: 400 },
  /** Several takeovers are a bad link; more than one every 20 s for long are two devices with one client id. */
  takeovers: { burst: 5, perSecond: 1 / 20 },
  /** A wrong password is answered after this, doubled for each further one of the same address within a minute. */
  wrongPasswordMs: 250,
  longestWrongPasswordMs: 8_000,
  /** A device listens to a handful of its command topics. */
  subscriptions: 100,
  /** Most bytes of one client taken in one turn of the event loop: about 120 small messages, 2 ms. */
  readBytes: 16 * 1024,
  /** Messages of one client that wait for a commit: four times what clients usually keep in flight. */
  clientMessages: 2_000,
  /** Bytes of one client that wait for a commit: a few of the largest packets. */
  clientBytes: 1024 * 1024,
  /** Messages of all clients that wait for a commit: about a second of the fastest intake, 30 MB of memory. */
  messages: 40_000,
  bytes: 32 * 1024 * 1024,
};
