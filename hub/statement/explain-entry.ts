import { describePolicy } from "../allocation/describe-policy.ts";
import type { Entry } from "../ledger/entry.ts";
import type { CommunityVersion } from "../members/community.ts";
import type { DayCells } from "../settlement/day-cells.ts";
import type { Run } from "../settlement/run.ts";
import { kwh } from "./plain-numbers.ts";

/** What an entry says, in plain words. Pure. */
export function explainEntry(
  entry: Entry,
  cells: DayCells | undefined,
  { adopted, run }: { readonly adopted: CommunityVersion | undefined; readonly run: Run | undefined },
): readonly string[] {
  const count = (state: string) => cells?.state.filter((one) => one === state).length ?? 0;
  const kind =
    entry.corrects === null
      ? `This entry books the community's day ${entry.day}.`
      : `This entry corrects ${entry.corrects}: it books only the difference that later readings of ${entry.day} make.`;
  return [
    kind,
    ...(cells === undefined
      ? ["Its interval cells are not here any more."]
      : [
          `Of ${cells.state.length} intervals ${count("shared")} were shared out, ${count("held")} are held because a reading is missing, and in ${count("unmeasured")} nothing was measured.`,
        ]),
    ...(run === undefined
      ? []
      : [`It stands on run ${run.seq}, made by ${run.by} ${run.reason}: the day is ${run.state}.`]),
    ...(adopted === undefined
      ? []
      : [`Rule "${adopted.community.policy.name}": ${describePolicy(adopted.community.policy)}`]),
    ...entry.postings.map(
      ({ account, amount_mwh }) => `${account}: ${amount_mwh > 0 ? "+" : "-"}${kwh(Math.abs(amount_mwh))}`,
    ),
    "All postings together are exactly zero: nothing was made up and nothing was lost.",
    `Each interval's shares are whole mWh by largest remainder; the cells behind them have the sha256 ${entry.cells_sha256}.`,
  ];
}
