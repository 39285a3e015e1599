import { connect } from "node:net";

/** A place on the network where something takes connections. */
export interface OpenPort {
  readonly host: string;
  readonly port: number;
}

/** A host of the same site answers in a few ms, over a tired Wi-Fi in a few hundred. */
const CONNECT_TIMEOUT_MS = 700;
/** Hosts knocked at once: a /24 of silent ones takes half a minute, and no switch or firewall takes it for an attack. */
export const HOSTS_AT_ONCE = 8;

/**
 * Knock at each port of each host, a few hosts at once and the ports of one host one after the other.
 * A connection is closed as soon as it stands: nothing is sent.
 * @param knocked told of each try when it is over
 */
export async function findOpenPorts(
  hosts: readonly string[],
  ports: readonly number[],
  { knocked, signal }: { readonly knocked: (place: OpenPort) => void; readonly signal?: AbortSignal | undefined },
): Promise<readonly OpenPort[]> {
  const open: OpenPort[] = [];
  let next = 0;
  const isStopped = (): boolean => signal?.aborted === true;
  const worker = async (): Promise<void> => {
    while (!isStopped()) {
      const host = hosts[next++];
      if (host === undefined) return;
      for (const port of ports) {
        if (isStopped()) return;
        if (await takesConnections({ host, port }, signal)) open.push({ host, port });
        knocked({ host, port });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(HOSTS_AT_ONCE, hosts.length) }, worker));
  const placeOf = ({ host, port }: OpenPort) => hosts.indexOf(host) * ports.length + ports.indexOf(port);
  return open.sort((a, b) => placeOf(a) - placeOf(b));
}

function takesConnections({ host, port }: OpenPort, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...(signal !== undefined && { signal }) });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => end(false));
    socket.once("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}
