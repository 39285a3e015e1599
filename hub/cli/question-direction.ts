import type { DeviceKind } from "../decode/profiles/device-profile.ts";
import { activePowerOf, checkDirection, isGenerating } from "../members/check-direction.ts";
import type { Device } from "../members/device.ts";
import type { DeviceTrial, TrialResult } from "../members/device-trial.ts";
import type { Questions } from "./ask-questions.ts";

/** Kinds whose power moves with a load behind them; a battery or a drive has its own mind. */
const LOADED_KINDS: readonly DeviceKind[] = ["meter", "plug", "gateway"];
/** A load that was not noticed is tried again; then it is left as it is. */
const MOST_TRIES = 3;

/**
 * Find out together with whoever stands at the device whether it counts the right way round.
 * @param trial what it showed just now
 * @returns the document, with `turned` as it should be when that could be told and was agreed to
 */
export async function questionDirection(
  { device, kind, trial }: { readonly device: Device; readonly kind: DeviceKind; readonly trial: TrialResult },
  {
    questions,
    reach,
    print,
  }: {
    readonly questions: Questions;
    readonly reach: DeviceTrial;
    readonly print: (text: string) => void;
  },
): Promise<Device> {
  const isTurned = device.turned ?? false;
  if (activePowerOf(trial.readings) === null) return device;
  const settle = async (turned: boolean): Promise<Device> => {
    if (turned === isTurned) return device;
    const agreed = await questions.agree(`Save it with turned: ${turned}?`);
    return agreed ? { ...device, turned } : device;
  };

  if (isGenerating(kind)) {
    if (!(await questions.agree("Does the sun shine on it now, so that it generates?"))) return device;
    const { remark, turned } = checkDirection({ kind, isTurned }, { after: trial.readings });
    print(remark);
    return turned === null ? device : settle(turned);
  }
  if (!LOADED_KINDS.includes(kind)) return device;
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const word = await questions.ask("Switch on a known load behind it now, then press Enter (or write skip):");
    if (/^s(kip)?$/i.test(word.trim())) return device;
    const { readings } = await reach.tryDevice(device);
    const { remark, turned } = checkDirection({ kind, isTurned }, { before: trial.readings, after: readings });
    print(remark);
    if (turned !== null) return settle(turned);
  }
  return device;
}
