import type { UnitWord } from "../unit-words.ts";

/**
 * What a kind of device is, as data: one file a device in this folder, one line in catalogue.ts that names it.
 * Addresses are protocol addresses, counted from 0 as they go on the wire; the manual's own number stands beside them in
 * a comment where it differs (Modbus manuals often print 40001 for the holding register 0).
 */
export type DeviceProfile = RegisterProfile | SunSpecProfile;

export type DeviceKind = "meter" | "inverter" | "hybrid" | "battery" | "gateway" | "plug" | "drive";

interface DeviceFacts {
  /** What people write in the config: `eastron-sdm630`. The file's name too. */
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly kind: DeviceKind;
  /** Where the addresses come from, and how far they were checked. */
  readonly source: string;
  /** What positive power means at this device and what the profile makes of it, one sentence for whoever installs it. */
  readonly direction: string;
  /** Unit id the device has when it leaves the factory. */
  readonly unit: number;
  /** TCP port; 502 without it. */
  readonly port?: number;
  /** Serial line as it leaves the factory; without it the device speaks TCP only. */
  readonly serial?: SerialLine;
  readonly request?: Partial<RequestLimits>;
  /** Rated power in W where the model has just one; else it is read (`ratedPower`) or told by whoever installs it. */
  readonly ratedW?: number;
}

/** A device whose registers stand at fixed addresses. */
export interface RegisterProfile extends DeviceFacts {
  readonly protocol: "registers";
  /** Where the points lie unless they say otherwise: input is function code 4, holding 3, discrete 2, coil 1. */
  readonly table: Table;
  /** Which 16-bit word of a wider number comes first; the bytes inside a word are always big-endian. */
  readonly words: WordOrder;
  /** Raw bit patterns that mean "not available", for all points of an encoding. NaN is one always. */
  readonly absent?: Partial<Readonly<Record<NumberEncoding, readonly (number | bigint)[]>>>;
  /** How the device is known when it is found on a bus, best first; read before anything else. */
  readonly identity?: readonly IdentityField[];
  /** Rated power, read once; a gauge in W. */
  readonly ratedPower?: Point;
  /** What is measured, by the series key without the device: `active_power`, `voltage/l1`, `pv-1/active_power`. */
  readonly points: Readonly<Record<string, Point>>;
  /** Keys that the device does not have and that are the sum of others, when all of those have a value in one answer. */
  readonly sums?: Readonly<Record<string, readonly string[]>>;
}

/** A device that lists its own models (SunSpec); its points are made from what it lists. */
export interface SunSpecProfile extends DeviceFacts {
  readonly protocol: "sunspec";
  /** What the common model must say for this to be the device, as a regular expression without flags. */
  readonly manufacturer?: string;
  /** True where accumulators come with their sign turned, as some KOSTAL ones do. */
  readonly hasNegativeAccumulators?: true;
  /** Protocol address of `SunS` where the device has it at none of the usual places. */
  readonly base?: number;
}

export type Table = "holding" | "input" | "discrete" | "coil";
export type WordOrder = "msw_first" | "lsw_first";

/**
 * How a number stands in registers. `acc16/32/64` are SunSpec accumulators: unsigned, and 0 is "not accumulated".
 * `bit` is one bit of a register (or a coil), 0 or 1.
 */
export type NumberEncoding =
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64"
  | "acc16"
  | "acc32"
  | "acc64"
  | "bit";

/** Registers a number takes. */
export const registersOf = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float32: 2,
  float64: 4,
  acc16: 1,
  acc32: 2,
  acc64: 4,
  bit: 1,
} as const satisfies Readonly<Record<NumberEncoding, number>>;

/** One number of a device. Its value in our unit is `raw x step x 10^scale`, turned if it says so. */
export interface Point {
  readonly at: number;
  /** Where it lies elsewhere than the profile's other points. */
  readonly table?: Table;
  readonly encoding: NumberEncoding;
  readonly words?: WordOrder;
  /** The unit that one `step` counts in. */
  readonly unit: UnitWord;
  /** What one count is worth, a decimal such as 0.1; 1 without it. Applied by decimal places, so 0.1 stays exact. */
  readonly step?: number;
  /** Address of a signed decimal exponent (int16, -10 to 10) that scales this point; read in the same request. */
  readonly scaleAt?: number;
  /** A counter only rises and is polled by the minute; a gauge shows the moment and is polled every few seconds. */
  readonly kind: "gauge" | "counter";
  /** True when the device counts power the other way round than we do (into the unit behind the meter is positive). */
  readonly isTurned?: true;
  /** Raw bit patterns that mean "not available" for this point, besides those of its profile. */
  readonly absent?: readonly (number | bigint)[];
  /** Which bit of the register, 0 the lowest; for the encoding `bit`. */
  readonly bit?: number;
  /** Where a counter begins anew, in counts; the encoding's width without it. */
  readonly wrapsAt?: number;
}

/** A text or number that tells what a device is. */
export interface IdentityField {
  readonly field: "manufacturer" | "model" | "serial" | "firmware";
  readonly at: number;
  readonly table?: Table;
  /** Text takes `registers` registers of two characters each, padded with NUL or spaces. */
  readonly encoding: "text" | "uint16" | "uint32";
  readonly registers: number;
  /** What it must say for this to be the device: a regular expression on the text, or on the number in decimal. */
  readonly expect?: string;
}

export interface SerialLine {
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

/** What a device bears, beside what the Modbus specification allows. */
export interface RequestLimits {
  /** Most registers in one request. */
  readonly maxRegisters: number;
  /** Registers between two points that may be read along; 0 where holes answer "illegal address". */
  readonly maxHole: number;
  /** Silence it needs before a request. */
  readonly pauseMs: number;
  readonly timeoutMs: number;
  /** How long after connecting it answers nothing. */
  readonly connectDelayMs: number;
}

/** What any device bears: Modbus V1.1b3 section 6.3 gives 125 registers; 1 s is what slow gateways take. */
export const requestLimits: RequestLimits = {
  maxRegisters: 125,
  maxHole: 0,
  pauseMs: 0,
  timeoutMs: 1_000,
  connectDelayMs: 0,
};
