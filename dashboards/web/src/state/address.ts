/**
 * What the page shows, kept in its address so that a reload, a bookmark and a shared link show the same:
 * `?day=2026-06-20&member=home-03&at=2026-06-20T10:15Z`, `?page=devices&device=roof-a`. Without a page it is the
 * community's; without a day that page follows the newest one.
 */
export interface Address {
  readonly page: PageName;
  /** The device that the devices page shows alone. */
  readonly device: string | null;
  readonly day: string | null;
  readonly member: string | null;
  /** Start of the chosen interval, epoch ms. */
  readonly at_ms: number | null;
}

export const pageNames = ["community", "devices", "add-device", "registers"] as const;
export type PageName = (typeof pageNames)[number];

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;
const MINUTE_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/;

/** @param search the query of an address, with or without `?`; what is not understood is left out */
export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const day = query.get("day");
  const at = query.get("at");
  const at_ms = at !== null && MINUTE_PATTERN.test(at) ? Date.parse(at) : Number.NaN;
  return {
    page: pageNames.find((name) => name === query.get("page")) ?? "community",
    device: query.get("device") || null,
    day: day !== null && DAY_PATTERN.test(day) ? day : null,
    member: query.get("member") || null,
    at_ms: Number.isNaN(at_ms) ? null : at_ms,
  };
}

/** @returns the query that `readAddress` reads back, `""` or starting with `?`; intervals start on whole minutes */
export function writeAddress({ page, device, day, member, at_ms }: Address): string {
  const words = [
    ...(page === "community" ? [] : [`page=${page}`]),
    ...(device === null ? [] : [`device=${encodeURIComponent(device)}`]),
    ...(day === null ? [] : [`day=${day}`]),
    ...(member === null ? [] : [`member=${encodeURIComponent(member)}`]),
    ...(at_ms === null ? [] : [`at=${new Date(at_ms).toISOString().slice(0, 16)}Z`]),
  ];
  return words.length === 0 ? "" : `?${words.join("&")}`;
}
