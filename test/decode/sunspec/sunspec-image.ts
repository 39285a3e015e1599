import type { ReadAnswer, RegisterRead } from "../../../hub/decode/sunspec/discovery.ts";

/** Registers of a device by address; what is not here does not exist. */
export type Image = Map<number, number>;

/** One model of an image: its id, how long it says it is, and what stands in it by offset from its ID register. */
export interface ImageModel {
  readonly id: number;
  readonly length: number;
  /** By offset from the ID register, as many words as are given; the rest is the sentinel 0x8000. */
  readonly words?: Readonly<Record<number, readonly number[]>>;
}

/** A map of models as it lies in a device, beginning with `SunS`. */
export function imageOf(base: number, models: readonly ImageModel[], end: "marker" | "nothing" = "marker"): Image {
  const image: Image = new Map([
    [base, 0x5375],
    [base + 1, 0x6e53],
  ]);
  let at = base + 2;
  for (const { id, length, words = {} } of models) {
    image.set(at, id).set(at + 1, length);
    for (let offset = 2; offset < length + 2; offset += 1) image.set(at + offset, 0x8000);
    for (const [offset, given] of Object.entries(words)) {
      for (const [index, word] of given.entries()) image.set(at + Number(offset) + index, word);
    }
    at += length + 2;
  }
  if (end === "marker") image.set(at, 0xffff);
  return image;
}

/** Words of a text field, padded with NUL. */
export function textWords(text: string, registers: number): readonly number[] {
  const bytes = Buffer.alloc(2 * registers);
  bytes.write(text);
  return Array.from({ length: registers }, (_, index) => bytes.readUInt16BE(2 * index));
}

export function common(
  texts: {
    readonly Mn: string;
    readonly Md?: string;
    readonly Opt?: string;
    readonly Vr?: string;
    readonly SN?: string;
  },
  length = 65,
): ImageModel {
  const { Mn, Md = "", Opt = "", Vr = "", SN = "" } = texts;
  const words = { 2: textWords(Mn, 16), 18: textWords(Md, 16), 34: textWords(Opt, 8), 42: textWords(Vr, 8) };
  return { id: 1, length, words: { ...words, 50: textWords(SN, 16), 66: [1] } };
}

/** Words written as on the wire: "36 7e ff ff". */
export function wire(hex: string): readonly number[] {
  const bytes = Buffer.from(hex.replaceAll(/\s/g, ""), "hex");
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(2 * index));
}

export function float32(value: number): readonly number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}

export function uint32(value: number): readonly number[] {
  return [Math.floor(value / 0x1_0000) & 0xffff, value & 0xffff];
}

/** As a Modbus slave answers: all registers or none. */
export function readImage(image: Image, { start, count }: RegisterRead): ReadAnswer {
  const bytes = Buffer.alloc(2 * count);
  for (let index = 0; index < count; index += 1) {
    const word = image.get(start + index);
    if (word === undefined) return { kind: "illegal_address" };
    bytes.writeUInt16BE(word, 2 * index);
  }
  return { kind: "words", bytes };
}

/** Run a discovery against whatever answers. */
export function drive<Result>(
  discovery: Generator<RegisterRead, Result, ReadAnswer>,
  answer: (read: RegisterRead) => ReadAnswer,
): { readonly result: Result; readonly reads: readonly RegisterRead[] } {
  const reads: RegisterRead[] = [];
  let step = discovery.next();
  while (!step.done) {
    reads.push(step.value);
    step = discovery.next(answer(step.value));
  }
  return { result: step.value, reads };
}
