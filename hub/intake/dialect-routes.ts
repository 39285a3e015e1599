import type { AnyDialect, DialectDevice, DialectMessage, MessageRefusal, Request } from "../decode/dialects/dialect.ts";
import { turnFlow } from "../decode/registers/turn-flow.ts";
import type { Device } from "../members/device.ts";
import type { DeviceHealth } from "../members/device-health.ts";
import type { Reading } from "../reading.ts";
import type { EpochMs } from "../units.ts";
import { matchesFilter } from "./topic-filter.ts";

/** A device that publishes on topics of its own, and how it speaks. */
export interface Route {
  readonly device: DialectDevice;
  readonly dialect: AnyDialect;
  /** True when it is mounted the other way round. */
  readonly isTurned: boolean;
  readonly ratedW: number | null;
}

export type RoutedMessage = DialectMessage;

export interface DecodedRoutes {
  readonly readings: readonly Reading[];
  readonly refusals: readonly (MessageRefusal & { readonly device: string })[];
  /** To be published where the message came from. */
  readonly requests: readonly Request[];
}

/** Which device a message on a foreign topic is about, and what it says. */
export interface DialectRoutes {
  /** Resolves when these devices are understood; some dialects must be loaded first. */
  setDevices(devices: readonly Device[]): Promise<void>;
  /** Every device a topic speaks of; most topics speak of one, a gateway's of several. */
  routesOf(topic: string): readonly Route[];
  /** True for what such devices also publish and nobody needs. */
  isChatter(topic: string, devices: readonly string[]): boolean;
  /** Filters these devices may subscribe to, word by word. */
  commandsOf(devices: readonly string[]): readonly string[];
  /** What a foreign broker must be asked for. */
  filters(): readonly string[];
  /** What must be published again and again, with its period. */
  keepAlives(): readonly { readonly everyMs: number; readonly requests: readonly Request[] }[];
  /** Decode for some routes, in order, each with its own memory. */
  decode(routes: readonly Route[], message: RoutedMessage): DecodedRoutes;
  /** Decode an old message of one device with what is known now; what it says is not remembered. */
  decodeAgain(device: string, message: RoutedMessage): Pick<DecodedRoutes, "readings" | "refusals"> | undefined;
  health(): readonly DeviceHealth[];
}

/** Topics whose routes are remembered; more than all devices of a community publish on. */
const REMEMBERED_TOPICS = 10_000;

interface Talk {
  memory: unknown;
  messages: number;
  refused: number;
  lastSeen: EpochMs | null;
  lastFailure: DeviceHealth["last_failure"];
}

/** @param findDialect by name; a device whose dialect is unknown has no route */
export function createDialectRoutes(findDialect: (name: string) => AnyDialect | undefined): DialectRoutes {
  let routes: readonly (Route & { readonly filters: readonly string[] })[] = [];
  let documents = new Map<string, string>();
  const talks = new Map<string, Talk>();
  const byTopic = new Map<string, readonly Route[]>();

  const talkOf = (device: string): Talk => {
    const talk = talks.get(device) ?? { memory: undefined, messages: 0, refused: 0, lastSeen: null, lastFailure: null };
    talks.set(device, talk);
    return talk;
  };
  const routesOfDevices = (devices: readonly string[]) =>
    routes.filter(({ device }) => devices.includes(device.device));

  return {
    async setDevices(devices) {
      const next = devices.flatMap((each) => toRoute(each, findDialect));
      await Promise.all(next.map(({ dialect }) => dialect.prepare?.()));
      byTopic.clear();
      routes = next;
      const now = new Map(devices.map((device) => [device.id, JSON.stringify(device)]));
      // Whoever is described anew is heard anew: what was remembered may belong to another topic or dialect.
      for (const id of talks.keys()) if (now.get(id) !== documents.get(id)) talks.delete(id);
      documents = now;
    },
    routesOf(topic) {
      const known = byTopic.get(topic);
      if (known !== undefined) return known;
      const found = routes.filter(({ filters }) => filters.some((filter) => matchesFilter(filter, topic)));
      if (byTopic.size >= REMEMBERED_TOPICS) byTopic.clear();
      byTopic.set(topic, found);
      return found;
    },
    isChatter: (topic, devices) =>
      routesOfDevices(devices).some(({ dialect }) =>
        (dialect.chatter ?? []).some((filter) => matchesFilter(filter, topic)),
      ),
    commandsOf: (devices) =>
      routesOfDevices(devices).flatMap(({ dialect, device }) => dialect.commandsOf?.(device.topic) ?? []),
    filters: () => [...new Set(routes.flatMap(({ filters }) => filters))],
    keepAlives: () =>
      routes.flatMap(({ dialect, device }) =>
        dialect.keepAlive === undefined
          ? []
          : [{ everyMs: dialect.keepAlive.everyMs, requests: dialect.keepAlive.requests(device.topic) }],
      ),
    decode(those, message) {
      const readings: Reading[] = [];
      const refusals: (MessageRefusal & { device: string })[] = [];
      const requests: Request[] = [];
      for (const { device, dialect, isTurned } of those) {
        const talk = talkOf(device.device);
        const decoded = dialect.decode(device, message, talk.memory);
        talk.memory = decoded.memory;
        talk.messages += 1;
        talk.lastSeen = message.arrival.at;
        for (const reading of isTurned ? turnFlow(decoded.readings) : decoded.readings) readings.push(reading);
        for (const { reason } of decoded.refusals) refusals.push({ reason, device: device.device });
        for (const request of decoded.requests ?? []) requests.push(request);
        const [refusal] = decoded.refusals;
        if (refusal === undefined) continue;
        talk.refused += 1;
        talk.lastFailure = { at_ms: message.arrival.at, reason: refusal.reason };
      }
      return { readings, refusals, requests };
    },
    decodeAgain(device, message) {
      const route = routes.find(
        (each) => each.device.device === device && each.filters.some((filter) => matchesFilter(filter, message.topic)),
      );
      if (route === undefined) return undefined;
      const { readings, refusals } = route.dialect.decode(route.device, message, talkOf(device).memory);
      return {
        readings: route.isTurned ? turnFlow(readings) : readings,
        refusals: refusals.map(({ reason }) => ({ reason, device })),
      };
    },
    health: () =>
      routes.map(({ device, ratedW }): DeviceHealth => {
        const { messages, refused, lastSeen, lastFailure } = talkOf(device.device);
        return {
          device: device.device,
          via: "mqtt",
          state: messages === 0 ? "waiting" : "answering",
          last_seen_ms: lastSeen,
          requests: messages,
          failures: refused,
          last_failure: lastFailure,
          identity: {},
          rated_w: ratedW,
          lacking: [],
        };
      }),
  };
}

function toRoute(
  { id, mqtt, turned, rated_w }: Device,
  findDialect: (name: string) => AnyDialect | undefined,
): readonly (Route & { readonly filters: readonly string[] })[] {
  const dialect = mqtt === undefined ? undefined : findDialect(mqtt.dialect);
  if (mqtt === undefined || dialect === undefined) return [];
  const { topic, time_zone, fields } = mqtt;
  const device: DialectDevice = {
    device: id,
    topic,
    ...(time_zone !== undefined && { timeZone: time_zone }),
    ...(fields !== undefined && { fields }),
  };
  return [{ device, dialect, isTurned: turned === true, ratedW: rated_w ?? null, filters: dialect.topicsOf(topic) }];
}
