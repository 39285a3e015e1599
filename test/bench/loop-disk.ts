import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findProgram } from "../requirements.ts";

/** A disk of its own in a file, so that nobody else's writes are counted. */
export interface LoopDisk {
  readonly path: string;
  /** Everything that reached the device so far, the file system's journal included; what is dirty is flushed first. */
  writtenBytes(): number;
  remove(): void;
}

const TOOLS = ["mkfs.ext4", "mount", "umount", "findmnt", "sync"];
/** /sys/block/<device>/stat counts sectors of 512 bytes whatever the device's own are (kernel: block/stat). */
const SECTOR_BYTES = 512;

/**
 * An ext4 disk in a file, mounted on a loop device as a card would be.
 * @returns undefined where this user may not mount, or a tool is missing
 */
export function makeLoopDisk(folder: string, { sizeMb }: { readonly sizeMb: number }): LoopDisk | undefined {
  if (process.getuid?.() !== 0 || TOOLS.some((tool) => findProgram(tool) === undefined)) return undefined;
  const image = join(folder, "loop-disk.img");
  const path = join(folder, "loop-disk");
  mkdirSync(path, { recursive: true });
  writeFileSync(image, "");
  truncateSync(image, sizeMb * 1024 * 1024);
  try {
    // Everything is laid out now: a lazy start would go on writing while we count.
    run("mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", image);
    run("mount", "-o", "loop,noatime", image, path);
  } catch {
    rmSync(image);
    return undefined;
  }
  const device = basename(run("findmnt", "-n", "-o", "SOURCE", path).trim());
  return {
    path,
    writtenBytes() {
      run("sync", "-f", path);
      const fields = readFileSync(`/sys/block/${device}/stat`, "utf8").trim().split(/\s+/);
      return Number(fields[6]) * SECTOR_BYTES;
    },
    remove() {
      run("umount", path);
      rmSync(image);
    },
  };
}

function run(tool: string, ...args: string[]): string {
  return execFileSync(findProgram(tool) ?? tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
