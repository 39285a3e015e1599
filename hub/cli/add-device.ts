import { findDialect } from "../decode/dialects/catalogue.ts";
import { findProfile } from "../decode/profiles/catalogue.ts";
import { HubError } from "../errors.ts";
import type { Device, DialectTopic } from "../members/device.ts";
import type { DeviceTrial, TrialResult } from "../members/device-trial.ts";
import { badArgument } from "./arguments.ts";
import type { Questions } from "./ask-questions.ts";
import { questionDirection } from "./question-direction.ts";
import { showTrial } from "./show-trial.ts";

export interface AddOptions {
  /** Save without the two questions. */
  readonly asksNothing: boolean;
  /** Save although nothing answers. */
  readonly takesUnseen: boolean;
  /** Undefined where nobody can be asked. */
  readonly questions: Questions | undefined;
  readonly reach: DeviceTrial;
  readonly print: (text: string) => void;
}

/**
 * Look at a device before it is saved: its live values, whether they match its display, and whether power rises when a
 * load is switched on.
 * @returns the document to save; undefined when whoever was asked said that the values do not match
 * @throws HubError DEVICE_SILENT when nothing answers, COMMAND_ARGUMENT where questions are due and nobody can be asked
 */
export async function checkNewDevice(device: Device, options: AddOptions): Promise<Device | undefined> {
  const { asksNothing, takesUnseen, questions, reach, print } = options;
  if (device.mqtt !== undefined) {
    for (const line of describeTopics(device.id, device.mqtt)) print(line);
    return device;
  }
  if (!asksNothing && !takesUnseen && questions === undefined) {
    const remedy = "Run it in a terminal, or add --yes when the values were looked at with millrace device try.";
    throw badArgument("device", "adding a device asks two questions, and nobody can answer here", remedy);
  }
  const trial = await tryUnlessUnseen(device, { reach, takesUnseen });
  if (trial === undefined) {
    print(`${device.id} does not answer; it is saved unseen, as asked.`);
    return device;
  }
  for (const line of showTrial(trial)) print(line);
  if (asksNothing || questions === undefined) return device;
  print("");
  if (!(await questions.agree("Does this match the display of the device?"))) return undefined;
  const kind = findProfile(device.profile ?? "")?.kind ?? "meter";
  return questionDirection({ device, kind, trial }, { questions, reach, print });
}

async function tryUnlessUnseen(
  device: Device,
  { reach, takesUnseen }: Pick<AddOptions, "reach" | "takesUnseen">,
): Promise<TrialResult | undefined> {
  try {
    return await reach.tryDevice(device);
  } catch (error) {
    if (takesUnseen && error instanceof HubError && error.code === "DEVICE_SILENT") return undefined;
    throw error;
  }
}

/** Where the hub listens for a device that publishes by itself, and what lets it in. */
function describeTopics(id: string, { dialect, topic }: DialectTopic): readonly string[] {
  const filters = findDialect(dialect)?.topicsOf(topic) ?? [];
  return [
    `The hub takes what ${id} publishes on ${filters.join(", ")}.`,
    `Unless it has one, make its credential with: millrace credential issue ${id}`,
    "and enter user name, password and the hub's address in the device's own MQTT settings.",
  ];
}
