import mqtt, { type MqttClient } from "mqtt";
import type { PublishOrder } from "./auditor-orders.ts";
import { type Chance, createChance } from "./chance.ts";
import { composeMessage } from "./compose-message.ts";
import type { SentList, SentMessage } from "./sent-list.ts";

/** Of a hundred messages this many are sent again although nothing was lost: a device that did not trust its radio. */
const RESENDS = 0.05;
/** A hub that does not say CONNACK in this time is as good as gone. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Publish as several devices, each with its own connection and tens of messages under way, until the hub is gone.
 * What an earlier hub left unacknowledged is sent first, as a device in the field would.
 * @param onAccepted called once, when the first PUBACK was read
 * @returns whether any connection was made, and how many messages were sent more than once
 */
export async function publishUntilGone(
  list: SentList,
  order: PublishOrder,
  onAccepted: () => void,
): Promise<{ readonly connected: boolean; readonly resent: number }> {
  let accepted = false;
  const accept = (id: number): void => {
    // The moment is taken before anything else is done, and only here: in the answer to a PUBACK.
    list.acknowledge(id, process.hrtime.bigint());
    if (!accepted) onAccepted();
    accepted = true;
  };
  const devices = await Promise.all(
    order.logins.map(async ({ name, password, device }) => {
      const client = await connect(order, { name, password });
      if (client === undefined) return { connected: false, resent: 0 };
      const unacknowledged = list.messages.filter(
        (message) => message.device === device && list.acknowledgedAt(message.id) === undefined,
      );
      const chance = createChance(order.seed, device);
      return runDevice({ client, list, device, chance, inFlight: order.inFlight, unacknowledged, accept });
    }),
  );
  return {
    connected: devices.some(({ connected }) => connected),
    resent: devices.reduce((sum, { resent }) => sum + resent, 0),
  };
}

function runDevice(work: {
  readonly client: MqttClient;
  readonly list: SentList;
  readonly device: string;
  readonly chance: Chance;
  readonly inFlight: number;
  readonly unacknowledged: readonly SentMessage[];
  readonly accept: (id: number) => void;
}): Promise<{ readonly connected: boolean; readonly resent: number }> {
  const { client, list, device, chance, inFlight, accept } = work;
  const waiting = [...work.unacknowledged];
  let resent = waiting.length;
  let gone = false;
  const sendOne = (): void => {
    if (gone) return;
    let message = waiting.shift();
    if (message === undefined) {
      message = composeMessage(list, { device, now: Date.now(), chance });
      list.add(message);
      if (chance.happens(RESENDS)) {
        waiting.push(message);
        resent += 1;
      }
    }
    const { id, payload } = message;
    client.publish(`readings/${device}`, payload, { qos: 1 }, (failure) => {
      // A failure is no acknowledgement: the connection ended first.
      if (failure) return;
      accept(id);
      sendOne();
    });
  };
  const over = Promise.withResolvers<{ readonly connected: true; readonly resent: number }>();
  client.once("close", () => {
    gone = true;
    client.end(true);
    over.resolve({ connected: true, resent });
  });
  for (let index = 0; index < inFlight; index += 1) sendOne();
  return over.promise;
}

async function connect(
  { host, port }: PublishOrder,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<MqttClient | undefined> {
  try {
    const client = await mqtt.connectAsync(
      `mqtt://${host}:${port}`,
      {
        username: name,
        password,
        clientId: `auditor-${name}`,
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectPeriod: 0,
      },
      false,
    );
    // A socket that is reset by the hub's death is what this waits for, not a fault; "close" follows.
    client.on("error", () => {});
    return client.connected ? client : undefined;
  } catch {
    return undefined;
  }
}
