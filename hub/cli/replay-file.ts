import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CsvError, type Info, parse } from "csv-parse";
import type { CsvMap, CsvProblem } from "../decode/csv/csv-map.ts";
import type { CsvHeader } from "../decode/csv/find-header.ts";
import type { CsvRow } from "../decode/csv/read-row.ts";
import { HubError } from "../errors.ts";

/** How a file's bytes become text. */
export interface FileForm {
  readonly path: string;
  readonly encoding: CsvMap["encoding"];
}

/** First bytes of every gzip file (RFC 1952 section 2.3.1). */
const GZIP_MAGIC = [0x1f, 0x8b];
/** Text searched for the header row. */
const HEAD_LENGTH = 65_536;
/** A row of 1,000 columns has about 10 kB; a forgotten quote would swallow the file. */
const MAX_ROW_BYTES = 1_000_000;

/** @throws HubError REPLAY_ROW_INVALID that names file and line */
export function rowError(path: string, line: number, { message, remedy }: CsvProblem, cause?: unknown): HubError {
  return new HubError("REPLAY_ROW_INVALID", `${path}:${line}: ${message}`, {
    remedy,
    ...(cause !== undefined && { cause }),
  });
}

/** Size and sha256 of the file as it is. @throws HubError REPLAY_ROW_INVALID when it cannot be read */
export async function digestFile(path: string, ...more: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const text of more) hash.update(`${text.length}:${text}`);
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new HubError("REPLAY_ROW_INVALID", `cannot read ${path}`, { cause, remedy: "Check the path of the file." });
  }
  return hash.digest("hex");
}

/** The beginning of the text, without byte order mark. */
export async function readHead(form: FileForm): Promise<string> {
  let head = "";
  for await (const chunk of textOf(form)) {
    head += chunk;
    if (head.length >= HEAD_LENGTH) break;
  }
  return head;
}

/**
 * The rows below the header, one at a time. Quotes as in RFC 4180; empty and comment lines are passed over.
 * @throws HubError REPLAY_ROW_INVALID for text that is no CSV or not in the map's encoding, with file and line
 */
export async function* readRows(form: FileForm, header: CsvHeader, map: CsvMap): AsyncGenerator<CsvRow> {
  const parser = parse({
    delimiter: header.delimiter,
    from_line: header.line + 1,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    comment: map.comment === "" ? null : map.comment,
    comment_no_infix: true,
  });
  const feeding = pipeline(Readable.from(textOf(form)), parser as unknown as Transform).catch(() => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      yield { line: info.lines, cells: record };
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    const { lines } = cause instanceof CsvError ? (cause as { readonly lines?: unknown }) : {};
    const line = typeof lines === "number" ? lines : 1;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw rowError(form.path, line, { message, remedy: "Correct the quotes of that row, or delimiter in the map." });
  } finally {
    parser.destroy();
    await feeding;
  }
}

async function* textOf({ path, encoding }: FileForm): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const file = createReadStream(path);
  const bytes = (await isGzip(path)) ? file.pipe(createGunzip()) : file;
  file.on("error", (cause) => bytes.destroy(cause));
  let read = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      yield decoder.decode(chunk, { stream: true });
      read += chunk.length;
    }
    yield decoder.decode();
  } catch (cause) {
    const isText = cause instanceof TypeError;
    throw new HubError(
      "REPLAY_ROW_INVALID",
      isText ? `${path}: not ${encoding} after byte ${read}` : `${path}: cannot be read after byte ${read}`,
      {
        cause,
        remedy: isText
          ? "Write encoding: windows-1252 or utf-16le in the map, or save the file as UTF-8."
          : "Check the file; a .gz that was cut short must be fetched again.",
      },
    );
  } finally {
    file.destroy();
    bytes.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    throw new HubError("REPLAY_ROW_INVALID", `cannot read ${path}`, { cause, remedy: "Check the path of the file." });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && GZIP_MAGIC.every((byte, index) => buffer[index] === byte);
  } finally {
    await handle.close();
  }
}
