import { isQuantity, type Quantity } from "../../quantity.ts";
import { parseSeriesKey } from "../../reading.ts";
import { placesOf, unitWords } from "../unit-words.ts";
import type { FieldMeaning } from "./dialect.ts";

/** A name that a device gave one of its values, with the unit it told. */
export interface AnnouncedName {
  /** Words of any spelling: `kitchen_energy_returned`, `Power/Active Power L1`. */
  readonly name: string;
  readonly unit: string;
  /** Part of the device the value belongs to, when the device says so; it begins the channel. */
  readonly node?: string;
}

export interface NameMeaning extends FieldMeaning {
  readonly isTurned?: true;
}

/** Figures about values rather than values, and counters that begin anew: no name with one of these is taken. */
const FIGURES = new Set(
  "max maximum min minimum peak average avg mean rated nominal limit setpoint target forecast predicted estimated threshold offset demand today yesterday daily day week weekly month monthly year yearly hour hourly session trip period last net balance cost price".split(
    " ",
  ),
);
/** Of power and energy these do not tell which way: "delivered" is to the client with some and from it with others. */
const UNCLEAR = new Set("battery charge discharge charging discharging charged discharged delivered".split(" "));
const EXPORT = new Set(
  "export exported returned return reverse production produced producing generation generated yield feed fed injected injection sold solar pv".split(
    " ",
  ),
);
const IMPORT = new Set("import imported consumption consumed usage used bought drawn forward".split(" "));
/** A power under one of these is half of what flows, and the other half has a name of its own. */
const HALVES = new Set(
  "import imported export exported returned return reverse feed fed injected injection sold bought forward".split(" "),
);
/** Words that only say again what the unit says. */
const FILLERS = new Set(
  "power active energy real total voltage volts current amps frequency apparent reactive factor pf cos phi cosphi temperature temp humidity irradiance irradiation soc state of sum sensor meter ac electricity electric electrical measured instantaneous now phase line tariff rate speed spindle rpm kwh wh kw w v a hz va var".split(
    " ",
  ),
);
const PHASE_WORDS: Readonly<Record<string, string>> = { a: "l1", b: "l2", c: "l3", 1: "l1", 2: "l2", 3: "l3" };
const FLOWS = new Set<Quantity>(["active_power", "active_energy_import", "active_energy_export"]);
/** Quantities that their unit alone does not tell, by a word that does. */
const NAMED: readonly (readonly [RegExp, Quantity])[] = [
  [/^(?:soc)$/, "state_of_charge"],
  [/^humidity$/, "humidity"],
  [/^(?:factor|pf|cosphi)$/, "power_factor"],
];
const AMBIGUOUS = new Set<Quantity>([
  "power_factor",
  "state_of_charge",
  "humidity",
  "execution",
  "share",
  "active_energy_export",
]);

/**
 * What a name and its unit mean, where that is beyond doubt: the unit tells the quantity, the words tell direction and
 * phase, and words that mean nothing to us become the channel, so that two values never share a series by accident.
 * @returns undefined when it is not clear, or nothing we count: then only `fields` can say
 */
export function meaningOfName({ name, unit, node }: AnnouncedName): NameMeaning | undefined {
  const words = wordsOf(name);
  if (words.some((word) => FIGURES.has(word))) return undefined;
  const direction = directionOf(words);
  const quantity = quantityOf(words, unit, direction);
  if (quantity === undefined) return undefined;
  if (quantity === "active_power" && words.some((word) => HALVES.has(word))) return undefined;
  if (FLOWS.has(quantity) && words.some((word) => UNCLEAR.has(word))) return undefined;
  const { part, rest } = partOf(words);
  const isGeneration = quantity === "active_power" && direction === "export";
  const leftover = rest.filter((word) => !isVocabulary(word));
  const channel = [...(node === undefined ? [] : [node]), ...leftover].join("-");
  const series = [channel, quantity, part].filter((word) => word !== undefined && word !== "").join("/");
  // A channel that is too long or holds odd letters makes no series.
  if (parseSeriesKey(`device/${series}`) === undefined) return undefined;
  return { series, unit, ...(isGeneration && { isTurned: true as const }) };
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/state[ _-]?of[ _-]?charge/i, "soc")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** `solar` and `pv` tell the direction and also which part of the site it is. */
function isVocabulary(word: string): boolean {
  if (word === "solar" || word === "pv") return false;
  return EXPORT.has(word) || IMPORT.has(word) || FILLERS.has(word);
}

type Direction = "import" | "export" | "both" | undefined;

function directionOf(words: readonly string[]): Direction {
  const isExport = words.some((word) => EXPORT.has(word));
  const isImport = words.some((word) => IMPORT.has(word));
  if (isExport) return isImport ? "both" : "export";
  return isImport ? "import" : undefined;
}

function quantityOf(words: readonly string[], unit: string, direction: Direction): Quantity | undefined {
  for (const [word, quantity] of NAMED) {
    if (words.some((each) => word.test(each)) && placesOf(quantity, unit) !== undefined) return quantity;
  }
  const told = Object.keys(unitWords)
    .filter(isQuantity)
    .find((quantity) => !AMBIGUOUS.has(quantity) && placesOf(quantity, unit) !== undefined);
  if (told !== "active_energy_import") return direction === "both" ? undefined : told;
  if (direction === "both") return undefined;
  return direction === "export" ? "active_energy_export" : told;
}

function partOf(words: readonly string[]): { readonly part: string | undefined; readonly rest: readonly string[] } {
  const rest: string[] = [];
  let part: string | undefined;
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    if (/^[lt][123]$/.test(word) && word !== "t3") part = word;
    else if ((before === "phase" || before === "line") && Object.hasOwn(PHASE_WORDS, word)) part = PHASE_WORDS[word];
    else if ((before === "tariff" || before === "rate") && (word === "1" || word === "2")) part = `t${word}`;
    else rest.push(word);
  }
  return { part, rest };
}
