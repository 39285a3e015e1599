import type { Credential } from "../members/credential.ts";
import { isDeviceName } from "../reading.ts";

/** Where devices send readings: `readings/<device>`. */
const READINGS = "readings/";
/** Where a device hears what it is asked to do: `commands/<device>` and below. */
const COMMANDS = "commands/";

/** The device a reading topic speaks of, or undefined when it is no reading topic. */
export function deviceOfTopic(topic: string): string | undefined {
  if (!topic.startsWith(READINGS)) return undefined;
  const device = topic.slice(READINGS.length);
  return isDeviceName(device) ? device : undefined;
}

/** A credential publishes only the readings of its own devices. */
export function mayPublish(credential: Credential, topic: string): boolean {
  const device = deviceOfTopic(topic);
  return device !== undefined && credential.devices.includes(device);
}

/** A credential hears only the commands of its own devices; wildcards and `$SYS` would hear others'. */
export function maySubscribe(credential: Credential, filter: string): boolean {
  if (/[#+$]/.test(filter) || !filter.startsWith(COMMANDS)) return false;
  const [device = ""] = filter.slice(COMMANDS.length).split("/", 1);
  return credential.devices.includes(device);
}
