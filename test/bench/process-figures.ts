import { readFileSync } from "node:fs";

/** Figures of running processes from Linux's /proc (man 5 proc). */

/** Linux counts CPU time in ticks of USER_HZ, which is 100 on every platform it has. */
const MS_A_TICK = 10;

/** User and system time a process and all its threads have used, in ms; steps of 10 ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The command's name may hold spaces and brackets; fields count from its closing bracket. 14 and 15 are the times.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_A_TICK;
}

/** User and system time of several processes together, in ms. */
export function cpuMsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
}

/** Memory a process has in RAM now, in MB. */
export function residentMb(pid: number): number {
  return statusKb(pid, "VmRSS") / 1024;
}

/** The most memory a process has had in RAM, in MB. */
export function peakResidentMb(pid: number): number {
  return statusKb(pid, "VmHWM") / 1024;
}

/** Bytes a process has caused to be written to disks: whole pages, without the file system's own journal. */
export function writtenBytes(pid: number): number {
  const io = readFileSync(`/proc/${pid}/io`, "utf8");
  return Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? Number.NaN);
}

function statusKb(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN);
}
