import type { ScanFinding } from "../../../members/device-finder.ts";

/** A serial number of nothing but zeros, blanks and dashes was never set, and whole boxes of meters have it. */
const TELLING_SERIAL = /[1-9A-Za-z]/;

/**
 * Many devices on a network do not look at the unit id and answer for every one: they are one finding, not eleven.
 * Known by a serial number that comes again and, where there is none, by equal looks at a place that answers for a unit
 * id nobody has; meters of one kind behind a gateway look equal too, but the gateway answers for no stranger. Pure.
 * @param findings at one open port, in the order asked
 */
export function dropEchoes(
  findings: readonly ScanFinding[],
  { answersStrangers }: { readonly answersStrangers: boolean },
): readonly ScanFinding[] {
  const known = new Set<string>();
  return findings.filter(({ identity, profiles, models }) => {
    const { serial = "" } = identity;
    const isNamed = TELLING_SERIAL.test(serial);
    if (!isNamed && !answersStrangers) return true;
    const looks = JSON.stringify(isNamed ? [serial, models] : [identity, profiles, models]);
    if (known.has(looks)) return false;
    known.add(looks);
    return true;
  });
}
