import { HubError } from "../../errors.ts";
import { type BusAddress, describeLine, endpointOf } from "./bus-address.ts";
import { type BusOptions, type ConnectedBus, openBus } from "./open-bus.ts";

/** The buses in use: one for each physical endpoint, however many devices are on it. */
export interface Buses {
  /**
   * Take part in the bus of an endpoint. Closing what this returns only leaves; the last one to leave closes it.
   * @throws HubError DEVICE_INVALID when the endpoint is in use with other settings
   */
  share(address: BusAddress): ConnectedBus;
  /** Close all of them, whoever uses them. */
  close(): Promise<void>;
}

interface SharedBus {
  readonly bus: ConnectedBus;
  readonly line: string;
  users: number;
}

export function createBuses(options: BusOptions = {}): Buses {
  const shared = new Map<string, SharedBus>();
  /** Buses being closed: their serial port may be opened again only after that. */
  const leaving = new Map<string, Promise<void>>();

  const open = (endpoint: string, address: BusAddress): SharedBus => {
    const bus = openBus(address, { ...options, after: leaving.get(endpoint) });
    const opened = { bus, line: describeLine(address), users: 0 };
    shared.set(endpoint, opened);
    return opened;
  };

  const leave = async (endpoint: string, one: SharedBus): Promise<void> => {
    one.users -= 1;
    if (one.users > 0 || shared.get(endpoint) !== one) return;
    shared.delete(endpoint);
    const closed = one.bus.close().finally(() => {
      if (leaving.get(endpoint) === closed) leaving.delete(endpoint);
    });
    leaving.set(endpoint, closed);
    await closed;
  };

  return {
    share(address) {
      const endpoint = endpointOf(address);
      const line = describeLine(address);
      const known = shared.get(endpoint);
      if (known !== undefined && known.line !== line) {
        throw new HubError("DEVICE_INVALID", `${endpoint} is in use with ${known.line}, and ${line} was asked for`, {
          remedy: "Give all devices on one line the same baud, parity, stop_bits and framing.",
        });
      }
      const one = known ?? open(endpoint, address);
      one.users += 1;
      let hasLeft = false;
      return {
        connections: one.bus.connections,
        read: async (request) =>
          hasLeft ? { kind: "unreachable", reason: "the bus is closed" } : await one.bus.read(request),
        async close() {
          if (hasLeft) return;
          hasLeft = true;
          await leave(endpoint, one);
        },
      };
    },
    async close() {
      const all = [...shared.values()];
      shared.clear();
      await Promise.all([...all.map(({ bus }) => bus.close()), ...leaving.values()]);
    },
  };
}
