import type { ScanFinding } from "../../../../../hub/members/device-finder.ts";
import type { Profile } from "../../api/device-contract.ts";
import { useSpeech } from "../../i18n/language.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { ScanFindings } from "./scan-findings.tsx";
import { ScanForm } from "./scan-form.tsx";
import { useScan } from "./use-scan.ts";

export interface ScanPartProps {
  readonly profiles: readonly Profile[];
  readonly onFinding: (finding: ScanFinding, as: Profile | undefined) => void;
}

/** Let the hub look: where, how far it is, and what it found. */
export function ScanPart({ profiles, onFinding }: ScanPartProps) {
  const { numbers } = useSpeech();
  const { look } = useTexts();
  const { scan, sending, start, stop } = useScan();
  const isRunning = scan?.state === "running";
  const { done = 0, total = 0, at = "" } = scan?.progress ?? {};
  return (
    <div class="scan">
      <ScanForm isRunning={isRunning} onStart={start} onStop={stop} />
      <ProblemNotice failure={sending.failure} />
      {isRunning && (
        <p class="progress">
          <progress aria-label={look.state.running} value={done} max={Math.max(total, 1)} />
          <span>
            {look.progress({ done: numbers.count(done), total: numbers.count(total) })}
            {at !== "" && <small>{look.at(at)}</small>}
          </span>
        </p>
      )}
      <p role="status">
        {scan !== undefined && scan.state !== "none" && `${look.state[scan.state]} `}
        {scan?.problem != null && <span lang="en">{scan.problem} </span>}
        {scan !== undefined &&
          scan.state !== "none" &&
          (scan.findings.length > 0 || !isRunning) &&
          look.found(scan.findings.length)}
      </p>
      <ScanFindings findings={scan?.findings ?? []} profiles={profiles} onFinding={onFinding} />
    </div>
  );
}
