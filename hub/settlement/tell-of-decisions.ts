import { touchedBy } from "../members/decide-register.ts";
import type { RegisterEventLog } from "../members/register-event.ts";
import type { CorrectionLog } from "../series/corrections.ts";
import type { TimeRange } from "../series/series-store.ts";
import type { AcceptanceLog } from "./acceptance.ts";
import { reachOfCorrection } from "./due-days.ts";

/** Where it is kept what people decided about the inputs of settled days. */
export interface DecisionLogs {
  readonly corrections: CorrectionLog;
  readonly registerEvents: RegisterEventLog;
  readonly acceptances: AcceptanceLog;
}

/**
 * The same logs, that tell of each decision which stretch of time it touches, so that its days are settled anew.
 * @param touched told when the decision is on the disk
 */
export function tellOfDecisions(logs: DecisionLogs, touched: (range: TimeRange) => void): DecisionLogs {
  const { corrections, registerEvents, acceptances } = logs;
  return {
    corrections: {
      list: corrections.list,
      async add(added) {
        await corrections.add(added);
        for (const { range } of added) touched(reachOfCorrection(range));
      },
    },
    registerEvents: {
      list: registerEvents.list,
      async add(event, said) {
        const kept = await registerEvents.add(event, said);
        if (kept.verdict !== "question" && kept.verdict !== "noted") touched(touchedBy(kept));
        return kept;
      },
    },
    acceptances: {
      list: acceptances.list,
      async add(acceptance) {
        await acceptances.add(acceptance);
        touched({ from: acceptance.from_ms, to: acceptance.to_ms });
      },
    },
  };
}
